"""What tangling makes: the package after every chapter, and what each cell did to it."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping

from literate.read.imports import Import
from literate.read.model import Cell, slug
from literate.read.text import lines


@dataclasses.dataclass(frozen=True)
class Module:
    """A file of the package while it is being tangled: its imports, and the rest of its text."""

    imports: tuple[Import, ...] = ()
    body: str = ""


Modules = Mapping[str, Module]
"""The modules of the package by name, in the order in which the chapters begin them."""
State = Mapping[str, str]
"""The package after a chapter: text by file name, `__init__.py` first."""


@dataclasses.dataclass(frozen=True)
class Edit:
    """What a cell did to one definition; `before` is empty when it was added.

    `start` counts the lines of the cell's code above the definition.
    """

    cell: Cell
    file: str
    class_name: str | None
    name: str
    before: str
    after: str
    start: int

    @property
    def path(self) -> str:
        """The definition's name in its file, such as `Value.__add__`."""
        return f"{self.class_name}.{self.name}" if self.class_name else self.name

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines went out, and how many came in."""
        marks = [line[:1] for line in difflib.ndiff(lines(self.before), lines(self.after))]
        return marks.count("-"), marks.count("+")


@dataclasses.dataclass(frozen=True)
class Tangled:
    """The package after every chapter, by slug in the book's order, and all edits made to it."""

    states: Mapping[str, State]
    edits: tuple[Edit, ...]

    @property
    def package(self) -> State:
        """The package as the last chapter leaves it."""
        return list(self.states.values())[-1] if self.states else {}

    def before(self, slug: str) -> State:
        """The package as the chapter `slug` finds it."""
        order = list(self.states)
        place = order.index(slug)
        return self.states[order[place - 1]] if place else {}

    def origin(self, file: str, path: str, until: str | None = None) -> Cell | None:
        """The cell that wrote a definition last, by itself or with the class that it is in.

        Chapters later than `until`, the slug of one, do not count.
        """
        order = list(self.states)
        counted = order[: order.index(until) + 1] if until else order
        paths = (path, path.split(".")[0])
        made = [
            e.cell
            for e in self.edits
            if e.file == file and e.path in paths and slug(e.cell.path) in counted
        ]
        return made[-1] if made else None
