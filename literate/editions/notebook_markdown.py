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
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser

from literate.read import include
from literate.read.exercises import Block, read_block
from literate.read.markdown import LISTINGS, headings, parser_config, tokens
from literate.read.model import Book, BookError
from literate.read.settings import TIMECODE, TIMELINE, lecture

TITLED = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)
"""The content of a role with words of its own: `weights <weight>`."""
BOX = '<div class="alert alert-{kind}">\n\n**{title}**\n\n{body}\n\n</div>'
FOLD = "<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
GONE = {"myst_target", "myst_line_comment"}
COMMENT = re.compile(r"<!--(?:(?!-->).)*-->", re.DOTALL)
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
        for page in book.pages:
            text = (book.root / page).read_text("utf-8")
            title = next((words for _, words, _ in headings(tokens(text))), page.stem)
            self.titles[page.with_suffix("").as_posix()] = title
            if "{glossary}" in text:
                self.glossary = page.with_suffix("").as_posix()

    def url(self, page: str, anchor: str = "") -> str:
        """The address of a page, as `book/value`; empty where the site has none."""
        return f"{self.address}/{page}.html{anchor}" if self.address else ""

    def convert(self, text: str, page: Path, below: Below = lambda *_: "") -> str:
        """`text`, which stands in the page at the path `page`, as a notebook shows it."""
        lines: list[str | None] = [*text.split("\n")]
        stream = self.parser.parse(text + "\n")
        for place, token in enumerate(stream):
            if not token.map:
                continue
            first, end = token.map
            if token.type in ("fence", "colon_fence") and re.match(r"\{[\w:-]+\}", token.info):
                lead = (lines[first] or "").split(token.markup)[0]
                made = self._directive(read_block(token), page)
                lines[first:end] = [_indented(made, lead), *[None] * (end - first - 1)]
            elif token.type in GONE or COMMENT.fullmatch(token.content.strip()):
                lines[first:end] = [None] * (end - first)
            elif token.type == "inline":
                self._inline(token, lines, page)
                if stream[place - 1].type == "heading_open":
                    level = int(stream[place - 1].tag[1:])
                    self._below(token, level, lines, below)
        kept = "\n".join(line for line in lines if line is not None)
        return re.sub(r"\n{3,}", "\n\n", kept).strip("\n")

    def _inline(self, token: Token, lines: list[str | None], page: Path) -> None:
        """Replace what a notebook does not know in the lines of a paragraph, heading or cell."""
        new = token.content
        for start, end, text in sorted(self._edits(token, page), reverse=True):
            new = new[:start] + text + new[end:]
        if new == token.content:
            return
        assert token.map
        old_lines, new_lines = token.content.split("\n"), new.split("\n")
        for number, old in enumerate(old_lines, token.map[0]):
            line = lines[number] or ""
            start = line.rindex(old.rstrip())
            rest = line[start + len(old.rstrip()) :]
            now = new_lines.pop(0) if new_lines else None
            lines[number] = None if now is None else line[:start] + now + rest

    def _edits(self, token: Token, page: Path) -> Iterator[tuple[int, int, str]]:
        """From where to where, and by what, the text of an inline token is to be replaced."""
        for child in token.children or []:
            if "place" not in child.meta:
                continue
            start, label, end = child.meta["place"]
            if child.type == "myst_role":
                yield start, end, self._role(child.meta["name"], child.content, page)
            elif child.type == "image":
                yield label, end, f"]({self._picture(str(child.attrs['src']), page)})"
            elif target := self._page(str(child.attrs["href"]), page):
                words = "" if label > start + 1 else self.titles[target[0]]
                yield (label, end, f"{words}]({url})") if (url := self.url(*target)) else (
                    start, end, token.content[start + 1 : label] or words
                )  # fmt: skip

    def _page(self, href: str, page: Path) -> tuple[str, str] | None:
        """Page and anchor that a link from `page` leads to; None if it leads out of the book."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        path = posixpath.normpath(posixpath.join(page.parent.as_posix(), unquote(parts.path)))
        name = path.removesuffix(".md").lstrip("/")
        return (
            (name, f"#{parts.fragment}" if parts.fragment else "") if name in self.titles else None
        )

    def _role(self, name: str, content: str, page: Path) -> str:
        match = TITLED.fullmatch(content)
        words, target = match.groups() if match else ("", content)
        if name == "doc" and (found := self._page(target, page)):
            return _link(words or self.titles[found[0]], self.url(*found))
        if name == "term":
            anchor = "#term-" + re.sub(r"[^a-zA-Z0-9]+", "-", target).strip("-")
            url = self.url(self.glossary, anchor) if self.glossary else ""
            return _link(words or content, url)
        if name == "timecode":
            return self.timecode(content)
        return f"${content}$" if name == "math" else words or content

    def timecode(self, moment: str) -> str:
        """A moment such as 00:08:08 as a link to the lecture."""
        if not TIMECODE.fullmatch(moment) or not (self.root / TIMELINE).is_file():
            return moment
        short, url = lecture(self.root, moment)
        return _link(f"▶ {short}", url)

    def _below(self, token: Token, level: int, lines: list[str | None], below: Below) -> None:
        """Move a heading's timecodes below it, and put there what else is to be there."""
        children = token.children or []
        moments = [c.content for c in children if c.meta.get("name") == "timecode"]
        words = "".join(c.content for c in children if c.type in ("text", "code_inline")).strip()
        links = [self.timecode(moment) for moment in moments]
        assert token.map
        first, end = token.map
        line = lines[first] or ""
        for link in links:
            line = line.replace(link, "")
        more = [" ".join(links), below(level, words, moments)]
        lines[first] = line.rstrip()
        lines[end - 1] = "\n\n".join([lines[end - 1] or "", *(m for m in more if m)])

    def _directive(self, block: Block, page: Path) -> str:
        kind = block.kind.strip("{}")
        if kind == "include":
            return self.convert(include.text(self.root, page, block), page)
        body = self.convert(block.body, page)
        title = self.convert(block.title, page)
        if kind == "dropdown":
            return FOLD.format(title=MarkdownIt().renderInline(title), body=body)
        if kind in ("figure", "image"):
            alt = str(block.options.get("alt") or "").replace("\n", " ")
            picture = f"![{alt}]({self._picture(block.title, page)})"
            return "\n\n".join(part for part in (picture, body) if part)
        if kind == "math":
            return f"$$\n{block.body}\n$$"
        if kind in LISTINGS:
            return f"```{block.title}\n{block.body}\n```"
        if kind != "admonition":
            title = title or kind.replace("-", " ").capitalize()
        if not body:
            return ""
        return BOX.format(
            kind="warning" if kind in WARNINGS else "info", title=title or kind, body=body
        )

    def _picture(self, source: str, page: Path) -> str:
        """The picture itself as an address, so that no file has to lie beside the notebook."""
        if urlsplit(source).scheme:
            return source
        path = self.root / page.parent / unquote(source)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BookError(
                page, None, f"the picture {source} cannot be read: {error.strerror}",
                "correct its path, which begins in the folder of the page",
            ) from None  # fmt: skip
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _indented(text: str, lead: str) -> str:
    """`text` below what stands before its first line, such as the sign of a list's item."""
    further = "".join(c if c == ">" else " " for c in lead)
    first, *rest = text.split("\n")
    return "\n".join([lead + first, *((further + line).rstrip() for line in rest)])


def _link(words: str, url: str) -> str:
    return f"[{words}]({url})" if url else words
