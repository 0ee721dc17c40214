"""What pytest collects besides tests/: every cell, every snippet of a text, every doctest."""

import functools
import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from literate.files import UNDER_TEST
from literate.prove import own_tests, plugin, unchanged
from literate.prove.unchanged import pytest_addoption, pytest_configure  # noqa: F401 (hooks)
from literate.provide import browser, live
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import Book
from literate.run.drawing import need_dot
from literate.run.processes import at_once
from literate.tangle import package
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parent
ORDER = ("book/", "tests/bench/", "tests/package/", "tests/book/", "tests/site/test_every_page.py")
"""First the cells, of whose outputs the site under test is made; then, while the last of them run,
what needs no site; then the judgement of all its pages, which takes longest."""
SITE = ROOT / "tests" / "site"
LEFT_OUT = pytest.StashKey[dict[Path, str]]()
COLLECTOR = pytest.StashKey[Callable[[Path, Any], Any]]()
gc.disable()  # Until all is collected: nothing of it goes.


def pytest_sessionstart(session: pytest.Session) -> None:
    try:
        # One that hangs would hang every drawing in turn.
        need_dot()
        book = read_book(ROOT)
        tangled = tangle(book)
        # Only what the chapters import from each other: the package itself is under test.
        package.write(ROOT, package.after_files(tangled))
    except BookError as error:
        raise pytest.UsageError(str(error)) from None
    session.config.stash[plugin.BOOK] = book, tangled
    left_out = own_tests.left_out(book)
    session.config.stash[LEFT_OUT] = {ROOT / path: told for path, told in left_out.items()}
    session.config.stash[unchanged.PROGRAMS] = [
        browser.chromium(), shutil.which("dot"), str(live.EDITOR),
    ]  # fmt: skip
    record = None
    if SITE.is_dir() and os.environ.get("BROWSER") != "no":
        from literate.run.recording import Recording

        record = functools.partial(Recording, ROOT, ROOT / UNDER_TEST, tangled)
    session.config.stash[COLLECTOR] = plugin.collector(book, tangled, record)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    told = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return None if told else at_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what others wait for and what takes longest: no processor is to have nothing to
    do at the end."""

    def place(item: pytest.Item) -> int:
        found = (n for n, start in enumerate(ORDER) if item.nodeid.startswith(start))
        return next(found, len(ORDER))

    items.sort(key=place)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Book:
    return request.config.stash[plugin.BOOK][0]


@pytest.fixture(scope="session")
def tangled(request: pytest.FixtureRequest) -> Tangled:
    return request.config.stash[plugin.BOOK][1]


def pytest_collection_finish() -> None:
    """Let Python's collector look past what is there now, which is a million objects and stays to
    the end: it comes again and again while chapters compute."""
    gc.collect()
    gc.freeze()
    gc.enable()


class LeftOut(pytest.File):
    """A file of tests that is not even imported, because the book does not have what they prove."""

    def collect(self) -> Any:
        raise pytest.skip.Exception(self.config.stash[LEFT_OUT][self.path], allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    found = module_path in parent.config.stash[LEFT_OUT]
    return LeftOut.from_parent(parent, path=module_path) if found else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Any:
    return parent.config.stash[COLLECTOR](file_path, parent)
