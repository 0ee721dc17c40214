/* What the theme's own scripts leave undone: the focus stays where the reader put it, and what is
   printed is printed in the light colours. */
(() => {
  "use strict";

  // After a click the theme takes the focus off these, and with it the keyboard's place on the page.
  const BUTTONS = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
  for (const button of document.querySelectorAll(BUTTONS)) {
    button.blur = () => {};
  }

  // Colours that are made for a dark screen cannot be read on paper.
  const page = document.documentElement.dataset;
  let onScreen = page.theme;
  addEventListener("beforeprint", () => {
    onScreen = page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.theme = onScreen;
  });
})();
