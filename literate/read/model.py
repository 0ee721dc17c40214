"""What the book is once it is read: chapters with their cells and exercises, in their order."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from literate.read.error import BookError
from literate.read.page import Page

PACKAGE = "micrograd"
CHAPTERS = "book"
TITLE = "{{ title }}"
"""What the first page says instead of the book's title, which stands in `_config.yml` alone."""
PARTS = "starter", "solution", "check"
"""The options of the cells that belong to an exercise, in their order; each says its name."""
OPTIONAL = {"torch": "PYTORCH"}
"""Modules that only some chapters need, and the variable of `make` that leaves each out."""


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
