"""What a page brings for its reader, as a Sphinx extension.

- A switch above the text: *read*, with the answers open, or *solve*, with them folded.
- Marks in the contents at what was read and answered.
- The lecture beside the text.
- Figures to play with (see `playable`).
- Graphs that are too large for the page, in a window of their own.

What each does is in the script of its name, in `static`. Here the page is given what these need:
their words, and which sections of the book follow the lecture.
"""

from __future__ import annotations

import html
import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.read.settings import Words

SAID: dict[str, tuple[str, ...]] = {
    "sections read": ("read", "all"), "section read": (), "forget": (),
    "answered": ("count",), "answer right": (),
    "video": (), "video player": (), "video follow": (), "video close": (),
    "video go": ("moment", "section"),
    "enlarge": (), "enlarged": (), "larger": (), "smaller": (), "whole": (), "close": (),
}  # fmt: skip
"""What the scripts say, and what they put between the braces."""
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


def sections(env: Any) -> dict[str, list[str]]:
    """The sections of each page that follow the lecture, by their addresses."""
    found = {}
    for page in sorted(env.found_docs):
        lines = env.get_doctree(page).findall(nodes.paragraph)
        ids = [line.parent["ids"][0] for line in lines if "timecodes" in line["classes"]]
        if ids:
            found[page] = ids
    return found


def collect(app: Any, env: Any) -> list[str]:
    """Find the sections; where they changed, every page has to be written anew."""
    before, env.literate_sections = getattr(env, "literate_sections", None), sections(env)
    return [] if env.literate_sections == before else sorted(env.found_docs)


def equip(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give one page its switch, and what the scripts need."""
    data = {
        "words": {
            key: app.words(key, **{name: f"{{{name}}}" for name in names})
            for key, names in SAID.items()
        },
        "sections": app.env.literate_sections,
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    context["metatags"] = (
        f"{context.get('metatags', '')}<script>{FIRST}</script>"
        f'<script type="application/json" id="reader">{text}</script>'
    )
    body = context.get("body", "")
    app.add_js_file("progress.js", loading_method="defer")
    if "<details class='answer'" in body:
        context["article_header"] = switch(app.words)
        app.add_js_file("reading.js", loading_method="defer")
    if '<figure class="play"' in body:
        app.add_js_file("play.js", loading_method="defer")
    if 'class="graph"' in body:
        app.add_js_file("enlarge.js", loading_method="defer")
    if "<button class='watch" in body:
        app.add_js_file("video.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("enlarge.css")
    app.connect("env-updated", collect)
    app.connect("html-page-context", equip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
