"""Whether every link within the book leads somewhere: to labels, anchors, words explained."""

from __future__ import annotations

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from literate.read.exercises import CLASS
from literate.read.model import Book
from literate.read.page import Page
from literate.read.prose import spans
from literate.read.text import lines

TO_LABELS = {"ref", "numref"}


def check_links(book: Book) -> None:
    """Refuse links to what is not there, and labels of which there are two."""
    labels: dict[str, tuple[Page, int]] = {}
    for page in book.pages.values():
        for line, label in _labels(page):
            if label in labels:
                other, there = labels[label]
                raise page.error(
                    line,
                    f"the label '{label}' is in {other.path}:{there}, too",
                    "give one of the two another name",
                )
            labels[label] = page, line
    known = terms(book)
    anchors = {page.path: set(_anchors(page)) for page in book.pages.values()}
    for page in book.pages.values():
        for block in page.walk():
            for line, span in spans(block):
                if span.type == "link_open":
                    _check_anchor(page, line, str(span.attrs["href"]), anchors, {*labels})
                elif span.type == "myst_role":
                    target = re.sub(r".*<(.+)>\s*", r"\1", span.content, flags=re.DOTALL)
                    if span.meta["name"] in TO_LABELS:
                        _check_name(page, line, "label", target, {*labels})
                    elif span.meta["name"] == "term":
                        _check_name(page, line, "word in the glossary", target, known)


def terms(book: Book) -> set[str]:
    """The words of the glossary, in lower case."""
    return {term for page in book.pages.values() for term in _terms(page)}


def _labels(page: Page) -> Iterator[tuple[int, str]]:
    """Line and name of what a role can refer to; an exercise has its own rule."""
    for block in page.walk():
        if block.kind == "myst_target":
            yield block.line, _word(block.token.content)
        elif block.kind == "directive" and CLASS not in block.classes and "name" in block.options:
            yield block.line, _word(str(block.options["name"]))


def _anchors(page: Page) -> Iterator[str]:
    """What can stand behind # in the address of a page."""
    for block in page.walk():
        if block.kind == "heading":
            yield anchor(block.words)
        elif block.kind == "myst_target":
            yield from (block.token.content, anchor(block.token.content))
        elif block.kind == "directive" and (name := block.options.get("name")):
            yield from (str(name), anchor(str(name)))


def _terms(page: Page) -> Iterator[str]:
    for block in page.walk():
        if block.name == "glossary":
            yield from (_word(line) for line in lines(block.source) if re.match(r"\S", line))


def anchor(text: str) -> str:
    """What Sphinx makes of a heading's words, or of a label."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")


def _word(text: str) -> str:
    return " ".join(text.split()).lower()


def _check_name(page: Page, line: int, kind: str, target: str, known: set[str]) -> None:
    if _word(target) not in known:
        near = difflib.get_close_matches(_word(target), known, 1)
        hint = f"write '{near[0]}'" if near else "correct it, or add what it is to lead to"
        raise page.error(line, f"there is no {kind} '{' '.join(target.split())}'", hint)


def _check_anchor(
    page: Page, line: int, href: str, anchors: dict[Path, set[str]], labels: set[str]
) -> None:
    link = urlsplit(href)
    if link.netloc or link.scheme or not link.fragment:
        return
    # Without a page before it, a name is also looked for among the labels of the whole book.
    if not link.path and _word(unquote(link.fragment)) in labels:
        return
    there = page.path
    if link.path.endswith(".md"):
        there = Path(posixpath.normpath(posixpath.join(page.path.parent.as_posix(), link.path)))
    elif link.path:
        return
    if there in anchors and unquote(link.fragment) not in anchors[there]:
        near = difflib.get_close_matches(link.fragment, anchors[there], 1)
        raise page.error(
            line,
            f"a link to '#{link.fragment}', and {there} has nothing of this name",
            f"write '#{near[0]}'" if near else f"put ({link.fragment})= above what it leads to",
        )
