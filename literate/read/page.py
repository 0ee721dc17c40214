"""A page as it is written: a sequence of blocks, each with its lines in the file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from literate.read.error import BookError

CELL = "{code-cell}"
SPELLING = f"{CELL} python"
LISTINGS = {"code", "code-block", "sourcecode"}
"""The directives that show code, and run none."""
SLIDE, SAME_SLIDE = "<!-- slide -->", "<!-- on the same slide -->"
"""The block below comes on a slide of its own, or below the one before."""
ANSWER_END = "<!-- the answer ends here -->"
"""What an author writes below the last block of an answer."""
MARKS = {SLIDE, SAME_SLIDE, ANSWER_END}
CHANGED, NOT_TRANSLATED = "<!-- the original has changed: #{} -->", "<!-- not translated -->"
"""What a translation is given above a block whose original, in this section, says something else
now, and under the title of a page that it does not have (see `editions.translation`)."""


@dataclasses.dataclass(frozen=True, eq=False)
class Block:
    """One block of a page, and the lines of the file that it fills, counted from 1.

    `kind` is "heading", "text", "cell", "listing", "directive", "comment" or "mark" (see MARKS);
    of any other block, what the parser calls it. `token` is what the parser made of its beginning.
    """

    kind: str
    lines: range
    token: Token
    name: str = ""
    """Of a directive, such as "admonition"."""
    title: str = ""
    """What stands behind the name of a directive on its first line."""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    unread: str = ""
    """Why the options could not be read."""
    body: Page | None = None
    """What stands in a directive, without its options."""
    first: int = 0
    """Of a fence, the line below its options."""
    source: str = ""
    """Of a heading or a text, a directive, a listing or a cell: what stands in it, as written."""
    spans: tuple[Token, ...] = ()
    """Of a heading or a text: its words, links and roles, one after another."""
    children: tuple[Block, ...] = ()
    """The blocks inside of a list, a quote or a table."""

    @property
    def line(self) -> int:
        return self.lines.start

    @property
    def inside(self) -> tuple[Block, ...]:
        """The blocks inside of this one."""
        return self.body.blocks if self.body else self.children

    @property
    def classes(self) -> set[str]:
        return {*str(self.options.get("class", "")).split()}

    @property
    def words(self) -> str:
        """The words of a heading or a text, without the roles in it; else of its last part."""
        own = "".join(s.content for s in self.spans if s.type in ("text", "code_inline")).strip()
        return own or (self.inside[-1].words if self.inside else "")

    @property
    def timecodes(self) -> list[str]:
        """The moments of the lecture that a heading or a text names."""
        return [s.content for s in self.spans if s.meta.get("name") == "timecode"]


@dataclasses.dataclass(frozen=True, eq=False)
class Page:
    """A text in Markdown as a sequence of blocks; it begins in the line `first` of its file."""

    path: Path
    text: str
    blocks: tuple[Block, ...]
    first: int = 1
    header: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def is_chapter(self) -> bool:
        """Whether the header makes the page a notebook, whose cells are run."""
        text = self.header.get("jupytext") or {}
        by_jupytext = text.get("text_representation", {}).get("format_name") == "myst"
        return self.header.get("file_format") == "mystnb" or by_jupytext

    @property
    def headings(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "heading"]

    @property
    def cells(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "cell"]

    def walk(self) -> Iterator[Block]:
        """Every block; behind each, those inside of it."""
        waiting = [*reversed(self.blocks)]
        while waiting:
            yield (block := waiting.pop())
            waiting += reversed(block.inside)

    def error(self, line: int, reason: str, remedy: str) -> BookError:
        """A refusal at a line of the file."""
        return BookError(self.path, line, reason, remedy)
