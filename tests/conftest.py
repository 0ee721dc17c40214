"""What several tests need: the book, small chapters, and a small book to break."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from literate.prove.plugin import BOOK
from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.model import Book, Chapter
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle
from tests import small_books, warm
from tests.alone import Alone
from tests.small_books import SmallBook

ROOT = Path(__file__).parents[1]
HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"

# It has a README and pages of its own, which are examined only in a copy of it.
collect_ignore = ["small_book"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Call a test that asks for a `slug` once for each chapter."""
    marks = metafunc.definition.iter_markers("parametrize")
    given = [[mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0] for mark in marks]
    if "slug" in metafunc.fixturenames and not any("slug" in names for names in given):
        book, _ = metafunc.config.stash[BOOK]
        metafunc.parametrize("slug", [chapter.slug for chapter in book.chapters])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is about chapters that a fork has dropped."""
    book, _ = config.stash[BOOK]
    there = {chapter.slug for chapter in book.chapters}
    for item in items:
        for mark in item.iter_markers("chapters"):
            if gone := sorted({*mark.args} - there):
                reason = f"this book has no chapter {' and no chapter '.join(gone)}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def chapter() -> Callable[..., Chapter]:
    """Makes a chapter of cells, each given as the text inside its fence."""

    def make(*cells: str, name: str = "one") -> Chapter:
        fences = [f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells]
        return read_chapter(Path(f"book/{name}.md"), HEADER + "# Title\n\n" + "\n".join(fences))

    return make


@pytest.fixture
def refused() -> Callable[..., None]:
    """Checks that a call is refused: at this place, for this reason, with this remedy."""

    def check(call: Callable[[], object], place: str, reason: str, remedy: str) -> None:
        with pytest.raises(BookError) as error:
            call()
        told = str(error.value)
        assert told.startswith(place), told
        assert reason in told and remedy in told.split("To fix it: ")[1], told

    return check


@pytest.fixture
def node_without_library(tmp_path: Path) -> Path:
    """A Node as it is in a bare container, where it does not start."""
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho 'libatomic.so.1: cannot open' >&2\nexit 127\n", "utf-8")
    node.chmod(0o755)
    return node


@pytest.fixture
def tangle_cells(chapter: Callable[..., Chapter]) -> Callable[..., Tangled]:
    """Tangles cells for `micrograd/engine.py`, or with a target of their own, as one chapter."""

    def make(*cells: str) -> Tangled:
        given = [
            c if c.startswith(":tangle:") else f":tangle: micrograd/engine.py\n{c}" for c in cells
        ]
        return tangle(Book(ROOT, (chapter(*given),), {}))

    return make


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Has the first worker that needs a folder of this name fill it; the others find it filled."""

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        place, filled = shared / name, shared / f"{name}.filled"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                shutil.rmtree(place, ignore_errors=True)
                fill(place)
                filled.touch()
        return place

    return make


@pytest.fixture(scope="session")
def whole_small_book(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The small book, tangled and with its outputs recorded; to be copied, not changed."""
    return once("small", small_books.fill)


@pytest.fixture(scope="session")
def small_exercise() -> str:
    return small_books.EXERCISE


@pytest.fixture(scope="session")
def warm_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Python that need not import the libraries anew for each command: see tests/warm.py."""
    with warm.start(tmp_path_factory.mktemp("warm"), small_books.obey_permissions) as python:
        yield python


@pytest.fixture(scope="session")
def make_small_book(warm_python: str) -> Callable[[Path], SmallBook]:
    """Makes the copy of a small book at a place into one that can be edited and run."""
    return lambda place: SmallBook(place, warm_python)


@pytest.fixture
def small_book(
    whole_small_book: Path, make_small_book: Callable[[Path], SmallBook], tmp_path: Path
) -> SmallBook:
    """A fresh copy of the small book."""
    place = tmp_path / "book"
    shutil.copytree(whole_small_book, place)
    return make_small_book(place)


@pytest.fixture(scope="session")
def whole_built_book(
    once: Callable[[str, Callable[[Path], None]], Path],
    whole_small_book: Path,
    make_small_book: Callable[[Path], SmallBook],
) -> Path:
    """The small book with its site; to be copied, not changed."""

    def fill(place: Path) -> None:
        shutil.copytree(whole_small_book, place)
        built = make_small_book(place).literate("book")
        assert built.status == 0, built.text

    return once("built", fill)


@pytest.fixture
def built_book(
    whole_built_book: Path, make_small_book: Callable[[Path], SmallBook], tmp_path: Path
) -> SmallBook:
    """A fresh copy of the small book with its site."""
    place = tmp_path / "book"
    shutil.copytree(whole_built_book, place)
    return make_small_book(place)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Alone]:
    """Makes what runs a notebook alone."""
    return lambda: Alone(tmp_path_factory.mktemp("alone"))
