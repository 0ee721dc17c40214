/* What the theme's own scripts leave undone: the focus stays where the reader put it, and what is
   printed is printed in the light colours, and without folds. */
(() => {
  "use strict";

  // After a click the theme takes the focus off these, and with it the keyboard's place on the page.
  const BUTTONS = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
  for (const button of document.querySelectorAll(BUTTONS)) {
    button.blur = () => {};
  }

  // Colours that are made for a dark screen cannot be read on paper, and folds cannot be opened there.
  // (book.css opens them, too, in browsers that let it, and without scripts.)
  const page = document.documentElement.dataset;
  let onScreen = page.theme;
  let folds = [];
  addEventListener("beforeprint", () => {
    onScreen = page.theme;
    page.theme = "light";
    folds = [...document.querySelectorAll("details:not([open])")];
    for (const fold of folds) fold.open = true;
  });
  addEventListener("afterprint", () => {
    page.theme = onScreen;
    for (const fold of folds) fold.open = false;
  });
})();
