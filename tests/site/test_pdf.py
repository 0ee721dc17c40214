"""The book on paper: the whole of it, with links and bookmarks, and the same every time."""

import re
import shutil
from pathlib import Path

import pytest

from literate.editions import paper
from literate.provide import npm
from literate.read.error import BookError
from literate.read.settings import Words
from literate.run.cache import CACHE

SAY = Words(Path(__file__).parents[2])
pypdf = pytest.importorskip("pypdf", reason="what prints the book is not installed: BROWSER=no")

LONG = "A plot of a line that rises, under a heading too long for a single line of a printed page"
MORE = f"""

## {LONG}

See [the first chapter](count.md), and [what it cannot do](#cannot).

::::{{admonition}} Before you read on
:class: question

What is it?

:::{{dropdown}} A hint
Something folded.
:::
::::

```{{code-cell}} python
---
tags: [hide-input]
mystnb:
  image: {{alt: "A line that rises."}}
---
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
```
"""


@pytest.fixture(scope="module")
def book(whole_built_book, tmp_path_factory, make_small_book):
    """A small book, printed."""
    place = tmp_path_factory.mktemp("paper") / "book"
    shutil.copytree(whole_built_book, place)
    small = make_small_book(place)
    small.write("book/aside.md", (place / "book/aside.md").read_text("utf-8") + MORE)
    small.edit("book/count.md", "## What it cannot", "(cannot)=\n## What it cannot")
    small.expect()
    result = small.literate("pdf")
    assert result.status == 0, result.text
    assert "_build/book.pdf" in result.text
    return small


@pytest.fixture
def pdf(book):
    return pypdf.PdfReader(book.root / "_build/book.pdf")


def bookmarks(outline, depth=0):
    """The bookmarks in their order, each with the number of those above it."""
    for item in outline:
        if isinstance(item, list):
            yield from bookmarks(item, depth + 1)
        else:
            yield depth, item


def letters(page):
    """The text of a page without spaces and line ends, which hang on the fonts."""
    return squeezed(page.extract_text())


def squeezed(text):
    return "".join(text.split())


def begins(pdf, words):
    """The page, counted from 1, that begins with these words."""
    (found,) = [
        n
        for n, p in enumerate(pdf.pages, 1)
        if p.extract_text().strip().removeprefix(str(n)).strip().startswith(words)
    ]
    return found


def test_cover_contents_and_chapters_come_one_after_the_other(pdf):
    cover, contents = (letters(pdf.pages[number]) for number in (0, 1))
    assert cover == "AsmallbookNobodyinparticular"
    for chapter in ("Count", "Step", "Aside"):
        assert f"{chapter}{begins(pdf, chapter)}" in contents
    assert begins(pdf, "Count") < begins(pdf, "Step") < begins(pdf, "Aside")
    assert (pdf.metadata.title, pdf.metadata.author) == ("A small book", "Nobody in particular")
    assert pdf.root_object["/Lang"] == "en"


def test_every_heading_is_a_bookmark_that_leads_to_its_page(pdf):
    found = [*bookmarks(pdf.outline)]
    assert [(depth, b.title) for depth, b in found] == [
        (0, SAY("contents")), (0, "A small book"), (0, "Count"), (1, "What it cannot do"),
        (0, "Step"), (0, "Aside"), (1, LONG), (0, SAY("package at the end")),
    ]  # fmt: skip
    at = {b.title: pdf.get_destination_page_number(b) for _, b in found}
    for words, number in at.items():
        assert squeezed(words) in letters(pdf.pages[number]), words
    for chapter in ("Count", "Step", "Aside", SAY("package at the end")):
        assert at[chapter] + 1 == begins(pdf, chapter)
    tops = [(pdf.get_destination_page_number(b), -b.top) for _, b in found]
    assert tops == sorted(tops), "a bookmark leads behind one that follows it"


def tags(item):
    """The parts of a tagged PDF, those that hold others first."""
    inside = item.get("/K", [])
    for part in inside if isinstance(inside, list) else [inside]:
        if isinstance(part := part.get_object(), dict) and "/S" in part:
            yield part
            yield from tags(part)


def pages_of(tag):
    """The pages, by their number in the file, on which a part of a tagged PDF has something."""
    own = {tag.raw_get("/Pg").idnum} if "/Pg" in tag else set()
    marks = tag.get("/K", [])
    for mark in marks if isinstance(marks, list) else [marks]:
        if isinstance(mark := mark.get_object(), dict):
            own |= pages_of(mark)
    return own


