"""What a page brings for its reader, as a Sphinx extension.

- A switch above the text: *read*, with the answers open, or *solve*, with them folded.

What it does is in the script of its name, in `book/_static`.
"""

from __future__ import annotations

import html
from typing import Any

from sphinx.application import Sphinx

from literate.words import Words

FIRST = """
(() => {
  "use strict";
  // Where the browser keeps nothing, a page forgets when it is left, instead of failing.
  try {
    localStorage.length;
  } catch {
    const kept = new Map();
    Object.defineProperty(window, "localStorage", { value: {
      getItem: key => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, text),
      removeItem: key => kept.delete(key),
    } });
  }
  document.documentElement.dataset.reading =
    localStorage.getItem("reading") === "solve" ? "solve" : "read";
})();
"""
"""Runs before the page is shown and before the theme's own scripts, so that nothing jumps."""


def switch(say: Words) -> str:
    """The switch between reading and solving."""
    buttons = "".join(
        f"<button type='button' value='{mode}' title='{html.escape(say(f'{mode} note'))}'"
        f" aria-pressed='{str(mode == 'read').lower()}'>{html.escape(say(mode))}</button>"
        for mode in ("read", "solve")
    )
    label = html.escape(say("reading"))
    return f"<div class='reading pst-js-only' role='group' aria-label='{label}'>{buttons}</div>"


def equip(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give one page its switch."""
    context["metatags"] = f"{context.get('metatags', '')}<script>{FIRST}</script>"
    body = context.get("body", "")
    if "<details class='answer'" in body:
        context["article_header"] = switch(app.words)
        app.add_js_file("reading.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", equip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
