"""Faults planted in a small book: `make test` catches each and says where to fix it."""

import sys

import pytest

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
    small_book.python = sys.executable
    result = small_book.pytest()
    assert result.status == 0, result.text


def test_a_hand_edit_in_the_package(small_book):
    small_book.edit("micrograd/engine.py", "self.n += 1", "self.n += 2")
    small_book.pytest().tells(
        "micrograd/engine.py is not what the chapters tangle to",
        f"`Counter.step` is written in {small_book.line('book/step.md', '@reopen')}: edit it there",
        "Nobody edits micrograd/engine.py",
    )


def test_a_hand_edit_that_is_not_python(small_book):
    small_book.edit("micrograd/engine.py", "self.n = start", "self.n = = start")
    result = small_book.pytest()
    result.tells(
        "`Counter.__init__` is written in"
        f" {small_book.line('book/count.md', 'class Counter')}: edit it there"
    )
    assert "FAILED book/count.md" not in result.text, (
        "the chapters do not need the finished package"
    )


def test_a_hand_made_addition(small_book):
    engine = (small_book.root / "micrograd/engine.py").read_text("utf-8")
    small_book.write("micrograd/engine.py", engine + "\n    def back(self):\n        self.n -= 1\n")
    small_book.pytest().tells("`Counter.back` is in no chapter: write it in one")


def test_a_file_of_the_package_that_no_chapter_writes(small_book):
    small_book.write("micrograd/extra.py", "x = 1\n")
    small_book.pytest().tells("micrograd/extra.py comes from no chapter: remove it, or tangle it")


def test_a_stale_package(small_book):
    small_book.edit("book/step.md", "self.n += 1", "self.n = self.n + 1")
    small_book.pytest().tells(
        f"`Counter.step` is written in {small_book.line('book/step.md', '@reopen')}",
        "'make tangle' writes it",
    )


def test_a_cell_that_raises_and_the_cells_below_it(small_book):
    small_book.edit("book/count.md", "one = Counter(3)", "one = Counter(3) / 0")
    result = small_book.pytest()
    result.tells(
        f"{small_book.line('book/count.md', '/ 0')}: the cell raises TypeError: unsupported",
        "give the cell the tag raises-exception",
        "1 failed",
        "4 skipped",
    )
    assert "NameError" not in result.text


def test_a_cell_that_raises_in_a_function_of_another_cell(small_book):
    small_book.edit("book/aside.md", 'print("apart")', "def f(x):\n    return 1 / x")
    small_book.edit("book/aside.md", "1 + 1", "f(0)")
    small_book.pytest().tells(
        f"{small_book.line('book/aside.md', 'f(0)')}: the cell raises ZeroDivisionError",
        f'"book/aside.md", line {small_book.line("book/aside.md", "1 / x").split(":")[1]}',
    )


def test_a_cell_that_warns(small_book):
    small_book.edit("book/aside.md", "1 + 1", "import warnings\nwarnings.warn('careful')\n1 + 1")
    small_book.pytest().tells(
        f"{small_book.line('book/aside.md', 'import warnings')}: the cell writes to stderr:"
        " UserWarning: careful"
    )


def test_a_printed_number_that_changes_in_its_sixth_digit(small_book):
    small_book.edit("book/count.md", "2**0.5", "(2**0.5 + 0.00001)")
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', 'root =')}: prints differently than expected",
        "the root of two is 1.414213562",
        "the root of two is 1.414223562",
        "make outputs",
    )


def test_a_value_that_changes(small_book):
    small_book.edit("book/aside.md", "1 + 1", "1 + 2")
    small_book.pytest().tells(
        f"{small_book.line('book/aside.md', '1 + 2')}: value differently than expected",
        "make outputs",
    )


def test_an_expected_output_whose_cell_is_gone(small_book):
    small_book.edit("book/aside.md", 'print("apart")', "apart = True")
    small_book.pytest().tells(
        "tests/outputs/aside.yml",
        "book/aside.md has no cell that ends in 'print(\"apart\")' in its section 'Aside'",
        "make outputs",
    )


