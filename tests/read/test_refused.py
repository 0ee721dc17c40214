"""Faults planted in a small book that are refused when it is read, which every command does first
(that each tells it: tests/read/test_order.py)."""

import pytest

PRELUDE = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# More

"""


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
    small_book.read().tells(f"book/aside.md:{line}: ", "To fix it: ", "cell")


def test_a_reopened_class_that_was_never_defined(small_book):
    small_book.edit("book/step.md", "class Counter:", "class Conter:")
    small_book.read().tells(
        f"{small_book.line('book/step.md', 'class Conter')}: class Conter is reopened,"
        " but was never defined in micrograd/engine.py",
        "define it first",
    )


def test_a_syntax_error_in_a_tangled_cell(small_book):
    small_book.edit("book/step.md", "self.n += 1", "self.n + = 1")
    small_book.read().tells(
        f"{small_book.line('book/step.md', '+ = 1')}: the cell is not Python: invalid syntax",
        "correct the code there",
    )


@pytest.mark.parametrize(
    "target", ["engine.py", "other/engine.py", "micrograd/after/engine.py", "micrograd/after.py"]
)
def test_an_unknown_target(small_book, target):
    small_book.edit("book/step.md", ":tangle: micrograd/engine.py", f":tangle: {target}")
    small_book.read().tells(
        f"book/step.md:16: the target '{target}' is not one file of the package",
        "name one, such as micrograd/engine.py",
    )


def test_two_chapters_of_the_same_slug(small_book):
    (small_book.root / "book/more").mkdir()
    small_book.write("book/more/count.md", PRELUDE)
    small_book.edit("_toc.yml", "- file: book/step", "- file: book/more/count")
    (small_book.root / "book/step.md").unlink()
    small_book.read().tells(
        "book/more/count.md: its state would have the same name as that of book/count.md",
        "give one of the two files another name",
    )


def test_a_chapter_that_is_not_in_the_table_of_contents(small_book):
    small_book.write("book/more.md", PRELUDE)
    small_book.read().tells(
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
    small_book.read().tells(
        f"{small_book.line('book/count.md', line)}: ", told, "earlier chapters: none"
        if which != "later" and which != "own" and which != "from-after" else "change the order",
    )  # fmt: skip


def test_a_hidden_cell_that_asserts_nothing(small_book):
    small_book.edit("book/count.md", "assert one.n == 3", "one.n == 3")
    small_book.read().tells(
        f"{small_book.line('book/count.md', 'one.n == 3')}: a hidden cell that asserts nothing"
    )
