/* For the tests: how much a colour stands out, by the arithmetic of axe, which is loaded before. */
globalThis.contrast = (() => {
  "use strict";

  const colour = text => {
    const made = new axe.commons.color.Color();
    made.parseString(text);
    return made;
  };

  /** The colour that an element stands on; its own background counts only if it is `included`. */
  const behind = (element, included = false) => {
    const own = included && getComputedStyle(element).backgroundColor;
    if (own && colour(own).alpha === 1) return own;
    return element.parentElement ? behind(element.parentElement, true) : "white";
  };

  /** From 1, the same, to 21, black and white. */
  const between = (one, other) => axe.commons.color.getContrast(colour(one), colour(other));

  return {behind, between};
})();
