"""Read the notebooks that students return, and take the answers to the exercises out of them.

    work/ada.ipynb               one file: the student is called ada
    work/Bo Li_42_file/….ipynb   one folder, with as many notebooks in it as there may be

What a file is called says nothing about what is in it, and what a student did to the notebook is
forgiven: an answer is found by the name of its exercise, which stands in the metadata of the cell,
or by the names that it defines, wherever it stands now.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from literate.read.model import Book, BookError, Cell, Chapter, Exercise
from literate.tangle.modules import free_names
from literate.tangle.standalone import bound_names

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
        plain = {cell: _plain(cell.source) for cell in self.cells}
        own = tuple(c for c in self.cells if c.exercise or plain[c] not in given)
        left = frozenset(text for text in plain.values() if text in given)
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
    return frozenset(text for chapter in book.chapters for text in _given(chapter))


def _given(chapter: Chapter) -> set[str]:
    return {_plain(cell.source) for cell in chapter.cells if _is_given(cell)}


def _is_given(cell: Cell) -> bool:
    return cell.part != "solution" and not cell.removed


class Answers:
    """Finds what students answered to the exercises of one chapter.

    `named` are the exercises of the whole book: a cell that says it is for one of them is for no
    other, whatever it defines.
    """

    def __init__(self, chapter: Chapter, named: Container[str]) -> None:
        self._chapter, self._named = chapter, named
        self._given = _given(chapter)
        self._own = {_plain(cell.source) for cell in chapter.cells if _is_given(cell)
                     and cell.assertions + len(cell.tree.body) > 1}  # fmt: skip
        self._binds = [
            (cell.fence, bound_names(cell.source))
            for cell in chapter.cells
            if cell.part not in ("solution", "check")
        ]

    def are_in(self, student: Student) -> bool:
        """Whether the student returned this chapter, answered or not.

        Where no cell says so any more, it is known by what else stands in it.
        """
        names = {exercise.name for exercise in self._chapter.exercises}
        if any(cell.exercise in names for cell in student.cells):
            return True
        return 2 * len(self._own & student.left) > len(self._own)

    def tries(self, student: Student, exercise: Exercise) -> list[str]:
        """The code that may be the student's answer, the likeliest first; none if it is untouched.

        Of several cells, all of them in their order, and then each alone: a copy that was only
        meant for trying something costs nothing.
        """
        asked = asked_for(exercise)
        found = [
            cell.source
            for cell in student.cells
            if not cell.is_check
            and _plain(cell.source) not in self._given
            and (
                cell.exercise == exercise.name
                or (cell.exercise not in self._named and asked & _definitions(cell.source).keys())
            )
        ]
        found = [*dict.fromkeys(source for source in found if source.strip())]
        tries = ["\n\n\n".join(found), *reversed(found)] if len(found) > 1 else found
        end = exercise.solution.fence
        known = {name for fence, names in self._binds if fence < end for name in names}
        return [self._with_helpers(student, source, known) for source in tries]

    def _with_helpers(self, student: Student, source: str, known: set[str]) -> str:
        """An answer below those definitions of the student's other cells that it uses."""
        definitions: dict[str, ast.stmt] = {}
        for cell in student.cells:
            if not cell.is_check and _plain(cell.source) not in self._given:
                found = _definitions(cell.source).items()
                definitions |= {name: node for name, node in found if name not in known}
        needed: list[ast.stmt] = []
        waiting = [source]
        seen: set[str] = set()
        while waiting:
            for name in sorted(_missing(waiting.pop()) - seen):
                seen.add(name)
                if name in definitions and definitions[name] not in needed:
                    needed.append(definitions[name])
                    waiting.append(ast.unparse(definitions[name]))
        order = [*dict.fromkeys(definitions.values())]
        texts = [ast.unparse(node) for node in sorted(needed, key=order.index)]
        return "\n\n\n".join([*texts, source])


def asked_for(exercise: Exercise) -> set[str]:
    """The names that an answer defines, and that the check uses."""
    return bound_names(exercise.solution.source)


@functools.cache
def _plain(source: str) -> str:
    """Code as it is compared: two cells are the same whatever spaces and empty lines they have."""
    lines = source.split("\n")
    title = [line for line in lines if not line.startswith("#@title ")]
    return "\n".join(line.rstrip() for line in title if line.strip())


@functools.cache
def _definitions(source: str) -> dict[str, ast.stmt]:
    """What a cell defines, by name. Kept, because most cells come back from everyone alike."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {name: node for node in tree.body for name in _names(node)}


def _names(node: ast.stmt) -> set[str]:
    """The names that a statement binds, of those that only define something."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.split(".")[0] for alias in names}
        case ast.Assign() | ast.AnnAssign():
            return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_bound(n)}
    return set()


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


@functools.cache
def _missing(source: str) -> set[str]:
    """The names that the code uses and does not define."""
    try:
        return free_names(source) - bound_names(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()


def unusual(source: str) -> Iterator[str]:
    """What an answer uses that no exercise asks for, and that a teacher may want to look at."""
    names = {"sys", "os", "gc", "inspect", "ctypes", "subprocess", "socket", "builtins", "exec",
             "eval", "__import__", "importlib", "globals", "open"}  # fmt: skip
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None)
            found |= {(module or alias.name).split(".")[0] for alias in node.names} & names
        elif isinstance(node, ast.Name):
            found |= {node.id} & names
        elif isinstance(node, ast.Attribute) and node.attr in {"__globals__", "__subclasses__"}:
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef) and node.name == "__eq__":
            found.add("__eq__")
    yield from sorted(found)
