"""Above each tangled cell: where its code goes, and what it changed there."""

from __future__ import annotations

import difflib
import html
import itertools
from collections.abc import Iterable

from docutils import nodes

from literate.read.model import PACKAGE, Chapter
from literate.read.settings import Words
from literate.tangle.tangle import Edit, Tangled


def caption(edits: list[Edit], say: Words) -> nodes.paragraph:
    """One line: file, class, what is added and replaced, how many lines go and come."""
    line = nodes.paragraph(classes=["tangled"])
    line += nodes.strong("", f"{PACKAGE}/{edits[0].file}")
    for class_name, group in itertools.groupby(edits, key=lambda e: e.class_name):
        line += nodes.Text(f" · class {class_name}" if class_name else "")
        said = ""
        for edit in group:
            verb = say("replaces") if edit.before else say("adds")
            line += nodes.Text((", " if said else " · ") + (f"{verb} " if verb != said else ""))
            line += nodes.Text(edit.name) if " " in edit.name else nodes.literal("", edit.name)
            said = verb
    removed, added = (sum(numbers) for numbers in zip(*(e.counts for e in edits), strict=True))
    counts = f"−{removed} +{added}" if removed else f"+{added}"
    line += nodes.inline("", f" ({counts})", classes=["counts"])
    return line


def changed_lines(edits: Iterable[Edit]) -> list[int]:
    """The lines of the cell, counted from 1, that differ from the definitions they replace."""
    marked = []
    for edit in edits:
        if edit.before:
            blocks = difflib.SequenceMatcher(
                None, edit.before.splitlines(), edit.after.splitlines(), autojunk=False
            ).get_opcodes()
            for kind, _, _, start, end in blocks:
                if kind != "equal":
                    marked += [edit.start + number + 1 for number in range(start, end)]
    return marked


def diff(before: str, after: str, name: str, context: int = 3) -> str:
    """A unified diff without places of any machine."""
    text = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name}, before", f"{name}, after", "", "",
        n=context, lineterm="",
    )  # fmt: skip
    return "\n".join(text)


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
        head: list[nodes.Node] = [caption(edits, say)]
        changes = [diff(e.before, e.after, e.path, 99) for e in edits if e.before]
        if changes:
            head += fold(say("diff"), listing("\n".join(changes), "diff"))
        for block in node.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                block["highlight_args"] = {"hl_lines": changed_lines(edits)}
        node.parent[node.parent.index(node) : node.parent.index(node)] = head
