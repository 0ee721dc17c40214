"""Examine one chapter: run its cells in order, and judge each, and at the end the whole.

A cell fails when it raises, when it warns, and when it shows something else than is expected; the
starter of an exercise also when the check does not refuse it, or does not refuse a known wrong
answer. At the end no expected output and no wrong answer may be left over, and the package must be
the code that the cells made. What comes after a cell that failed is not run.
"""

from __future__ import annotations

import contextlib
import importlib
import linecache
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sybil import Example

from literate.prove import checks, frames, missing, outputs, same_code
from literate.read.error import BookError
from literate.read.model import PACKAGE, Cell, Chapter
from literate.run.here import fresh_process, only_states, run, run_removed
from literate.run.shown import Shown
from literate.tangle.splice import DOCSTRING, module, without_imports
from literate.tangle.state import Tangled

if TYPE_CHECKING:
    from literate.run.recording import Recording


class Examination:
    """One chapter under examination: its namespace, and how far it has been run."""

    def __init__(
        self, root: Path, chapter: Chapter, tangled: Tangled, recording: Recording | None
    ) -> None:
        self.root, self.chapter, self.tangled = root, chapter, tangled
        self.recording = recording
        self.keys = outputs.keys(chapter)
        self.exercises = chapter.exercises
        self.waiting = list(chapter.cells)
        self.failed: Cell | None = None
        self.process = contextlib.ExitStack()

    def start(self) -> None:
        """Called before the first example."""
        self.namespace = self.process.enter_context(fresh_process(self.root))
        self.process.enter_context(frames.compared())
        self.expected = outputs.load(self.root, self.chapter.slug)
        # Tracebacks look up the lines of the chapter here; its path is relative, as in messages.
        lines = self.chapter.text.splitlines(keepends=True)
        linecache.cache[str(self.chapter.path)] = (0, None, lines, str(self.chapter.path))

    def stop(self) -> None:
        """Called after the last example."""
        self.process.close()

    def examine_cell(self, example: Example) -> None:
        cell = next((c for c in self.chapter.cells if c.fence == example.line), None)
        if cell is None:
            place = f"{self.chapter.path}:{example.line}"
            pytest.fail(f"{place}: the page does not run this: make it a cell", pytrace=False)
        self._run_to(cell)

    def examine_end(self, example: Example) -> None:
        if self.chapter.cells:
            self._run_to(self.chapter.cells[-1])
        told = list(self._left_over())
        try:
            told += self._wrong_answers_to_nothing()
        except BookError as error:
            told.append(str(error))
        try:
            told += self._other_than_tangled()
        except Exception as error:
            told.append(
                f"{PACKAGE}/ as {self.chapter.path} leaves it cannot be imported: "
                f"{type(error).__name__}: {error}\n"
                "  To fix it: tangle what a definition needs at once before that definition"
            )
        if told:
            pytest.fail("\n".join(told), pytrace=False)
        if self.recording:
            self.recording.keep()

    def _run_to(self, last: Cell) -> None:
        """Run the waiting cells up to `last`: one, unless pytest was asked to leave some out."""
        if self.chapter.missing:
            pytest.skip(self.chapter.lacks("test"))
        while not self.failed and last in self.waiting:
            cell = self.waiting.pop(0)
            if told := self._problem(cell):
                self.failed = cell
                if cell is last:
                    pytest.fail(told, pytrace=False)
        if self.failed:
            pytest.skip(f"not run: the cell at {self.failed.path}:{self.failed.line} failed")

    def _problem(self, cell: Cell) -> str | None:
        if cell.removed:
            problem, numbers = run_removed(cell, self.namespace, lambda: self._told_aside(cell))
            if self.recording:
                self.recording.numbers |= numbers
            return problem
        if "answer" in cell.options:
            told = missing.problem(cell, self.waiting, self.namespace, self._unexpected)
            if told:
                return str(told)
        return self._told(cell)

    def _unexpected(self, cell: Cell, shown: Shown) -> BookError | None:
        return outputs.problem(cell, self.expected.get(self.keys[cell.fence]), shown)

    def _told_aside(self, cell: Cell) -> tuple[str | None, dict[str, dict[str, str]]]:
        """The same in a copy of this process, and the numbers that are on record there."""
        return self._told(cell), self.recording.numbers if self.recording else {}

    def _told(self, cell: Cell) -> str | None:
        """Run a cell and return what is wrong with it."""
        try:
            shown = run(cell, self.namespace, self.recording)
        except BookError as error:
            return f"{error}\n\n{_trace(cell, error.__cause__)}"
        if told := self._unexpected(cell, shown):
            return str(told)
        return self._unproven(cell) if "starter" in cell.options else None

    def _unproven(self, starter: Cell) -> str | None:
        """What is wrong with the check of the exercise that begins in this cell: see `checks`."""
        exercise = next(e for e in self.exercises if e.starter is starter)
        try:
            answers = checks.load(self.root, self.chapter.slug)
        except BookError as error:
            return str(error)
        return "\n".join(map(str, checks.problems(exercise, answers, self.namespace))) or None

    def _wrong_answers_to_nothing(self) -> Iterator[str]:
        """Wrong answers whose exercise the chapter does not have."""
        names = [exercise.name for exercise in self.exercises]
        for answer in checks.load(self.root, self.chapter.slug):
            if answer.exercise not in names:
                yield (
                    f"{answer.path}: {self.chapter.path} has no exercise '{answer.exercise}'\n"
                    f"  To fix it: name one ({', '.join(names) or 'it has none'}), "
                    "or take the entry out"
                )

    def _left_over(self) -> Iterator[str]:
        """Expected outputs that belong to no cell."""
        for section, last, _ in self.expected.keys() - self.keys.values():
            yield (
                f"{outputs.file(self.chapter.slug)}: {self.chapter.path} has no cell that ends in "
                f"'{last}' in its section '{section}'\n"
                "  To fix it: run 'make outputs' and review the diff"
            )

    def _other_than_tangled(self) -> Iterator[str]:
        """Definitions that the cells made otherwise than the tangler: see `same_code`.

        A definition that is not of this chapter may also be as in a state that it imports, which
        need not be the one of the chapter before.
        """
        slug = self.chapter.slug
        # The live classes may come from the modules imported so far, and reopened since.
        only_states(self.root)
        edits = [e for e in self.tangled.edits if e.cell.path == self.chapter.path]
        for file in self.tangled.states[slug]:
            written = {e.path for e in edits if e.file == file}
            names = {path.split(".")[0] for path in written}
            imported = [self._compare(other, file, set()) for other in self.chapter.builds_on]
            for path, difference in self._compare(slug, file, names).items():
                ours = path in written or path.split(".")[0] in written
                if ours or all(path in differences for differences in imported):
                    cell = self.tangled.origin(file, path, until=slug)
                    place = f"{cell.path}:{cell.line}" if cell else f"{self.chapter.path}"
                    yield (
                        f"{place}: `{path}` in {PACKAGE}/{file} is not what the cells of "
                        f"{self.chapter.path} made: {difference}\n"
                        "  To fix it: change the package only in cells that are tangled"
                    )

    def _compare(self, slug: str, file: str, written: set[str]) -> dict[str, str]:
        """Path and difference of what is not as in a file of the state after the chapter `slug`."""
        text = self.tangled.states[slug].get(file)
        if text is None or file == "__init__.py":
            return {}
        tangled = importlib.import_module(f"{PACKAGE}.after.{slug}.{file.removesuffix('.py')}")
        defined = [d.name for d in module(without_imports(text)) if d.name != DOCSTRING]
        return dict(same_code.compare(self.namespace, tangled, defined, written))


def _trace(cell: Cell, error: BaseException | None) -> str:
    """The traceback of a cell's exception, from the cell on."""
    if error is None:
        return ""
    frame = error.__traceback__
    while frame and frame.tb_frame.f_code.co_filename != str(cell.path):
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame))
