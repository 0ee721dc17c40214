"""What no reader is to meet on a page is refused: with the line, the reason and the remedy."""

from pathlib import Path

import pytest

from literate.read.book import read_book
from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.markdown import read_page
from literate.read.prose import check_prose

PAGE = "# Title\n\n{}\n"
REFUSED = {
    "two titles": ("## A\n\n# B\n", 5, "a second title: 'B'", "write '## B'"),
    "a jump": ("### A\n", 3, "'A' of level 3 stands under one of level 1", "begin it with ##"),
    "a class": (
        ":::{admonition} A\n:class: qestion\nWhy?\n:::\n", 3,
        "there is no class 'qestion'", "write 'question'",
    ),
    "a class inside": (
        "::::{note}\nA.\n:::{dropdown} A\n:class: tpi\nA.\n:::\n::::\n", 5, "class 'tpi'", "'tip'",
    ),
    "a mark": ("<!-- slid -->\nText.\n", 3, "<!-- slid --> looks like a mark", "<!-- slide -->"),
    "an end": ("<!-- the answer end here -->\n", 3, "looks like a mark", "the answer ends here"),
    "a footnote": ("Text.\nMore[^one] text.\n", 4, "the footnote [^one] has no note", "[^one]: …"),
    "a tag": ("Text <b>bold.\n\nMore.\n", 3, "the HTML tag <b> is opened, and never", "<b>…</b>"),
    "a block's tag": ("<details>\n\nText.\n", 3, "<details> is opened, and never closed", "write"),
    "a stray tag": ("Text.\n\nMore</b>.\n", 5, "<b> is closed, and was not open", "write <b>"),
    "a crossing": ("<i>one <b>two</i> three</b>\n", 3, "<i> is closed, and was not open", "write"),
    "a picture": ("Text\n![](a.svg)\n", 4, "the picture a.svg says nothing", "![in words](…)"),
    "a figure": ("```{figure} a.svg\nOne.\n```\n", 3, "the picture a.svg says nothing", "':alt:'"),
    "a merge": ("One.\n<<<<<<< HEAD\nTwo.\n=======\n", 4, "half of a merge", "choose one side"),
    "its end": ("One.\n\n>>>>>>> other\n", 5, "half of a merge", "choose one side"),
    "a role": ("Text {trem}`a`.\n", 3, "there is no role 'trem'", "write 'term'"),
    "a directive": (":::{dropdwon} A\nA.\n:::\n", 3, "no directive 'dropdwon'", "'dropdown'"),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, line, reason, remedy = REFUSED[which]
    page = read_page(Path("book/one.md"), PAGE.format(text))
    refused(lambda: check_prose(page), f"book/one.md:{line}: ", reason, remedy)


FINE = """\
Text with a note[^one], a <br> and <b>bold</b> words. An array `x[^2]` and $x[^2]$.

[^one]: The note.

<!-- an author's remark that is like no mark -->
<!-- slide -->
<details>

<summary>More</summary>

Text.
</details>

```md
<<<<<<< HEAD
<b>
{trem}`a`
```

:::{admonition} A
:class: question tip
Why?
:::

## A

### B

## C

![A curve](a.svg)
"""


def test_what_is_fine_is_not_refused():
    check_prose(read_page(Path("book/one.md"), PAGE.format(FINE)))


HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"
CODE = {
    "await": ("import asyncio\nawait asyncio.sleep(0)", 8, "'await' outside function"),
    "return": ("x = 1\nreturn x", 8, "'return' outside function"),
    "break": ("break", 7, "'break' outside loop"),
    "hidden": (":tags: [remove-cell]\nx = 1", 8, "a hidden cell that asserts nothing"),
    "unseen": (
        ":tags: [remove-cell]\n:tangle: micrograd/a.py\ndef f():\n    raise ValueError", 6,
        "code of the package that no page shows: the cell has the tag remove-cell",
    ),
    "without its code": (
        ":tags: [remove-input]\n:tangle: micrograd/a.py\nX = 1", 6, "that no page shows",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", CODE)
def test_code_that_is_refused(which):
    code, line, reason = CODE[which]
    with pytest.raises(BookError) as refusal:
        read_chapter(Path("book/one.md"), f"{HEADER}```{{code-cell}} python\n{code}\n```\n")
    told = str(refusal.value)
    assert told.startswith(f"book/one.md:{line}: ") and reason in told, told
    assert "To fix it: " in told


@pytest.mark.parametrize(
    ("name", "better"), [("a.b", "a-b"), ("my chapter", "my-chapter"), ("class", "about-class")]
)
def test_a_name_that_nothing_can_import(small_book, refused, name, better):
    (small_book.root / "book/aside.md").rename(small_book.root / f"book/{name}.md")
    small_book.edit("_toc.yml", "book/aside", f'"book/{name}.md"')
    refused(
        lambda: read_book(small_book.root),
        f"book/{name}.md: '{name}' cannot be the name of a page",
        "",
        f"rename it to {better}.md",
    )


@pytest.mark.parametrize("name", ["per%cent", "colon:x"])
def test_a_folder_in_which_other_programs_lose_their_way(small_book, refused, name):
    place = small_book.root.parent / name
    place.mkdir()
    small_book.root.rename(place / "book")
    sign = "%" if "%" in name else ":"
    told = f"the path of the book has a '{sign}'"
    refused(lambda: read_book(place / "book"), str(place / "book"), told, "rename the folder")


def test_a_byte_order_mark_is_no_part_of_a_page(small_book):
    path = small_book.root / "book/aside.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [c.slug for c in read_book(small_book.root).chapters] == ["count", "step", "aside"]
