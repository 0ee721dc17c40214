"""What the book is once it is read: chapters, cells, and the error that names a place."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "micrograd"
CHAPTERS = "book"
TITLE = "{{ title }}"
"""What the first page says instead of the book's title, which stands in `_config.yml` alone."""
CELL = "{code-cell}"
SPELLING = f"{CELL} python"
PARTS = {"starter", "solution", "check"}
"""The options of the cells that belong to an exercise."""
OPTIONAL = {"torch": "PYTORCH"}
"""Modules that only some chapters need, and the variable of `make` that leaves each out."""


class BookError(Exception):
    """Something in the book that a person must mend: where, what, and how."""

    def __init__(self, place: str | Path, line: int | None, reason: str, remedy: str) -> None:
        where = f"{place}:{line}" if line else f"{place}"
        super().__init__(f"{where}: {reason}\n  To mend it: {remedy}")


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

    @property
    def tags(self) -> list[str]:
        return list(self.options.get("tags", ()))

    @property
    def target(self) -> str | None:
        """The file that the cell is tangled into, as the author wrote it."""
        return self.options.get("tangle")

    @property
    def raises(self) -> bool:
        return "raises-exception" in self.tags

    def error(self, reason: str, remedy: str, line: int = 1) -> BookError:
        """A refusal at `line` of the cell's code."""
        return BookError(self.path, self.line + line - 1, reason, remedy)

    def failure(self, kind: str, message: str, line: int = 1) -> BookError:
        """The refusal of a cell whose code raised, at `line`, an exception of this kind."""
        remedy = "correct it, or, if it is to raise, give the cell the tag raises-exception"
        if PARTS & self.options.keys():
            remedy = "correct the solution of the exercise, or its check"
        return self.error(f"the cell raises {kind}: {message}".removesuffix(": "), remedy, line)


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A notebook page: its path below the root, its text and what was read from it."""

    path: Path
    text: str
    cells: tuple[Cell, ...]
    timecodes: tuple[tuple[int, str], ...]
    needs: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return slug(self.path)

    @property
    def builds_on(self) -> list[str]:
        """The slugs of the chapters whose state this one imports."""
        return list(dict.fromkeys(name for _, name, _ in state_imports(self) if name))

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
    """The chapters of `root` in the order of `_toc.yml`, and every page of it."""

    root: Path
    chapters: tuple[Chapter, ...]
    pages: tuple[Path, ...]


def slug(path: Path) -> str:
    """The name under which a chapter's state is imported: its file's name, as an identifier."""
    return path.stem.replace("-", "_")


def state_imports(chapter: Chapter) -> Iterator[tuple[Cell, str | None, int]]:
    """Each import of the package: the cell, the slug whose state it takes, the code's line.

    The slug is None where the finished package is imported instead of a chapter's state.
    """
    for cell in chapter.cells:
        for name, line in _imported(cell):
            parts = name.split(".")
            if parts[0] == PACKAGE:
                state = parts[2] if parts[1:2] == ["after"] and len(parts) > 2 else None
                yield cell, state, line


def _imported(cell: Cell) -> Iterator[tuple[str, int]]:
    """Each module that a cell imports, and the line of its code."""
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == f"{PACKAGE}.after":
                for alias in node.names:
                    yield f"{PACKAGE}.after.{alias.name}", node.lineno
            else:
                yield node.module, node.lineno
