"""Reading the book: places and line numbers, and every refusal with its place and remedy."""

from pathlib import Path

import pytest

from literate.read.book import read_book
from literate.read.chapter import read_chapter
from literate.read.error import BookError

HEADER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# Title

"""
FIRST = HEADER.count("\n") + 1


def read(text):
    return read_chapter(Path("book/one.md"), HEADER + text)


def cell(content):
    return f"```{{code-cell}} python\n{content}\n```\n"


def test_a_cell_knows_its_fence_its_first_line_and_its_section():
    text = (
        cell("x = 1") + "\n## More `code` {timecode}`00:08:08`\n\n" + cell(":tags: [hide-cell]\nx")
    )
    one, other = read(text).cells
    assert (one.fence, one.line, one.heading) == (FIRST, FIRST + 1, "Title")
    assert (other.fence, other.line, other.heading) == (FIRST + 6, FIRST + 8, "More code")
    assert (other.tags, other.source, other.raises) == (["hide-cell"], "x", False)


def test_the_first_line_is_found_whatever_stands_above_it():
    for content in (
        "x = 1\nx = 1",
        "\nx = 1",
        ":tags: [hide-cell]\n\nx = 1",
        "---\ntags: []\n---\nx",
    ):
        (found,) = read(cell("x = 1") + cell(content)).cells[1:]
        lines = (HEADER + cell("x = 1") + cell(content)).splitlines()
        assert lines[found.line - 1].rstrip() == found.source.split("\n")[0]


def test_timecodes_stand_in_headings():
    text = "## One {timecode}`00:08:08`\n\nNot {timecode}`00:09:00` here.\n\n"
    text += "```md\n## Nor {timecode}`00:10:00` there\n```\n"
    assert read(text).timecodes == ((FIRST, "00:08:08"),)


REFUSED = {
    "ipython3": (
        "```{code-cell} ipython3\n1\n```\n", 0,
        "the test runner would skip a cell spelled '{code-cell} ipython3'",
        "begin it with ```{code-cell} python at the start of a line, outside of other blocks",
    ),
    "bare": ("```{code-cell}\n1\n```\n", 0, "would skip a cell spelled '{code-cell}'", "begin it"),
    "colons": (":::{code-cell} python\n1\n:::\n", 0, "between :::", "begin it with ```"),
    "tildes": ("~~~{code-cell} python\n1\n~~~\n", 0, "between ~~~", "begin it with ```"),
    "four": ("````{code-cell} python\n1\n````\n", 0, "between ````", "begin it with ```"),
    "in-a-list": ("- a\n\n  ```{code-cell} python\n  1\n  ```\n", 2, "inside another", "begin it"),
    "in-a-quote": ("> ```{code-cell} python\n> 1\n> ```\n", 0, "inside another", "begin it"),
    "in-a-fold": (
        "::::{dropdown} A\n\n```{code-cell} python\n1\n```\n::::\n", 2,
        "a cell inside another block is not executed", "move it out of the block",
    ),
    "in-a-fold-of-backticks": (
        "````{dropdown} A\n```{code-cell} python\n1\n```\n````\n", 1,
        "a cell inside another block is not executed", "move it out of the block",
    ),
    "indented": ("  ```{code-cell} python\n  1\n  ```\n", 0, "spelled", "at the start of a line"),
    "spaced": ("``` {code-cell} python\n1\n```\n", 0, "spelled", "at the start of a line"),
    "pycon": (
        "```pycon\n>>> 1\n```\n", 0,
        "this listing would be tested but not executed on the page", "make it a cell",
    ),
    "python": ("```python\n1\n```\n", 0, "this listing", "make it a cell"),
    "code-block": ("```{code-block} python\n1\n```\n", 0, "this listing", "make it a cell"),
    "unknown-option": (
        cell(":tangel: micrograd/engine.py\n1"), 0, "a cell has no option 'tangel'",
        "use one of after, answer, check, mystnb, solution, starter, tags, tangle, tolerance",
    ),
    "unknown-tag": (
        cell(":tags: [hidecell]\n1"), 0, "a cell has no tag 'hidecell'", "use one of hide-cell",
    ),
    "option-twice": (
        cell(":tangle: micrograd/a.py\n:tangle: micrograd/b.py\nx = 1"), 2,
        "the option ':tangle:' stands twice", "a second file needs a cell of its own",
    ),
    "empty-option": (cell(":tangle:\nx = 1"), 1, "':tangle:' says nothing", "finish it, or"),
    "tolerance": (
        cell(":tolerance: 1.5\n1"), 0, "':tolerance: 1.5' is no share between 0", "such as 0.01"
    ),
    "no-tolerance": (
        cell(":tolerance: much\n1"), 0, "':tolerance: much' is no share between 0", "such as 0.01"
    ),
    "no-list": (cell(":tags: hide-cell\n1"), 1, "the tags are not a list", "':tags: [hide-cell]'"),
    "two-targets": (
        cell(":tangle: [micrograd/a.py, micrograd/b.py]\nx = 1"), 0, "is not one name", "name one",
    ),
    "syntax": (cell("x = 1\nx = = 1"), 2, "the cell is not Python: invalid", "correct the code"),
    "magic": (cell("%time 1"), 1, "the cell is not Python", "IPython's own % and ! commands"),
    "capital": ("```Python\n1\n```\n", 0, "this listing", "make it a cell"),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, line, reason, remedy = REFUSED[which]
    refused(lambda: read(text), f"book/one.md:{FIRST + line}: ", reason, remedy)


def test_options_that_are_not_yaml_are_refused():
    told = rf"book/one\.md:{FIRST}: the options of the cell cannot be read: .*\n.*correct the opt"
    with pytest.raises(BookError, match=told):
        read(cell(":tags: [hide-cell\n1"))


def test_a_book_is_read_in_the_order_of_its_table_of_contents(small_book):
    book = read_book(small_book.root)
    assert [chapter.slug for chapter in book.chapters] == ["count", "step", "aside"]
    assert str(next(iter(book.pages))) == "book/index.md"
    assert [chapter.builds_on for chapter in book.chapters] == [(), ("count",), ()]


def refuses(small_book, *told):
    with pytest.raises(BookError) as error:
        read_book(small_book.root)
    for part in told:
        assert part in str(error.value)


def test_a_book_without_a_table_of_contents(small_book):
    (small_book.root / "_toc.yml").unlink()
    refuses(small_book, "_toc.yml: there is no such file", "To fix it: write one")


@pytest.mark.parametrize("text", ["chapters: [", "format: jb-book\n", "root: a\nchapters: 3\n"])
def test_a_table_of_contents_that_cannot_be_read(small_book, text):
    small_book.write("_toc.yml", text)
    refuses(small_book, "_toc.yml: ", "To fix it: correct it")


def test_a_page_that_is_not_there(small_book):
    (small_book.root / "book/step.md").unlink()
    refuses(
        small_book,
        "_toc.yml: it names book/step.md, and there is no such file",
        "To fix it: write that page, or take its line out",
    )


def test_a_page_that_is_not_named(small_book):
    small_book.write("book/more.md", "# More\n")
    refuses(
        small_book, "book/more.md: the page is not in _toc.yml", "add the line '- file: book/more'"
    )


def test_a_page_that_is_not_utf8(small_book):
    (small_book.root / "book/step.md").write_bytes(b"one\ntwo\nGr\xfc\xdfe\n")
    refuses(small_book, "book/step.md:3: the file is not UTF-8", "save it with the encoding UTF-8")


@pytest.mark.parametrize("text", ["", "<!-- a comment -->\n\n"])
def test_a_cell_on_a_page_that_is_no_notebook(small_book, text):
    small_book.write("book/index.md", text + cell("1"))
    line = 1 + text.count("\n")
    refuses(small_book, f"book/index.md:{line}: a cell, but", "begin the file with the header")


@pytest.mark.parametrize(
    "fence", ["```bash", "```{code-block} bash", "```{note}", "```", "```yaml"]
)
def test_listings_that_are_not_python_may_stand_in_a_chapter(fence):
    assert read(f"{fence}\nls\n```\n").cells == ()


def test_a_guide_may_show_a_cell(small_book):
    small_book.write("book/index.md", f"# Guide\n\n````md\n{cell('1')}````\n")
    assert len(read_book(small_book.root).chapters) == 3


def test_a_header_that_cannot_be_read(small_book):
    small_book.edit("book/step.md", "Python 3}", "Python 3")
    refuses(small_book, "book/step.md:8: a cell, but the page's header does not", "begin the file")


def test_a_header_without_which_jupyter_would_not_open_the_chapter(small_book):
    small_book.edit("book/aside.md", ", display_name: Python 3", "")
    with pytest.raises(BookError) as refusal:
        read_book(small_book.root)
    assert str(refusal.value).startswith("book/aside.md:1: the header does not say")
    assert "add 'kernelspec: {name: python3, display_name: Python 3}'" in str(refusal.value)


@pytest.mark.parametrize("place", ["Text~.\n", cell("x = 1~")])
@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\f", "\v", "\x1c"])
def test_what_ends_a_line_for_some_programs_only_is_refused(small_book, refused, odd, place):
    path = small_book.root / "book/aside.md"
    text = path.read_bytes().decode() + "\n"
    path.write_bytes((text + place.replace("~", odd)).encode())
    line = text.count("\n") + place[: place.index("~")].count("\n") + 1
    told = f"the character U+{ord(odd):04X}", "take it out"
    refused(lambda: read_book(small_book.root), f"book/aside.md:{line}: ", *told)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_byte_order_mark_and_other_ends_of_lines_change_nothing(small_book, end):
    path = small_book.root / "book/count.md"
    before = read_book(small_book.root).chapters[0]
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", end.encode()))
    after = read_book(small_book.root).chapters[0]
    assert after.text == before.text
    assert [cell.line for cell in after.cells] == [cell.line for cell in before.cells]
