"""What can be run on the page itself, as a Sphinx extension: which cells, and which answers.

Here the page is told which cells these are, what the others lack, and where an answer is written;
`live.js` puts the buttons there. What runs the cells is loaded only when one of them is pressed.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.provide import live
from literate.provide.carried import there
from literate.read.model import Chapter, Exercise
from literate.read.settings import Words
from literate.tangle.lacks import NOTHING, Reach, places, reach
from literate.tangle.state import Tangled

FOLDER = "live"
"""The folder of the site in which all of it lies (see `editions.live`)."""
SAID = ("run", "file", "network")
"""What is said before anything is loaded."""
BUTTONS = ("write", "check", "reset", "solution")


def weave_live(document: nodes.document, chapter: Chapter, tangled: Tangled, say: Words) -> None:
    """Mark the cells that can be run, and put the place for an answer below each starter."""
    if live.missing():
        return
    found, _ = reach(chapter, tangled, there)
    place = places(chapter)
    cells = {cell.index: cell for cell in chapter.cells}
    exercises = {exercise.starter.index: exercise for exercise in chapter.exercises}
    told = NOTHING
    for node in list(document.findall(nodes.container)):
        index = node.get("cell_index") if node.get("nb_element") == "cell_code" else None
        if index not in found:
            continue
        if exercise := exercises.get(index):
            _after(node, _answer(exercise, found, say))
        elif not cells[index].part and not found[index].lacks:
            node["classes"] += ["live", f"cell-{place[index]}"]
        elif not cells[index].part and not found[index].lacks <= told:
            # Once is enough: below, that there is no button says it.
            told |= found[index].lacks
            _after(node, _lacks(say("live needs", modules=named(found[index].lacks))))


def _answer(exercise: Exercise, found: dict[int, Reach], say: Words) -> nodes.Node:
    """The buttons of an exercise, or what it lacks here."""
    lacking = NOTHING.union(
        found[exercise.starter.index].lacks, found[exercise.solution.index].lacks,
        found[exercise.check.index].asserting,
    )  # fmt: skip
    if lacking:
        return _lacks(say("live exercise needs", modules=named(lacking)))
    buttons = "".join(
        f"<button type='button' value='{name}'>{html.escape(say(f'live {name}'))}</button>"
        for name in BUTTONS
    )
    text = f"<div class='answer-bar pst-js-only' data-exercise='{exercise.name}'>{buttons}</div>"
    return nodes.raw("", text, format="html")


def named(modules: Iterable[str]) -> str:
    return ", ".join(sorted(modules))


def _lacks(text: str) -> nodes.Node:
    return nodes.paragraph("", text, classes=["live-lacks"])


def _after(node: nodes.container, added: nodes.Node) -> None:
    node.parent.insert(node.parent.index(node) + 1, added)


def equip(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page its script, and what that needs to know."""
    body = context.get("body", "")
    if live.missing() or ('class="live ' not in body and "class='answer-bar" not in body):
        return
    (chapter,) = (c for c in app.book.chapters if c.path.with_suffix("").as_posix() == page)
    data = {
        "chapter": chapter.slug,
        "from": f"{context['pathto'](FOLDER, 1)}/",
        "words": {key: app.words(f"live {key}") for key in SAID},
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script type="application/json" id="live">{text}</script>'
    context["metatags"] = f"{context.get('metatags', '')}{script}"
    app.add_js_file("live.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", equip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
