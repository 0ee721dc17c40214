"""Numbers in prose: computed by the cell above, for page and notebook, or counted as typed."""

from pathlib import Path

import pytest
import yaml

from literate.editions.notebook_markdown import Plain
from literate.read import numbers
from literate.read.book import read_book
from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.markdown import read_page

HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python}\n---\n\n# A\n"
CELL = "\n```{code-cell} python\nx = -2 / 3\n```\n"
FEWEST = Path("tests/typed_numbers.yml")


def test_a_cell_has_the_numbers_of_the_text_below_it():
    note = ":::{note}\n{n}`x` {n}`x:.2f`\n:::\n"
    text = f"{HEADER}{CELL}\n{{n}}`x:.2f`\n\n{note}{CELL}\n{{n}}`-x`\n"
    chapter = read_chapter(Path("book/one.md"), text)
    assert [cell.numbers for cell in chapter.cells] == [("x:.2f", "x"), ("-x",)]


REFUSED = {
    "above": (f"{HEADER}\n{{n}}`x`\n{CELL}", 8, "no cell stands above the number 'x'"),
    "no-code": (f"{HEADER}{CELL}\n\n{{n}}`x +`\n", 13, "the number 'x +' cannot be computed"),
}


@pytest.mark.parametrize("which", REFUSED)
def test_refused(refused, which):
    text, line, reason = REFUSED[which]
    place = f"book/one.md:{line}: "
    refused(lambda: read_chapter(Path("book/one.md"), text), place, reason, "write")


def test_a_number_on_a_page_without_cells(small_book, refused):
    small_book.write("book/index.md", "# A small book\n\n{n}`x`\n")
    told = "no cell of this page makes the number 'x'"
    refused(lambda: read_book(small_book.root), "book/index.md:3: ", told, "or type it")


def test_a_number_on_page_and_notebook_is_that_of_its_cell(built_book, refused):
    """And what its cell makes of it is compared on the page, in the tests and in the notebook."""
    cell = "in two pieces\nprint()\n```\n"
    built_book.edit("book/count.md", cell, f"{cell}\nSo it is {{n}}`-root:.2f`, not more.\n")
    built_book.literate("book").tells(
        "book/count.md: the number '-root:.2f' is not in tests/outputs/count.yml",
        "run 'make outputs'",
    )
    built_book.expect()
    assert "numbers: -root:.2f = -1.41" in (built_book.root / "tests/outputs/count.yml").read_text(
        "utf-8"
    )
    result = built_book.literate("book")
    assert result.status == 0, result.text
    page = (built_book.root / "_build/html/book/count.html").read_text("utf-8")
    assert "So it is −1.41, not more." in page
    book = read_book(built_book.root)
    notebook = Plain(book, "").convert(book.pages[Path("book/count.md")])
    assert "So it is −1.41, not more." in notebook
    # Another number there, another one in the cell, and none at all.
    built_book.edit("tests/outputs/count.yml", "-root:.2f = -1.41", "-root:.2f = -1.42")
    for result in (built_book.literate("book"), built_book.pytest()):
        result.tells("book/count.md:39: numbers differently than expected", "= -1.42")
    built_book.edit("book/count.md", "{n}`-root:.2f`", "{n}`route`")
    with pytest.raises(BookError, match="'route' below the cell cannot be computed: NameError"):
        built_book.expect()
    refused(
        lambda: numbers.number(built_book.root, Path("book/count.md"), "route"),
        "book/count.md: the number 'route' is not in tests/outputs/count.yml", "",
        "run 'make outputs'",
    )  # fmt: skip


def test_one_name_for_two_values_is_refused(tmp_path, refused):
    (tmp_path / "tests/outputs").mkdir(parents=True)
    entries = [{"section": "A", "cell": c, "numbers": f"x = {c}"} for c in "12"]
    (tmp_path / "tests/outputs/one.yml").write_text(yaml.dump(entries), "utf-8")
    refused(
        lambda: numbers.number(tmp_path, Path("book/one.md"), "x"),
        "book/one.md: the number 'x' has two values on this page", "",
        "give the value a name of its own in a cell",
    )  # fmt: skip


def test_what_counts_as_a_typed_number():
    text = "# A\n\nFrom 0.25 to −1.5 in 3 steps, 40 of 1,797, 5 % or 7%, `0.5`, $0.5$, x2."
    page = read_page(Path("book/one.md"), text)
    found = [number for _, number in numbers.typed(page)]
    assert found == ["0.25", "−1.5", "40", "1,797", "5", "7"]


def test_there_are_no_more_typed_numbers_than_there_were(root, book):
    """Nothing keeps a typed number right when its cell changes; so their count may only fall."""
    counts = yaml.safe_load((root / FEWEST).read_text("utf-8"))
    for chapter in book.chapters:
        fewest = counts.get(chapter.slug, 0)
        found = list(numbers.typed(chapter.page))
        where = ", ".join(f"{number} in line {line}" for line, number in found)
        assert len(found) <= fewest, (
            f"{chapter.path} has {len(found)} typed numbers, and had {fewest}: "
            f"take those that are new from a cell ({{n}}`name:.2f`, see book/writing.md); {where}"
        )
