"""Find the cells and snippets of the book for pytest, with Sybil; each chapter is examined.

See `examination` for how a cell is judged. Behind the cells of a chapter stands one more example,
its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.myst import CodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

from literate.prove.examination import Examination
from literate.read.model import PACKAGE, Book, Chapter
from literate.run.here import forget_package
from literate.tangle.state import Tangled

if TYPE_CHECKING:
    from literate.run.recording import Recording

EXAMINATION = "examination"
Record = Callable[[Chapter], "Recording"]
BOOK = pytest.StashKey[tuple[Book, Tangled]]()
"""Where a run of pytest keeps the book, which is read once."""


class _Sybil(Sybil):
    def identify(self, example: Example) -> str:
        return f"line {example.line}" if example.region.end > example.region.start else "end"


def chapters(book: Book, tangled: Tangled, record: Record | None = None) -> Sybil:
    """Finds the cells of the chapters; `record` makes what records one."""
    by_path = {book.root / chapter.path: chapter for chapter in book.chapters}

    def parse(document: Document) -> Iterable[Region]:
        chapter = by_path[Path(document.path)]
        recording = record(chapter) if record else None
        examination = Examination(book.root, chapter, tangled, recording)
        document.namespace[EXAMINATION] = examination
        yield from CodeBlockParser("python", examination.examine_cell)(document)
        yield Region(document.end, document.end, evaluator=examination.examine_end)

    return _Sybil(
        [parse],
        path=str(book.root),
        patterns=[str(chapter.path) for chapter in book.chapters],
        setup=lambda namespace: namespace[EXAMINATION].start(),
        teardown=lambda namespace: namespace[EXAMINATION].stop(),
    )


def snippets(book: Book) -> Sybil:
    """Finds the Python fences of the README and of the pages that are not chapters."""
    plain = set(book.pages) - {chapter.path for chapter in book.chapters}
    return Sybil(
        [PythonCodeBlockParser()],
        path=str(book.root),
        patterns=["README.md", *(str(path) for path in plain)],
        setup=lambda namespace: forget_package(),
    )


def docstrings(book: Book) -> Sybil:
    """Finds the fences and doctests in the docstrings of the package and of what makes it."""

    def parse(document: Document) -> Iterable[Region]:
        fences = list(PythonCodeBlockParser()(document))
        yield from fences
        for found in DocTestParser()(document):
            if not any(fence.start <= found.start < fence.end for fence in fences):
                yield found

    return Sybil(
        [parse],
        path=str(book.root),
        patterns=[f"{PACKAGE}/*.py", "literate/*.py", "literate/**/*.py"],
    )


def collector(
    book: Book, tangled: Tangled, record: Record | None = None
) -> Callable[[Path, Any], Any]:
    """The function that pytest asks for the tests in a file."""
    return SybilCollection(
        [chapters(book, tangled, record), snippets(book), docstrings(book)]
    ).pytest()
