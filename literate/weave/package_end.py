"""At the end of a chapter: the package so far, and what the chapter changed in it."""

from __future__ import annotations

from docutils import nodes

from literate.read.model import PACKAGE
from literate.read.settings import Words
from literate.read.text import lines
from literate.tangle.caption import diff
from literate.tangle.state import State
from literate.weave.captions import fold, listing


def weave_end(document: nodes.document, before: State, after: State, say: Words) -> None:
    """The package after this chapter, whole and as a change, in folds at the page's end."""
    files = [name for name in after if before.get(name) != after[name]]
    if not files:
        return
    whole = [
        part
        for name, text in after.items()
        for part in (_file_name(name, text, say), listing(text, "python"))
    ]
    changes = [listing(diff(before.get(n, ""), after[n], f"{PACKAGE}/{n}"), "diff") for n in files]
    top = next(document.findall(nodes.section))
    top += nodes.rubric("", say("package"), classes=["package-so-far"])
    top += fold(say("package whole"), *whole)
    top += fold(say("package changed"), *changes)


def _file_name(name: str, text: str, say: Words) -> nodes.paragraph:
    size = say("lines", count=len(lines(text)))
    counts = nodes.inline("", f" {size}", classes=["counts"])
    return nodes.paragraph(
        "", "", nodes.strong("", f"{PACKAGE}/{name}"), counts, classes=["tangled"]
    )