def test_a_cell_that_no_longer_raises(small_book):
    small_book.edit("book/count.md", "one + 1", "1 + 1")
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', '1 + 1')}: the cell is tagged raises-exception,"
        " and raises nothing"
    )


def test_a_cell_that_raises_something_else(small_book):
    small_book.edit("book/count.md", "one + 1", "one.m")
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', 'one.m')}: raises differently than expected",
        "AttributeError",
    )


def test_an_assertion_that_is_taken_out_of_a_hidden_cell(small_book):
    one, two = "assert one.n == 3", "assert root > 1\nassert one.n == 3"
    small_book.edit("book/count.md", one, two)
    small_book.expect()
    small_book.edit("book/count.md", two, one)
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', one)}: asserts differently than expected",
        "Expected:\n    2\n  Now:\n    1", "make outputs",
    )  # fmt: skip
    small_book.edit("book/count.md", one, "one.n == 3")
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', 'one.n == 3')}: a hidden cell that asserts nothing"
    )


SKIPPED = {
    "ipython3": "```{code-cell} ipython3\n1 / 0\n```\n",
    "bare": "```{code-cell}\n1 / 0\n```\n",
    "colons": ":::{code-cell} python\n1 / 0\n:::\n",
    "tildes": "~~~{code-cell} python\n1 / 0\n~~~\n",
    "four-backticks": "````{code-cell} python\n1 / 0\n````\n",
    "pycon": "```pycon\n>>> 1 / 0\n```\n",
    "python": "```python\n1 / 0\n```\n",
    "indented": "- one\n\n  ```{code-cell} python\n  1 / 0\n  ```\n",
    "in-a-fold": "::::{dropdown} More\n```{code-cell} python\n1 / 0\n```\n::::\n",
}


@pytest.mark.parametrize("spelling", SKIPPED)
def test_a_cell_spelled_so_that_it_would_be_skipped(small_book, spelling):
    small_book.write("book/aside.md", PRELUDE + SKIPPED[spelling])
    line = 8 + SKIPPED[spelling].split("1 / 0")[0].count("\n") - 1
    small_book.pytest().tells(f"book/aside.md:{line}: ", "To fix it: ", "cell")


def test_a_reopened_class_that_was_never_defined(small_book):
    small_book.edit("book/step.md", "class Counter:", "class Conter:")
    small_book.pytest().tells(
        f"{small_book.line('book/step.md', 'class Conter')}: class Conter is reopened,"
        " but was never defined in micrograd/engine.py",
        "define it first",
    )


def test_a_syntax_error_in_a_tangled_cell(small_book):
    small_book.edit("book/step.md", "self.n += 1", "self.n + = 1")
    small_book.pytest().tells(
        f"{small_book.line('book/step.md', '+ = 1')}: the cell is not Python: invalid syntax",
        "correct the code there",
    )


@pytest.mark.parametrize(
    "target", ["engine.py", "other/engine.py", "micrograd/after/engine.py", "micrograd/after.py"]
)
def test_an_unknown_target(small_book, target):
    small_book.edit("book/step.md", ":tangle: micrograd/engine.py", f":tangle: {target}")
    small_book.pytest().tells(
        f"book/step.md:16: the target '{target}' is not one file of the package",
        "name one, such as micrograd/engine.py",
    )


def test_two_chapters_of_the_same_slug(small_book):
    (small_book.root / "book/more").mkdir()
    small_book.write("book/more/count.md", PRELUDE)
    small_book.edit("_toc.yml", "- file: book/step", "- file: book/more/count")
    (small_book.root / "book/step.md").unlink()
    small_book.pytest().tells(
        "book/more/count.md: its state would have the same name as that of book/count.md",
        "give one of the two files another name",
    )


