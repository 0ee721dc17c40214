"""The tests of a chapter's code are named in its header, and are not run without it."""

from pathlib import Path

import pytest

from literate.prove import own_tests
from literate.read.book import read_book
from literate.read.model import Book

MISSING = Path("tests/package/test_gone.py")


def test_every_test_of_the_package_is_some_chapters(book):
    told = list(map(str, own_tests.problems(book)))
    assert not told, "\n".join(told)


@pytest.mark.chapters("optimisers")
def test_the_tests_of_a_dropped_chapter_are_left_out(book):
    pages = {path: page for path, page in book.pages.items() if path.stem != "optimisers"}
    chapters = tuple(c for c in book.chapters if c.slug != "optimisers")
    left = own_tests.left_out(Book(book.root, chapters, pages))
    side = "tests/cells/test_side_by_side.py"
    told = f"{side}: this proves book/optimisers.md, which is not in _toc.yml"
    assert left == {Path(side): told}


def test_a_test_that_no_chapter_names(small_book, refused):
    (small_book.root / "tests/package").mkdir()
    for name in ("one", "other"):
        small_book.write(f"tests/package/test_{name}.py", "import nothing_of_the_sort\n")
    header = f"kernelspec: {{name: python3, display_name: Python 3}}\n{own_tests.FIELD}: "
    path = small_book.root / "book/count.md"
    text = path.read_text("utf-8").replace(header.split("\n")[0], f"{header}[{MISSING}]", 1)
    path.write_text(text, "utf-8")

    def check():
        missing, unnamed = own_tests.problems(read_book(small_book.root))
        assert f"book/count.md:1: there is no {MISSING}" in str(missing)
        raise unnamed

    refused(
        check, "tests/package/test_one.py, tests/package/test_other.py: ",
        "no chapter says that it is proven by this", "in the header of the chapter",
    )  # fmt: skip
