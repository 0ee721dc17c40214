"""Above each tangled cell: where its code goes, and what it changed there."""

from __future__ import annotations

import html
from collections.abc import Callable

from docutils import nodes

from literate.read.model import Chapter
from literate.read.settings import Words
from literate.tangle.caption import caption, changed_lines, diff
from literate.tangle.state import Tangled

NODES: dict[str, Callable[[str], nodes.Node]] = {
    "file": lambda text: nodes.strong("", text),
    "name": lambda text: nodes.literal("", text),
    "counts": lambda text: nodes.inline("", text, classes=["counts"]),
    "words": nodes.Text,
}
"""How a page shows each kind of words in a caption."""


def fold(summary: str, *content: nodes.Node, classes: str = "fold") -> list[nodes.Node]:
    """`content` folded under one line."""
    opening = f"<details class='{classes}'><summary>{html.escape(summary)}</summary>"
    return [
        nodes.raw("", opening, format="html"),
        *content,
        nodes.raw("", "</details>", format="html"),
    ]


def listing(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def weave_cells(document: nodes.document, chapter: Chapter, tangled: Tangled, say: Words) -> None:
    """Captions, diffs and marks for the tangled cells of a page."""
    by_index = {cell.index: cell for cell in chapter.cells}
    for node in list(document.findall(nodes.container)):
        if node.get("nb_element") != "cell_code":
            continue
        cell = by_index[node["cell_index"]]
        edits = [edit for edit in tangled.edits if edit.cell is cell]
        if not edits:
            continue
        said = (NODES[kind](text) for kind, text in caption(edits, say))
        head: list[nodes.Node] = [nodes.paragraph("", "", *said, classes=["tangled"])]
        changes = [diff(e.before, e.after, e.path, 99) for e in edits if e.before]
        if changes:
            head += fold(say("diff"), listing("\n".join(changes), "diff"))
        for block in node.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                block["highlight_args"] = {"hl_lines": changed_lines(edits)}
        node.parent[node.parent.index(node) : node.parent.index(node)] = head
