"""Read the notebooks that students return.

    work/ada.ipynb               one file: the student is called ada
    work/Bo Li_42_file/….ipynb   one folder, with as many notebooks in it as there may be

What a file is called says nothing about what is in it. `answers` finds the answers in the cells.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from literate.read.error import BookError
from literate.read.model import Book, Cell, Chapter
from literate.tangle.stub import stub_of

SUFFIX = ".ipynb"
LARGEST = 20_000_000
"""Bytes of a notebook that is read; the largest of the book, with its outputs, has two million."""
NOT_PYTHON = ("%", "!", "?")
"""How the lines begin that only a notebook understands."""


@dataclasses.dataclass(frozen=True)
class Student:
    """Whoever returned something: the code cells of the notebooks, and which could not be read.

    `left` are those cells that the book had given out and that came back as they were.
    """

    name: str
    cells: tuple[ReturnedCell, ...]
    unread: tuple[str, ...] = ()
    left: frozenset[str] = frozenset()

    def without(self, given: Container[str]) -> Student:
        """The student without the cells that are as they were given, but for the exercises'."""
        texts = {cell: plain(cell.source) for cell in self.cells}
        own = tuple(c for c in self.cells if c.exercise or texts[c] not in given)
        left = frozenset(text for text in texts.values() if text in given)
        return dataclasses.replace(self, cells=own, left=left)


@dataclasses.dataclass(frozen=True)
class ReturnedCell:
    """A code cell as it came back, without the lines that are not Python.

    `exercise` is what its metadata say, if they still do; `is_check` whether it was a check.
    """

    source: str
    exercise: str = ""
    is_check: bool = False


def students(work: Path) -> list[Student]:
    """Everyone whose file or folder is in `work`, by name; raises BookError where there is none."""
    if not work.is_dir():
        raise BookError(
            work, None, "there is no such folder",
            "say which one holds the returned notebooks: make grade WORK=folder",
        )  # fmt: skip
    found: dict[str, list[Path]] = {}
    for entry in sorted(work.iterdir()):
        if entry.name.startswith((".", "__MACOSX")):
            continue
        if entry.is_dir():
            found.setdefault(entry.name, []).extend(_notebooks(entry))
        elif entry.suffix == SUFFIX:
            found.setdefault(entry.stem, []).append(entry)
    if not found:
        raise BookError(
            work, None, f"there is no notebook in this folder, no file that ends in {SUFFIX}",
            "put one file there for each student, or one folder with his or her notebooks",
        )  # fmt: skip
    return [_student(name, paths) for name, paths in sorted(found.items())]


def _notebooks(folder: Path) -> list[Path]:
    """The notebooks anywhere in a folder, without what Jupyter keeps for itself."""
    inside = (path.relative_to(folder) for path in folder.rglob(f"*{SUFFIX}"))
    return sorted(
        folder / path for path in inside if not any(p.startswith(".") for p in path.parts)
    )


def _student(name: str, paths: Iterable[Path]) -> Student:
    cells: list[ReturnedCell] = []
    unread = []
    for path in paths:
        try:
            cells += _cells(path)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            unread.append(path.name)
    return Student(name, tuple(cells), tuple(unread))


def _cells(path: Path) -> list[ReturnedCell]:
    """The code cells of a notebook; raises one of many errors if it is none."""
    if path.stat().st_size > LARGEST:
        raise ValueError("too large")
    notebook = json.loads(path.read_text("utf-8"))
    return [_cell(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _cell(cell: dict[str, Any]) -> ReturnedCell:
    lines = "".join(cell["source"]).split("\n")
    source = "\n".join("" if line.lstrip().startswith(NOT_PYTHON) else line for line in lines)
    metadata = cell.get("metadata") or {}
    name = metadata.get("starter") or (metadata.get("nbgrader") or {}).get("grade_id") or ""
    check = bool(metadata.get("check") or (metadata.get("nbgrader") or {}).get("grade"))
    return ReturnedCell(source.strip("\n"), str(name), check)


def given(book: Book) -> frozenset[str]:
    """The code that notebooks are given out with, as it is compared."""
    return frozenset(text for chapter in book.chapters for text in given_in(chapter))


def given_in(chapter: Chapter) -> set[str]:
    """The code that the notebook of one chapter is given out with, whole or with its answers
    missing."""
    cells = [cell for cell in chapter.cells if is_given(cell)]
    stubs = (stub_of(cell).text for cell in cells if "answer" in cell.options)
    return {plain(source) for source in (*(cell.source for cell in cells), *stubs)}


def is_given(cell: Cell) -> bool:
    """Whether the notebooks of students have this cell."""
    return cell.part != "solution" and not cell.removed


@functools.cache
def plain(source: str) -> str:
    """Code as it is compared: two cells are the same whatever spaces and empty lines they have."""
    lines = source.split("\n")
    title = [line for line in lines if not line.startswith("#@title ")]
    return "\n".join(line.rstrip() for line in title if line.strip())
