"""What no reader is to meet on a page: slips of the author's that MyST builds without a word.

A misspelled class makes a question into a plain box, a cell inside of a comment is not there, and
half of a merge stands in the middle of the text. All of it is refused with its line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it.token import Token

from literate.read.error import BookError
from literate.read.page import MARKS, Block, Page
from literate.read.text import lines

CONFLICT = re.compile(r"(<{7}|>{7}|\|{7})( |$)")
NO_NOTE = re.compile(r"\[\^[^\]\s]+\]")
CLASSES = {
    "question", "exercise", "note", "tip", "hint", "important", "warning", "caution", "danger",
    "attention", "error", "seealso", "dropdown", "toggle", "margin", "sidebar", "full-width",
}  # fmt: skip
"""Those of the book, and those of its theme."""
DIRECTIVES = {
    "admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "tip",
    "warning", "seealso", "sidebar", "topic", "rubric", "epigraph", "highlights", "pull-quote",
    "container", "compound", "parsed-literal", "math", "table", "csv-table", "list-table", "image",
    "figure", "contents", "raw", "include", "class", "replace", "meta", "role", "code",
    "glossary", "toctree", "deprecated", "versionadded", "versionchanged", "literalinclude",
    "hlist", "only", "index", "dropdown", "card", "grid", "grid-item", "grid-item-card", "tab-set",
    "tab-item", "button-link", "button-ref", "margin", "eval-rst", "borrowed", "way",
}  # fmt: skip
ROLES = {
    "abbreviation", "acronym", "code", "emphasis", "literal", "math", "strong", "subscript", "sub",
    "superscript", "sup", "title-reference", "raw", "doc", "term", "ref", "numref", "eq",
    "download", "abbr", "kbd", "guilabel", "menuselection", "timecode", "n",
}  # fmt: skip
"""The directives and roles of Sphinx, of what extends it here, and our own."""
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
         "track", "wbr"}  # fmt: skip
"""What HTML never closes."""


def check_prose(page: Page) -> None:
    """Refuse what would be on the page, or missing on it, without anyone's having meant it."""
    _check_merged(page)
    _check_headings(page)
    for block in page.walk():
        if told := next(_faults(block), None):
            line, reason, remedy = told
            raise page.error(line, reason, remedy)
    _check_html(page)


def spans(block: Block) -> Iterator[tuple[int, Token]]:
    """The words, links and roles of a block, each with its line."""
    line = block.line
    for span in block.spans:
        line += span.type in ("softbreak", "hardbreak")
        yield line, span


def _check_merged(page: Page) -> None:
    code = {n for b in page.walk() if b.kind in ("cell", "listing") for n in b.lines}
    for number, line in enumerate(lines(page.text), 1):
        if CONFLICT.match(line) and number not in code:
            raise page.error(
                number, "half of a merge stands here", "choose one side, and take the marks out"
            )


def _check_headings(page: Page) -> None:
    above = 0
    for heading in page.headings:
        level = int(heading.token.tag[1])
        if level == 1 and above:
            raise page.error(
                heading.line,
                f"a second title: '{heading.words}'",
                f"write '## {heading.words}': a page has one title, and sections below it",
            )
        if level > above + 1:
            under = "is the first" if not above else f"stands under one of level {above}"
            raise page.error(
                heading.line,
                f"the heading '{heading.words}' of level {level} {under}",
                f"begin it with {'#' * (above + 1)}: headings go down one level at a time",
            )
        above = level


def _faults(block: Block) -> Iterator[tuple[int, str, str]]:
    """Line, reason and remedy of what is wrong with one block."""
    said = block.title if block.kind == "comment" else block.token.content
    if block.kind == "comment" or "html" in block.kind:
        for near in difflib.get_close_matches(said, MARKS, 1, 0.8) if said not in MARKS else ():
            yield block.line, f"the comment {said} looks like a mark, and is none", f"write {near}"
    if block.kind == "directive":
        yield from _directive_faults(block)
    if block.kind in ("cell", "listing"):
        return
    for line, span in spans(block):
        if span.type == "text" and (found := NO_NOTE.search(span.content)):
            yield (
                line,
                f"the footnote {found[0]} has no note",
                f"write it: '{found[0]}: …' in a paragraph of its own; or take the mark out",
            )
        if span.type == "image" and not span.content.strip():
            yield (
                line,
                f"the picture {span.attrs['src']} says nothing to those who cannot see it",
                ALT,
            )
        if span.type == "myst_role" and span.meta["name"] not in ROLES:
            yield _unknown(line, "role", span.meta["name"], ROLES)


UNSEEN = "says nothing to those who cannot see it"
ALT = "say what is to be seen: ![in words](…), or the option ':alt:' of a figure"


def _directive_faults(block: Block) -> Iterator[tuple[int, str, str]]:
    if block.name not in DIRECTIVES:
        yield _unknown(block.line, "directive", block.name, DIRECTIVES)
    if block.name in ("image", "figure") and not block.options.get("alt"):
        yield (
            block.line,
            f"the picture {block.title} {UNSEEN}",
            ALT,
        )
    for name in sorted(block.classes - CLASSES):
        yield _unknown(block.line, "class", name, CLASSES)


def _unknown(line: int, kind: str, name: str, known: set[str]) -> tuple[int, str, str]:
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"write '{near[0]}'" if near else f"use one of {', '.join(sorted(known))}"
    return line, f"there is no {kind} '{name}'", remedy


class _Tags(HTMLParser):
    """Keeps the tags that are open, with the lines where they began."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.line = 1
        self.stray: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self.open.append((tag, self.line + self.getpos()[0] - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        elif not self.stray:
            self.stray = tag, self.line + self.getpos()[0] - 1


def _check_html(page: Page) -> None:
    """Refuse a tag that is opened and not closed, or closed and not opened."""
    open_tags: list[tuple[str, int]] = []
    for block in page.walk():
        pieces = [(block.line, block.token.content)] if "html" in block.kind else []
        pieces += [(line, span.content) for line, span in spans(block) if "html" in span.type]
        for line, text in pieces:
            tags = _Tags()
            tags.open, tags.line = open_tags, line
            tags.feed(text)
            if tags.stray:
                raise _unbalanced(page, tags.stray, "closed, and was not open")
    if open_tags:
        raise _unbalanced(page, open_tags[-1], "opened, and never closed")


def _unbalanced(page: Page, tag: tuple[str, int], what: str) -> BookError:
    name, line = tag
    return page.error(line, f"the HTML tag <{name}> is {what}", f"write <{name}>…</{name}>")
