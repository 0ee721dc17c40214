"""Faults planted in a small book: `make test` catches each and says where to fix it.

What cells show is examined in one run of the tests, for all faults together: each is planted in a
chapter of its own. What is refused when the book is read: tests/read/test_refused.py.
"""

import shutil
import sys

import pytest

from literate.read.book import read_book
from literate.tangle import package
from literate.tangle.tangle import tangle

PRELUDE = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# More

"""


def cell(code: str) -> str:
    return f"\n```{{code-cell}} python\n{code}\n```\n"


def test_without_a_fault_everything_passes(small_book):
    """Also a chapter that must not see what the one run before it has reopened, the `step` of a
    `Counter`, for the chapters share a process."""
    use = "from micrograd.after.count import Counter\nassert not hasattr(Counter, 'step')"
    small_book.write("book/then.md", PRELUDE + cell(use))
    small_book.edit("_toc.yml", "- file: book/aside", "- file: book/aside\n  - file: book/then")
    small_book.python = sys.executable
    result = small_book.pytest()
    assert result.status == 0, result.text


COUNTER = "from literate.cells import reopen\nfrom micrograd.after.count import Counter"
BACK = ":tangle: micrograd/engine.py\n@reopen\nclass Counter:\n    def back(self):\n"
BACK += "        return Counter(self.n - 1)"
HIDDEN = ":tags: [remove-cell]\n"
CELLS = {
    "raises": (["one = 1\none / 0", "one", "two", "three", "four"], [""] * 5),
    "within": (["def f(x):\n    return 1 / x", "f(0)"], ["", ""]),
    "warns": (["import warnings\nwarnings.warn('careful')\n1 + 1"], ["value: '2'"]),
    "prints": (["root = 2**0.5 + 0.00001\nprint(f'{root:.9f}')"], ["prints: '1.414213562'"]),
    "result": (["1 + 2"], ["value: '2'"]),
    "silent": (["apart = True"], []),
    "harmless": ([":tags: [raises-exception]\n1 + 1"], ["value: '2'"]),
    "other": ([":tags: [raises-exception]\nx = 1\nx.m"], ["raises: 'TypeError: no'"]),
    "less": (["x = 1", f"{HIDDEN}assert x == 1"], ["", "asserts: '2'"]),
    "behind": ([COUNTER, BACK, "Counter.back = lambda self: Counter(self.n - 1)"], [""] * 3),
}
"""Chapters, each by its name: its cells, and what is expected of them."""
GONE = "- {section: More, cell: 'print(1)', prints: '1'}\n"


def expected(cells: list[str], facts: list[str]) -> str:
    """A file of expected outputs."""
    entries = [
        f"- section: More\n  cell: {code.splitlines()[-1]!r}\n  {fact}\n"
        for code, fact in zip(cells, facts)
        if fact
    ]
    return "".join(entries)


@pytest.fixture(scope="module")
def examined(whole_small_book, make_small_book, tmp_path_factory):
    """A small book with all these faults in it, and what its tests say."""
    place = tmp_path_factory.mktemp("faults") / "book"
    shutil.copytree(whole_small_book, place)
    book = make_small_book(place)
    for name, (cells, facts) in CELLS.items():
        book.write(f"book/{name}.md", PRELUDE + "".join(map(cell, cells)))
        if outputs := expected(cells, facts) or GONE * (name == "silent"):
            book.write(f"tests/outputs/{name}.yml", outputs)
    more = "".join(f"\n  - file: book/{name}" for name in CELLS)
    book.edit("_toc.yml", "- file: book/aside", f"- file: book/aside{more}")
    book.write("tests/outputs/gone.yml", "- {section: One, cell: x, value: '1'}\n")
    book.edit("README.md", "Counter(3).n == 3", "Counter(3).n == 4")
    book.edit("book/count.md", '    Counter(2)\n    """', '    Counter(3)\n    """')
    book.edit("literate/read/error.py", '"""The one', '""">>> 1 + 2\n4\n\nThe one')
    book.literate("tangle")
    book.edit("micrograd/engine.py", "self.n += 1", "self.n += 2")
    return book, book.pytest()


def test_a_hand_edit_in_the_package(examined):
    book, result = examined
    result.tells(
        "micrograd/engine.py is not what the chapters tangle to",
        f"`Counter.step` is written in {book.line('book/step.md', '@reopen')}: edit it there",
        "Nobody edits micrograd/engine.py",
    )


def test_a_cell_that_raises_and_the_cells_below_it(examined):
    book, result = examined
    place = book.line("book/raises.md", "/ 0")
    result.tells(
        f"{place}: the cell raises ZeroDivisionError: division",
        "give the cell the tag raises-exception",
        "SKIPPED [5]",
        "not run: the cell at book/raises.md:10 failed",
    )
    assert "NameError" not in result.text


def test_a_cell_that_raises_in_a_function_of_another_cell(examined):
    book, result = examined
    result.tells(
        f"{book.line('book/within.md', 'f(0)')}: the cell raises ZeroDivisionError",
        f'"book/within.md", line {book.line("book/within.md", "1 / x").split(":")[1]}',
    )


SAID = {
    "warns": ("import warnings", "the cell writes to stderr: UserWarning: careful"),
    "prints": ("root =", "prints differently than expected"),
    "result": ("1 + 2", "value differently than expected"),
    "harmless": ("1 + 1", "the cell is tagged raises-exception, and raises nothing"),
    "other": ("x = 1", "raises differently than expected"),
    "less": ("assert x", "asserts differently than expected.\n  Expected:\n    2\n  Now:\n    1"),
}


@pytest.mark.parametrize("name", SAID)
def test_a_cell_that_does_not_do_what_is_expected(examined, name):
    book, result = examined
    words, told = SAID[name]
    result.tells(f"{book.line(f'book/{name}.md', words)}: {told}", "make outputs")


def test_a_number_that_changes_in_its_sixth_digit_is_shown_before_and_after(examined):
    _, result = examined
    result.tells("1.414213562", "1.414223562")


def test_an_expected_output_whose_cell_is_gone(examined):
    _, result = examined
    result.tells(
        "tests/outputs/silent.yml",
        "book/silent.md has no cell that ends in 'print(1)' in its section 'More'",
        "gone.yml belongs to no chapter: remove it",
    )


def test_a_method_changed_behind_the_tanglers_back(examined):
    book, result = examined
    result.tells(
        f"{book.line('book/behind.md', '@reopen')}: `Counter.back` in micrograd/engine.py"
        " is not what the cells of book/behind.md made",
        f"at {book.line('book/behind.md', 'lambda')}",
        "change the package only in cells that are tangled",
    )


def test_a_snippet_and_a_doctest_that_are_wrong(examined):
    _, result = examined
    result.tells("README.md", "AssertionError", "micrograd/engine.py", "Expected:\n    Counter(3)")
    result.tells("literate/read/error.py", "Expected:\n    4")


def test_what_is_not_to_be_expected_any_more_is_written_anew(small_book):
    """Of a chapter that is gone, and of a cell that was changed on purpose."""
    small_book.write("tests/outputs/gone.yml", "- {section: One, cell: x, value: '1'}\n")
    small_book.edit("book/count.md", "root = 2**0.5", "root = 3**0.5")
    told = small_book.literate("outputs").text
    assert "removed tests/outputs/gone.yml" in told and "wrote tests/outputs/count.yml" in told
    assert small_book.pytest().status == 0


def test_a_package_that_cannot_be_imported(small_book):
    """On the page the name is there already; in the package its place is below its use."""
    constant = ":tangle: micrograd/engine.py\nSTART = 0"
    again = ":tangle: micrograd/engine.py\n@reopen\nclass Counter:\n"
    again += "    def __init__(self, start=START):\n        self.n = start"
    last = cell("Counter(3).step()")
    small_book.edit("book/step.md", last, cell(constant) + cell(again) + last)
    small_book.literate("tangle")
    small_book.edit("micrograd/engine.py", "self.n += 1", "self.n += = 1")
    result = small_book.pytest()
    result.tells(
        "micrograd/ as book/step.md leaves it cannot be imported: NameError: name 'START'",
        "tangle what a definition needs at once before that definition",
    )
    assert "FAILED book/count.md" not in result.text, (
        "the chapters do not need the finished package"
    )


@pytest.fixture
def differs(small_book):
    """What is said of the package on disk; that the tests say it: see the hand edit above."""

    def tell() -> str:
        return "\n".join(package.differences(small_book.root, tangle(read_book(small_book.root))))

    return tell


def test_a_hand_edit_that_is_not_python(small_book, differs):
    small_book.edit("micrograd/engine.py", "self.n = start", "self.n = = start")
    place = small_book.line("book/count.md", "class Counter")
    assert f"`Counter.__init__` is written in {place}: edit it there" in differs()


def test_a_hand_made_addition(small_book, differs):
    engine = (small_book.root / "micrograd/engine.py").read_text("utf-8")
    small_book.write("micrograd/engine.py", engine + "\n    def back(self):\n        self.n -= 1\n")
    small_book.write("micrograd/extra.py", "x = 1\n")
    told = differs()
    assert "`Counter.back` is in no chapter: write it in one" in told
    assert "micrograd/extra.py comes from no chapter: remove it, or tangle it" in told


def test_a_stale_package(small_book, differs):
    small_book.edit("book/step.md", "self.n += 1", "self.n = self.n + 1")
    told = differs()
    place = small_book.line("book/step.md", "@reopen")
    assert f"`Counter.step` is written in {place}" in told and "'make tangle' writes it" in told