def test_a_chapter_that_is_not_in_the_table_of_contents(small_book):
    small_book.write("book/more.md", PRELUDE)
    small_book.pytest().tells(
        "book/more.md: the page is not in _toc.yml", "add the line '- file: book/more'"
    )


IMPORTS = {
    "later": ("from micrograd.after.step import Counter", "the state after 'step' comes later"),
    "own": ("import micrograd.after.count", "the state after 'count' comes later"),
    "unknown": ("from micrograd.after.cuont import Counter", "there is no chapter 'cuont'"),
    "finished": ("from micrograd.engine import Counter", "cannot import the finished package"),
    "from-after": ("from micrograd.after import step", "the state after 'step' comes later"),
}


@pytest.mark.parametrize("which", IMPORTS)
def test_a_page_that_imports_a_state_it_cannot_have(small_book, which):
    line, told = IMPORTS[which]
    small_book.edit("book/count.md", "one = Counter(3)", f"{line}\none = Counter(3)")
    small_book.pytest().tells(
        f"{small_book.line('book/count.md', line)}: ", told, "earlier chapters: none"
        if which != "later" and which != "own" and which != "from-after" else "change the order",
    )  # fmt: skip


def test_a_method_changed_behind_the_tanglers_back(small_book):
    added = cell("Counter.step = lambda self: Counter(self.n + 1)")
    last = cell("Counter(3).step()")
    small_book.edit("book/step.md", last, added + last)
    small_book.pytest().tells(
        f"{small_book.line('book/step.md', '@reopen')}: `Counter.step` in micrograd/engine.py"
        " is not what the cells of book/step.md made",
        f"at {small_book.line('book/step.md', 'lambda')}",
        "change the package only in cells that are tangled",
    )


def test_a_package_that_cannot_be_imported(small_book):
    """On the page the name is there already; in the package its place is below its use."""
    constant = ":tangle: micrograd/engine.py\nSTART = 0"
    again = ":tangle: micrograd/engine.py\n@reopen\nclass Counter:\n"
    again += "    def __init__(self, start=START):\n        self.n = start"
    last = cell("Counter(3).step()")
    small_book.edit("book/step.md", last, cell(constant) + cell(again) + last)
    small_book.literate("tangle")
    small_book.pytest().tells(
        "micrograd/ as book/step.md leaves it cannot be imported: NameError: name 'START'",
        "tangle what a definition needs at once before that definition",
    )


def test_a_class_changed_in_one_chapter_is_whole_in_the_next(small_book):
    """The chapters share a process: what `step` reopens, the chapter run after it must not see."""
    use = "from micrograd.after.count import Counter\nassert not hasattr(Counter, 'step')"
    small_book.write("book/then.md", PRELUDE + cell(use))
    small_book.edit("_toc.yml", "- file: book/aside", "- file: book/aside\n  - file: book/then")
    result = small_book.pytest()
    assert result.status == 0, result.text


def test_outputs_of_a_chapter_that_is_gone(small_book):
    small_book.write("tests/outputs/gone.yml", "- {section: One, cell: x, value: '1'}\n")
    small_book.pytest().tells("gone.yml belongs to no chapter: remove it")
    assert "removed tests/outputs/gone.yml" in small_book.literate("outputs").text
    assert small_book.pytest().status == 0


def test_outputs_that_were_reviewed(small_book):
    small_book.edit("book/count.md", "root = 2**0.5", "root = 3**0.5")
    assert "wrote tests/outputs/count.yml" in small_book.literate("outputs").text
    assert small_book.pytest().status == 0


def test_a_snippet_of_the_readme_that_is_wrong(small_book):
    small_book.edit("README.md", "Counter(3).n == 3", "Counter(3).n == 4")
    small_book.pytest().tells("README.md", "AssertionError")


def test_a_doctest_that_is_wrong(small_book):
    small_book.edit("book/count.md", '    Counter(2)\n    """', '    Counter(3)\n    """')
    assert small_book.literate("tangle").status == 0
    small_book.pytest().tells("micrograd/engine.py", "Expected:\n    Counter(3)")