def test_a_heading_is_on_its_own_page_alone(pdf):
    """With fonts whose letters are higher than the line it was on the page before, too."""
    headings = [tag for tag in tags(pdf.root_object["/StructTreeRoot"]) if tag["/S"][1] == "H"]
    assert len(headings) == len([*bookmarks(pdf.outline)])
    assert [len(pages_of(heading)) for heading in headings] == [1] * len(headings)


def test_a_heading_whose_place_the_browser_does_not_say_is_an_error():
    made = pypdf.PdfWriter()
    made.add_blank_page(100, 100)
    made.add_named_destination("--0", 0)
    lost = paper.Heading("Lost", 2, "--1")
    with pytest.raises(BookError) as error:
        paper.bookmark(made, [paper.Heading("Contents", 1, "--0"), lost])
    assert "not said where it printed the heading 'Lost'" in str(error.value)
    assert "CHROMIUM=" in str(error.value)


def test_where_the_browsers_driver_does_not_start_the_remedy_is_told(
    node_without_library, monkeypatch, refused
):
    monkeypatch.setattr(npm, "driver", lambda: str(node_without_library))
    refused(paper.browser, "make pdf", "libatomic.so.1: cannot open", "libatomic1")


def test_what_is_folded_on_the_site_is_open(pdf):
    text = "".join(map(letters, pdf.pages))
    for folded in ("Something folded.", "plt.plot([1, 2])", "class Counter:"):
        assert squeezed(folded) in text, folded


def test_the_package_is_listed_once_at_the_end(pdf):
    end = begins(pdf, SAY("package at the end"))
    before, after = (
        "".join(map(letters, part)) for part in (pdf.pages[: end - 1], pdf.pages[end - 1 :])
    )
    assert squeezed(f"{SAY('package at the end')}{end}") in letters(pdf.pages[1])
    assert squeezed(SAY("package")) not in before
    # Its lines are counted above each listing alone.
    counted = re.escape(squeezed(SAY("lines", count=0))).replace("0", r"\d+")
    listed = re.compile(rf"micrograd/\w+\.py{counted}")
    assert listed.search(after) and not listed.search(before)


def test_links_lead_to_places_of_the_book(pdf):
    places = {name.lstrip("/") for name in pdf.named_destinations}
    links = [a.get_object() for page in pdf.pages for a in page.get("/Annots", [])]
    inside = [str(link["/Dest"]).lstrip("/") for link in links if "/Dest" in link]
    assert {"count", "count--cannot"} <= {*inside} <= places
    addresses = [str(link["/A"].get("/URI")) for link in links if "/A" in link]
    assert [a for a in addresses if not a.startswith("https://")] == []


def test_a_figure_is_there_and_says_what_it_shows(pdf, book):
    raw = (book.root / "_build/book.pdf").read_bytes()
    said = [
        str(o["/Alt"])
        for o in map(pdf.get_object, range(1, len(pdf.xref[0]) + 1))
        if isinstance(o, dict) and "/Alt" in o
    ]
    assert "A line that rises." in said
    assert str(book.root).encode() not in raw and b"file:" not in raw


def test_a_book_that_is_printed_elsewhere_is_the_same_file(book, tmp_path, make_small_book):
    """In another place, zone and language, and from pages that are built for the first time."""
    place = tmp_path / "ein anderes Buch, größer"
    shutil.copytree(book.root, place, ignore=shutil.ignore_patterns("_build"))
    shutil.copytree(book.root / CACHE, place / CACHE)
    other = make_small_book(place)
    result = other.literate("pdf", TZ="Pacific/Kiritimati", LC_ALL="C", LANGUAGE="de")
    assert result.status == 0, result.text
    one, two = ((root / paper.PAPER).read_bytes() for root in (book.root, place))
    assert one == two


def test_without_a_browser_the_remedy_is_told_and_the_last_print_stays(book, tmp_path):
    before = (book.root / "_build/book.pdf").stat().st_mtime_ns
    (tmp_path / "dot").symlink_to(shutil.which("dot"))
    result = book.literate("pdf", PATH=str(tmp_path), CHROMIUM="")
    result.tells("make pdf", "Chromium", "To fix it", "apt-get install chromium")
    assert len(result.text.strip().splitlines()) < 4, result.text
    assert (book.root / "_build/book.pdf").stat().st_mtime_ns == before
