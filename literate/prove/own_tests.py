"""The tests of a chapter's code: its header names them, and they go where the chapter goes.

    proven_by: [tests/package/test_right.py]

A chapter that a fork drops takes its tests along; one that it writes anew names those that still
hold, or its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from literate.read.error import BookError
from literate.read.model import Book
from literate.read.order import dropped
from literate.read.page import Page

FIELD = "proven_by"
FOLDER = Path("tests/package")
"""Each test in here is about the code of a chapter."""


def left_out(book: Book) -> dict[Path, str]:
    """The tests that are not to be run in this book, and why."""
    here = {path for chapter in book.chapters for path in _named(chapter.page)}
    found = {path: f"{path}: no chapter says that it is {FIELD} this" for path in _there(book)}
    for page in dropped(book).values():
        for path in _named(page):
            found[path] = f"{path}: this proves {page.path}, which is not in _toc.yml"
    return {path: told for path, told in found.items() if path not in here}


def problems(book: Book) -> Iterator[BookError]:
    """Names without a test, and the tests that no chapter names, told at once."""
    pages = [chapter.page for chapter in book.chapters]
    for page in pages:
        for path in _named(page):
            if not (book.root / path).is_file():
                yield page.error(
                    1, f"there is no {path} that could prove its code", f"correct {FIELD}, above"
                )
    named = {path for page in (*pages, *dropped(book).values()) for path in _named(page)}
    if lost := [path for path in _there(book) if path not in named]:
        yield BookError(
            ", ".join(map(str, lost)), None,
            "no chapter says that it is proven by this, so it is not run",
            f"name it in the header of the chapter whose code it is about ({FIELD}: [{lost[0]}]), "
            "or remove it if your code is another",
        )  # fmt: skip


def _named(page: Page) -> list[Path]:
    return [Path(str(name)) for name in page.header.get(FIELD) or ()]


def _there(book: Book) -> list[Path]:
    found = sorted((book.root / FOLDER).glob("test_*.py"))
    return [path.relative_to(book.root) for path in found]
