"""Around the cells of an exercise: where to start; the solution and the check, each in a fold."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes

from literate.read.model import OPTIONAL, Chapter
from literate.read.settings import Words
from literate.weave.captions import fold


def weave_missing(document: nodes.document, chapter: Chapter, say: Words) -> None:
    """At the top of a page that could not be executed: what is missing, and how to get it."""
    note = nodes.admonition("", classes=["warning", "missing"])
    note += nodes.title("", say("missing"))
    for name in chapter.missing:
        if name in OPTIONAL:
            text = say("missing option", module=name, option=f"{OPTIONAL[name]}=no")
        else:
            text = say("missing module", module=name)
        # Every second part stands in backticks.
        parts = enumerate(text.split("`"))
        note += nodes.paragraph(
            "", "", *(nodes.literal("", p) if i % 2 else nodes.Text(p) for i, p in parts)
        )
    top = next(document.findall(nodes.section))
    place = next(i for i, node in enumerate(top) if not isinstance(node, nodes.title))
    top.insert(place, note)


def weave_exercises(
    document: nodes.document, chapter: Chapter, say: Words, elsewhere: Iterable[tuple[str, str]]
) -> None:
    """Say above the starter of an exercise that it is one; fold its solution and its check.

    The first one says where else it can be answered: `elsewhere` (see `launch`).
    """
    parts = {cell.index: cell.part for cell in chapter.cells}
    links = [nodes.reference("", text, refuri=url) for text, url in elsewhere]
    for node in list(document.findall(nodes.container)):
        part = parts.get(node.get("cell_index")) if node.get("nb_element") == "cell_code" else None
        if part:
            around: list[nodes.Node]
            if part == "starter":
                start = nodes.inline("", say(part))
                around = [nodes.paragraph("", "", start, *links, classes=["exercise-part"]), node]
                links = []
            else:
                title = say("solution" if part == "solution" else "check code")
                around = fold(title, node, classes=f"fold {part}")
            place = node.parent.index(node)
            node.parent[place : place + 1] = around
