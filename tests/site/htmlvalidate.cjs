// What the validator is to find in the built pages: all that it recommends, but for a few rules.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Both spellings are right, and a page is no better for either.
    "attribute-boolean-style": "off",
    "no-trailing-whitespace": "off",
    // Each drawing is as wide as its letters need; the theme's tables of the index are not ours.
    "no-inline-style": "off",
    "prefer-tbody": "off",
    // The chapter's title comes first; where a list of results cuts, it cuts the book's.
    "long-title": "off",
    // Sphinx's search looks for role="main" when it shows what stands around a word.
    "no-redundant-role": "off",
    // The theme's captions of the menu are headings by role and level, so that pages keep one h1.
    "prefer-native-element": "off",
    // The search forms have one field, so Enter sends them.
    "wcag/h32": "off",
  },
};
