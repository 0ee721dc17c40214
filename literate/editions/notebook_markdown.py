"""From the Markdown of the chapters, which is MyST, to the one that every notebook shows.

Roles and links to other pages become links to the site, directives become HTML that Jupyter, Colab
and VS Code show alike, and pictures are put into the text. What has no meaning in a notebook, such
as a label, is gone. Everything else stays as the author wrote it, formulas included.
"""

from __future__ import annotations

import base64
import mimetypes
import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from myst_parser.parsers.mdit import create_md_parser

from literate.read import numbers
from literate.read.error import BookError
from literate.read.include import read_part
from literate.read.markdown import parser_config, read_page
from literate.read.model import Book
from literate.read.page import LISTINGS, Block, Page
from literate.read.text import lines
from literate.read.timeline import TIMECODE, TIMELINE, lecture

TITLED = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)
"""The content of a role with words of its own: `weights <weight>`."""
BOX = '<div class="alert alert-{kind}">\n\n**{title}**\n\n{body}\n\n</div>'
FOLD = "<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
GONE = {"front_matter", "myst_target", "myst_block_break", "comment", "mark"}
"""What is for the author and for us, such as where an answer ends or what goes on a slide."""
WARNINGS = {"attention", "caution", "danger", "error", "important", "warning"}
Below = Callable[[int, str, list[str]], str]
"""What is to stand below a heading, from its level, its words and its timecodes."""


def _with_places() -> MarkdownIt:
    """A parser whose roles, links and images say where in their text they stand."""
    parser = create_md_parser(parser_config(), RendererHTML)
    for name, kind in (("myst_role", "myst_role"), ("link", "link_open"), ("image", "image")):
        rules = parser.inline.ruler.__rules__
        rule = next(r.fn for r in rules if r.name == name)
        parser.inline.ruler.at(name, _placed(rule, kind))
    return parser


def _placed(rule: Callable[[StateInline, bool], bool], kind: str) -> Any:
    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        label = start
        if kind != "myst_role":
            bracket = start + (kind == "image")
            label = state.md.helpers.parseLinkLabel(state, bracket, kind == "link_open")
        if not rule(state, silent):
            return False
        if not silent:
            made = next(token for token in state.tokens[count:] if token.type == kind)
            made.meta = made.meta | {"place": (start, label, state.pos)}
        return True

    return placed


