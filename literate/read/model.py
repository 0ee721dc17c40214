"""What the book is once it is read: pages, chapters, cells, and the error that names a place."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown_it.token import Token

PACKAGE = "micrograd"
CHAPTERS = "book"
TITLE = "{{ title }}"
"""What the first page says instead of the book's title, which stands in `_config.yml` alone."""
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
PARTS = "starter", "solution", "check"
"""The options of the cells that belong to an exercise, in their order; each says its name."""
OPTIONAL = {"torch": "PYTORCH"}
"""Modules that only some chapters need, and the variable of `make` that leaves each out."""


class BookError(Exception):
    """Something in the book that a person must fix: where, what, and how."""

    def __init__(self, place: str | Path, line: int | None, reason: str, remedy: str) -> None:
        where = f"{place}:{line}" if line else f"{place}"
        super().__init__(f"{where}: {reason}\n  To fix it: {remedy}")

    @classmethod
    def of(cls, errors: Sequence[BookError]) -> BookError:
        """All of these errors, at least one, as one that tells them in turn."""
        return cls.told("\n\n".join(map(str, errors)))

    @classmethod
    def told(cls, text: str) -> BookError:
        """An error that says just this, which it said in another process, say."""
        made = cls("", None, "", "")
        made.args = (text,)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return BookError.told, self.args


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


@dataclasses.dataclass(frozen=True)
class Cell:
    """A code cell: the `index`th cell of the notebook that its chapter is.

    `fence` and `line` are the chapter's lines of the cell's fence and of its first code.
    """

    path: Path
    index: int
    fence: int
    line: int
    heading: str
    source: str
    options: dict[str, Any]
    tree: ast.Module
    numbers: tuple[str, ...] = ()
    """What the text below the cell, up to the next one, takes from it (see `numbers`)."""

    @property
    def tags(self) -> list[str]:
        return list(self.options.get("tags", ()))

    @property
    def target(self) -> str | None:
        """The file that the cell is tangled into, as the author wrote it."""
        return self.options.get("tangle")

    @property
    def assertions(self) -> int:
        """How many things the cell asserts, or refuses by raising something."""
        return sum(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(self.tree))

    @property
    def raises(self) -> bool:
        return "raises-exception" in self.tags

    @property
    def removed(self) -> bool:
        """Whether the page does not show it, nor a notebook have it."""
        return "remove-cell" in self.tags

    @property
    def part(self) -> str:
        """Which part of an exercise the cell is, if it belongs to one: see PARTS."""
        return next((part for part in PARTS if part in self.options), "")

    def error(self, reason: str, remedy: str, line: int = 1) -> BookError:
        """A refusal at `line` of the cell's code."""
        return BookError(self.path, self.line + line - 1, reason, remedy)

    def failure(self, kind: str, message: str, line: int = 1) -> BookError:
        """The refusal of a cell whose code raised, at `line`, an exception of this kind."""
        remedy = "correct it, or, if it is to raise, give the cell the tag raises-exception"
        if self.part:
            remedy = "correct the solution of the exercise, or its check"
        return self.error(f"the cell raises {kind}: {message}".removesuffix(": "), remedy, line)


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise; prompt and hints are Markdown, and a hint is its title and its text."""

    path: Path
    line: int
    name: str
    title: str
    prompt: str
    hints: tuple[tuple[str, str], ...]
    starter: Cell
    solution: Cell
    check: Cell


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A notebook page, its cells, the modules that it needs besides those of the book, the slugs of
    the chapters whose state it imports, and its exercises."""

    page: Page
    cells: tuple[Cell, ...]
    needs: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    exercises: tuple[Exercise, ...] = ()

    @property
    def path(self) -> Path:
        """Its path below the root."""
        return self.page.path

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def slug(self) -> str:
        return slug(self.path)

    @property
    def timecodes(self) -> tuple[tuple[int, str], ...]:
        """Line and moment of every timecode in a heading."""
        return tuple((h.line, moment) for h in self.page.headings for moment in h.timecodes)

    @property
    def missing(self) -> list[str]:
        """The modules that the chapter needs and that are not installed here."""
        return [name for name in self.needs if find_spec(name) is None]

    def lacks(self, command: str) -> str:
        """What is missing, and how to get it when the target `command` was to run the chapter."""
        remedies = [
            f"run 'make {command}' without {OPTIONAL[name]}=no" if name in OPTIONAL
            else f"install {name} into .venv"
            for name in self.missing
        ]  # fmt: skip
        missing, remedy = " and ".join(self.missing), " and ".join(dict.fromkeys(remedies))
        return f"{self.path} needs {missing}, which is not installed: {remedy}"


@dataclasses.dataclass(frozen=True)
class Book:
    """The chapters of `root` in the order of `_toc.yml`, and every page of it, by path."""

    root: Path
    chapters: tuple[Chapter, ...]
    pages: Mapping[Path, Page]


def slug(path: Path) -> str:
    """The name under which a chapter's state is imported: its file's name, as an identifier."""
    return path.stem.replace("-", "_")
