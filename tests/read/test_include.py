"""A part of a page that stands in a file of its own: on the page, in the notebook, and refused."""

import json

import bs4
import pytest

from literate.read.book import read_book

PART = "% Not for readers.\n\nOne is {}, see {{doc}}`count`.\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n"
INCLUDE = "\n```{include} part.md\n```\n"
PLACE = "book/aside.md"


@pytest.fixture
def with_part(built_book):
    """A small book with a part in a file of its own."""
    text = (built_book.root / PLACE).read_text("utf-8")
    built_book.write("book/part.md", PART.format("first"))
    built_book.write(PLACE, text + INCLUDE)
    return built_book


def page(book):
    text = (book.root / "_build/html/book/aside.html").read_text("utf-8")
    return bs4.BeautifulSoup(text, "html.parser").select_one("article")


def test_the_page_shows_it_and_no_page_is_made_of_it(with_part):
    assert with_part.literate("book").status == 0
    found = page(with_part)
    assert [cell.get_text() for cell in found.select("td")] == ["1", "2"]
    assert "One is first, see Count" in found.get_text()
    assert found.select_one('a[href="count.html"]')
    assert "Not for readers" not in str(found)
    assert not list((with_part.root / "_build/html").rglob("part.*"))


def test_when_it_changes_the_page_changes_and_nothing_is_executed(with_part):
    assert with_part.literate("book").status == 0
    with_part.write("book/part.md", PART.format("second"))
    result = with_part.literate("book")
    assert result.status == 0 and "0 executed" in result.text, result.text
    assert "One is second" in page(with_part).get_text()


def test_the_notebook_has_it(with_part):
    text = (with_part.root / PLACE).read_text("utf-8")
    with_part.write(PLACE, text + "\n- x\n\n  ```{include} part.md\n  ```\n")
    assert with_part.literate("notebooks").status == 0
    made = json.loads((with_part.root / "_build/notebooks/aside.ipynb").read_text("utf-8"))
    last = "".join(made["cells"][-1]["source"])
    table = "| a | b |\n|:--|--:|\n| 1 | 2 |"
    assert last.startswith(f"One is first, see Count.\n\n{table}")
    assert last.endswith("- x\n\n  One is first, see Count.\n\n  " + table.replace("\n", "\n  "))
    assert "include" not in last and "Not for readers" not in last


def test_a_part_of_no_page_is_refused(small_book, refused):
    small_book.write("book/part.md", PART)
    listing = f"# A small book\n\n````md{INCLUDE}````\n\n````{{code-block}} md{INCLUDE}````\n"
    small_book.write("book/index.md", listing)
    told = "book/part.md", "not in _toc.yml", "include it, if it is a part of a page"
    refused(lambda: read_book(small_book.root), *told)
    small_book.write("book/index.md", f"{listing}\n::::{{note}}{INCLUDE}::::\n")
    read_book(small_book.root)


@pytest.mark.parametrize(
    ("part", "include", "told"),
    [
        (None, INCLUDE, (": the file book/part.md, which", "read: No such file", "its path")),
        (b"\xff", INCLUDE, ("book/part.md:1: the file is not UTF-8",)),
        (
            b"```{code-cell} python\n1\n```\n", INCLUDE,
            ("book/part.md: a cell in a file that is included", "move it into book/aside.md"),
        ),
        (
            b"One\nTwo\n", "\n```{include} part.md\n:start-line: 1\n```\n",
            (": book/part.md is included with options", "include the whole file"),
        ),
    ],
)  # fmt: skip
def test_what_pages_and_notebooks_would_show_differently(small_book, part, include, told):
    small_book.write(PLACE, (small_book.root / PLACE).read_text("utf-8") + include)
    if part:
        (small_book.root / "book/part.md").write_bytes(part)
    for command in ("book", "notebooks"):
        result = small_book.literate(command)
        result.tells(*told)
        assert "Traceback" not in result.text
