"""At the end of a chapter: the package so far, and what the chapter changed in it."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

from literate.read.model import PACKAGE, Book, Chapter
from literate.read.settings import Words
from literate.read.text import lines
from literate.tangle.caption import diff
from literate.tangle.state import Tangled
from literate.weave.captions import fold, listing


def weave_end(
    document: nodes.document, chapter: Chapter, book: Book, tangled: Tangled, say: Words
) -> None:
    """The package after this chapter, and the change that the chapter is, in folds at its end.

    Of a file that the chapter left alone, a link leads to the chapter that wrote it.
    """
    before, after = tangled.before(chapter.slug), tangled.states[chapter.slug]
    files = [name for name in after if before.get(name) != after[name]]
    if not files:
        return
    whole: list[nodes.Element] = []
    for name, text in after.items():
        head = _file_name(name, text, say)
        if name in files:
            whole += [head, listing(text, "python")]
        else:
            head += _elsewhere(_writer(name, text, book, tangled), document, say)
            whole.append(head)
    changes = [listing(diff(before.get(n, ""), after[n], f"{PACKAGE}/{n}"), "diff") for n in files]
    top = next(document.findall(nodes.section))
    top += nodes.rubric("", say("package"), classes=["package-so-far"])
    top += fold(say("package whole"), *whole)
    top += fold(say("package changed"), *changes)


def _writer(name: str, text: str, book: Book, tangled: Tangled) -> Chapter:
    """The chapter that left a file as it is: the first after which it has this text."""
    first = next(slug for slug, state in tangled.states.items() if state.get(name) == text)
    return next(chapter for chapter in book.chapters if chapter.slug == first)


def _elsewhere(chapter: Chapter, document: nodes.document, say: Words) -> list[nodes.Node]:
    """Which chapter wrote a file, as a link."""
    title = chapter.page.headings[0].words
    first, _, last = say("package elsewhere", chapter="\0").partition("\0")
    link = addnodes.pending_xref(
        "", nodes.inline("", title), refdomain="std", reftype="doc", refexplicit=True,
        reftarget=f"/{chapter.path.with_suffix('')}", refwarn=True,
        refdoc=document.settings.env.docname,
    )  # fmt: skip
    return [nodes.Text(f", {first}"), link, nodes.Text(last)]


def _file_name(name: str, text: str, say: Words) -> nodes.paragraph:
    size = say("lines", count=len(lines(text)))
    counts = nodes.inline("", f" {size}", classes=["counts"])
    return nodes.paragraph(
        "", "", nodes.strong("", f"{PACKAGE}/{name}"), counts, classes=["tangled"]
    )