class Plain:
    """Makes the Markdown of notebooks; knows the book's pages and their addresses."""

    def __init__(self, book: Book, address: str) -> None:
        self.root, self.address = book.root, address.rstrip("/")
        self.parser = _with_places()
        self.titles: dict[str, str] = {}
        self.glossary = ""
        for path, page in book.pages.items():
            name = path.with_suffix("").as_posix()
            self.titles[name] = next((h.words for h in page.headings), path.stem)
            if any(block.name == "glossary" for block in page.walk()):
                self.glossary = name

    def url(self, page: str, anchor: str = "") -> str:
        """The address of a page, as `book/value`; empty where the site has none."""
        return f"{self.address}/{page}.html{anchor}" if self.address else ""

    def convert(self, page: Page, below: Below = lambda *_: "") -> str:
        """A page, or a part of one, as a notebook shows it."""
        return joined(self.lines(page, below))

    def lines(self, page: Page, below: Below = lambda *_: "") -> list[str | None]:
        """What becomes of each line of the page; None of one that is gone, or part of another."""
        made: list[str | None] = [*lines(page.text)]
        for block in page.blocks:
            self._block(block, page, made, below)
        return made

    def _block(self, block: Block, page: Page, made: list[str | None], below: Below) -> None:
        first, end = (line - page.first for line in (block.lines.start, block.lines.stop))
        if block.kind in GONE:
            made[first:end] = [None] * (end - first)
        elif block.name and block.kind != "cell":
            lead = (made[first] or "").split(block.token.markup)[0]
            text = _indented(self._directive(block, page), lead)
            made[first:end] = [text, *[None] * (end - first - 1)]
        elif block.spans:
            self._spans(block, page, made)
            if block.kind == "heading":
                self._below(block, made, first, end, below)
        for child in block.children:
            self._block(child, page, made, below)

    def _spans(self, block: Block, page: Page, made: list[str | None]) -> None:
        """Replace what a notebook does not know in the lines of a paragraph, heading or cell."""
        new = block.source
        for start, end, text in sorted(self._edits(block.source, page), reverse=True):
            new = new[:start] + text + new[end:]
        if new == block.source:
            return
        old_lines, new_lines = block.source.split("\n"), new.split("\n")
        for number, old in enumerate(old_lines, block.line - page.first):
            line = made[number] or ""
            start = line.rindex(old.rstrip())
            rest = line[start + len(old.rstrip()) :]
            now = new_lines.pop(0) if new_lines else None
            made[number] = None if now is None else line[:start] + now + rest

    def _edits(self, source: str, page: Page) -> Iterator[tuple[int, int, str]]:
        """From where to where, and by what, the source of a text is to be replaced."""
        (inline,) = self.parser.parseInline(source)
        for child in inline.children or []:
            if "place" not in child.meta:
                continue
            start, label, end = child.meta["place"]
            if child.type == "myst_role":
                yield start, end, self._role(child.meta["name"], child.content, page)
            elif child.type == "image":
                yield label, end, f"]({self._picture(str(child.attrs['src']), page)})"
            elif target := self._page(str(child.attrs["href"]), page):
                words = "" if label > start + 1 else self.titles[target[0]]
                if url := self.url(*target):
                    yield label, end, f"{words}]({url})"
                else:
                    yield start, end, source[start + 1 : label] or words

    def _page(self, href: str, page: Page) -> tuple[str, str] | None:
        """Page and anchor that a link from `page` leads to; None if it leads out of the book."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        path = posixpath.normpath(posixpath.join(page.path.parent.as_posix(), unquote(parts.path)))
        name = path.removesuffix(".md").lstrip("/")
        return (
            (name, f"#{parts.fragment}" if parts.fragment else "") if name in self.titles else None
        )

    def _role(self, name: str, content: str, page: Page) -> str:
        match = TITLED.fullmatch(content)
        words, target = match.groups() if match else ("", content)
        if name == "doc" and (found := self._page(target, page)):
            return _link(words or self.titles[found[0]], self.url(*found))
        if name == "term":
            anchor = "#term-" + re.sub(r"[^a-zA-Z0-9._]+", "-", target).strip("-")
            url = self.url(self.glossary, anchor) if self.glossary else ""
            return _link(words or content, url)
        if name == "timecode":
            return self.timecode(content)
        if name == numbers.ROLE:
            return numbers.number(self.root, page.path, content)
        return f"${content}$" if name == "math" else words or content

    def timecode(self, moment: str) -> str:
        """A moment such as 00:08:08 as a link to the lecture."""
        if not TIMECODE.fullmatch(moment) or not (self.root / TIMELINE).is_file():
            return moment
        short, url = lecture(self.root, moment)
        return _link(f"▶ {short}", url)

    def _below(
        self, heading: Block, made: list[str | None], first: int, end: int, below: Below
    ) -> None:
        """Move a heading's timecodes below it, and put there what else is to be there."""
        links = [self.timecode(moment) for moment in heading.timecodes]
        line = made[first] or ""
        for link in links:
            line = line.replace(link, "")
        made[first] = line.rstrip()
        level = int(heading.token.tag[1:])
        more = [" ".join(links), below(level, heading.words, heading.timecodes)]
        made[end - 1] = "\n\n".join([made[end - 1] or "", *(m for m in more if m)])

    def _directive(self, block: Block, page: Page) -> str:
        kind = block.name
        if kind == "include":
            return self.convert(read_part(self.root, page, block))
        if kind == "math":
            return f"$$\n{block.source.strip()}\n$$"
        if kind in LISTINGS:
            return f"```{block.title}\n{block.source.strip()}\n```"
        body = self.convert(block.body) if block.body else ""
        title = self.convert(read_page(page.path, block.title))
        if kind == "dropdown":
            return FOLD.format(title=MarkdownIt().renderInline(title), body=body)
        if kind in ("figure", "image"):
            alt = str(block.options.get("alt") or "").replace("\n", " ")
            picture = f"![{alt}]({self._picture(block.title, page)})"
            return "\n\n".join(part for part in (picture, body) if part)
        if kind != "admonition":
            title = title or kind.replace("-", " ").capitalize()
        if not body:
            return ""
        return BOX.format(
            kind="warning" if kind in WARNINGS else "info", title=title or kind, body=body
        )

    def _picture(self, source: str, page: Page) -> str:
        """The picture itself as an address, so that no file has to lie beside the notebook."""
        if urlsplit(source).scheme:
            return source
        path = self.root / page.path.parent / unquote(source)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BookError(
                page.path, None, f"the picture {source} cannot be read: {error.strerror}",
                "correct its path, which begins in the folder of the page",
            ) from None  # fmt: skip
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def joined(made: list[str | None]) -> str:
    """The lines that are left, with one blank line between the blocks."""
    kept = "\n".join(line for line in made if line is not None)
    return re.sub(r"\n{3,}", "\n\n", kept).strip("\n")


def _indented(text: str, lead: str) -> str:
    """`text` below what stands before its first line, such as the sign of a list's item."""
    further = "".join(c if c == ">" else " " for c in lead)
    first, *rest = text.split("\n")
    return "\n".join([lead + first, *((further + line).rstrip() for line in rest)])


def _link(words: str, url: str) -> str:
    return f"[{words}]({url})" if url else words
