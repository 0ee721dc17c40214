"""Slides are made of what a chapter marks, and of nothing else."""

import re
import shutil
from pathlib import Path

import bs4
import pytest
import yaml

from literate.editions import decks

NEW, SAME = "<!-- slide -->", "<!-- on the same slide -->"
ASIDE = """

## A question {timecode}`00:08:08`

Not for the screen.

<!-- slide -->
A sentence with $x = -3$ and [a link](count.md).

<!-- on the same slide -->
$$
a = b - c
$$

<!-- slide -->
::::{admonition} Before you read on
:class: question

What is it?

:::{dropdown} A hint
Not much.
:::
::::

<!-- slide -->
```{code-cell} python
import graphviz

graph = graphviz.Digraph()
graph.node("0", "a", shape="record")
graph
```

## Nothing here

No mark stands here.

### A plot

<!-- slide -->
```{code-cell} python
---
tags: [hide-input]
mystnb:
  image: {alt: "A line that rises."}
---
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
```
"""
ADDRESS = re.compile(r"""(?:src|href)="([^"#]+)|url\(["']?([^"'#)]+)""")


@pytest.fixture(scope="module")
def slides(whole_built_book, tmp_path_factory, make_small_book):
    """A small book with marks, and its slides."""
    place = tmp_path_factory.mktemp("slides") / "book"
    shutil.copytree(whole_built_book, place)
    book = make_small_book(place)
    book.write("book/aside.md", (place / "book/aside.md").read_text("utf-8") + ASIDE)
    book.edit(
        "book/step.md",
        "```{code-cell} python\n:tangle:",
        f"{NEW}\n```{{code-cell}} python\n:tangle:",
    )
    book.edit("_config.yml", "author:", "course: Networks, autumn\nauthor:")
    moments = [{"timecode": "00:08:08"}, {"timecode": "00:10:08"}]
    book.write("book/timeline.yml", yaml.safe_dump({"video": "abc", "moments": moments}))
    met = [{"chapter": "aside", "section": "A question", "as": "aside"}]
    book.write("book/stumbling.yml", yaml.safe_dump([{"stumble": "Why?", "met": met}]))
    book.expect()
    result = book.literate("slides")
    assert result.status == 0, result.text
    assert "open _build/slides/index.html" in result.text
    return book


@pytest.fixture
def deck(slides):
    def read(name):
        text = (slides.root / f"_build/slides/{name}.html").read_text("utf-8")
        return bs4.BeautifulSoup(text, "html.parser")

    return read


def test_what_is_marked_is_on_slides_section_by_section_and_nothing_else(deck):
    columns = deck("aside").select(".slides > section")
    assert [len(column.select(".slide")) for column in columns[1:]] == [3, 1]
    for note in columns[0].parent.select("aside.notes"):
        note.decompose()
    told = [[s.get_text(" ", strip=True) for s in c.select(".slide")] for c in columns[1:]]
    assert told[0][0].startswith("A question ▶ 8:08 A sentence with")
    assert told[0][1] == "A question ▶ 8:08 What is it?"
    assert "digraph" not in told[0][2] and told[0][2].endswith("graph a")
    assert told[1][0].startswith("A plot")
    for unmarked in ("Not for the screen", "Not much", "No mark", "apart", "plt.plot", "Nothing"):
        assert unmarked not in columns[0].parent.get_text(), unmarked


def test_the_speaker_alone_sees_a_clock_by_the_lecture_and_notes(deck):
    """The library's clock and notes: here it is only what is given to them."""
    soup = deck("aside")
    assert [slide.get("data-timing") for slide in soup.select(".slide")] == [
        None, "40", "40", "40", None,
    ]  # fmt: skip
    notes = [note.get_text(" ") for note in soup.select(".slide > aside.notes")]
    assert notes == [
        "In the lecture this begins at 8:08, and takes 2:00 minutes. Often asked: Why? (told here)",
        "Not much.",
    ]
    (begin,) = [script.string for script in soup.find_all("script") if script.string]
    assert '"defaultTiming": 60' in begin and "plugins: [RevealNotes]" in begin


def test_the_first_slide_says_what_and_whose_it_is(deck):
    first = deck("aside").select_one(".slides > section")
    assert first.h1.get_text() == "Aside"
    said = [p.get_text() for p in first.find_all("p")]
    assert said == ["A small book", "Nobody in particular", "Networks, autumn"]


def test_a_slide_shows_formulas_drawings_and_captions_as_the_page_does(deck):
    soup = deck("aside")
    inline, block = soup.find_all("math")
    assert (inline.get("display"), block.get("display")) == ("inline", "block")
    assert inline.find_parent("section") is block.find_parent("section")
    graph, plot = soup.find_all("svg")
    assert (graph["aria-label"], plot["aria-label"]) == ("Graph: a", "A line that rises.")
    (caption,) = deck("step").select("p.tangled")
    assert caption.get_text().startswith("micrograd/engine.py · class Counter · adds step")
    assert "def step" in caption.find_next_sibling().get_text()


def test_links_within_the_book_are_plain_words_and_nothing_is_folded(deck):
    soup = deck("aside")
    assert [a["href"] for a in soup.find_all("a")] == [
        "https://www.youtube.com/watch?v=abc&t=488s"
    ] * 3
    assert not soup.find_all("details")


def test_the_marks_change_neither_page_nor_notebook(slides, make_small_book, tmp_path):
    place = tmp_path / "book"
    shutil.copytree(slides.root, place)
    plain = make_small_book(place)
    for name in ("aside", "step"):
        text = (place / f"book/{name}.md").read_text("utf-8")
        assert NEW in text
        plain.write(f"book/{name}.md", text.replace(f"{NEW}\n", "").replace(f"{SAME}\n", ""))
    assert plain.literate("book").status == 0
    for made in ("book/aside.html", "book/step.html", "notebooks/aside.ipynb"):
        with_marks, without = (
            (root / "_build/html" / made).read_bytes() for root in (slides.root, place)
        )
        assert with_marks == without, made
    for deck in ("aside", "step"):
        text = (place / f"_build/weave/_build/slides/{deck}.html").read_text("utf-8")
        assert bs4.BeautifulSoup(text, "html.parser").select_one(".slide:not(.first)") is None


def test_the_list_leads_to_every_deck_in_the_order_of_the_book(slides):
    text = (slides.root / "_build/slides/index.html").read_text("utf-8")
    links = bs4.BeautifulSoup(text, "html.parser").select("ol a")
    assert [(a["href"], a.get_text()) for a in links] == [
        ("count.html", "Count"), ("step.html", "Step"), ("aside.html", "Aside"),
    ]  # fmt: skip


def test_all_that_a_deck_loads_lies_beside_it(slides):
    folder = slides.root / "_build/slides"
    seen = set()
    waiting = [page.name for page in folder.glob("*.html")]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        assert (folder / name).is_file(), name
        if name.endswith((".html", ".css")):
            found = [a or b for a, b in ADDRESS.findall((folder / name).read_text("utf-8"))]
            local = [a for a in found if not a.startswith(("https://www.youtube.com/", "data:"))]
            waiting += {str(Path(name).parent / a) for a in local} - seen
    there = {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}
    assert {name for name in there - seen if "LICENSE" not in name} == {"_static/play.js"}
    assert {"_static/reveal.js", "_static/LICENSE", "_static/fonts/LICENSE"} <= there


def test_slides_of_a_chapter_that_is_gone_go(slides):
    """That they are the same every time: tests/weave/test_page.py."""
    folder = slides.root / "_build/slides"
    before = {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    (folder / "dropped.html").write_text("of a chapter that is gone")
    decks.write(slides.root)
    assert {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()} == before


@pytest.mark.parametrize(
    ("name", "text", "words", "reason"),
    [
        ("aside", f"{NEW}\n\n## Later\n", NEW, "no block below it in its section"),
        ("aside", f"{NEW}\n", NEW, "no block below it in its section"),
        ("aside", f"{NEW}\n\n{SAME}\nText.\n", NEW, "no block below it in its section"),
        ("aside", f"## Later\n\n{SAME}\nText.\n", SAME, "no slide stands above it"),
        ("aside", f":::{{note}}\n{NEW}\nText.\n:::\n", NEW, "inside of another block"),
        ("count", f"{NEW}\n```{{code-cell}} python\n:tags: [remove-cell]\nx = 1\n```\n\nText.\n",
         NEW, "the cell below it is not shown (remove-cell)"),
        ("index", f"{NEW}\nText.\n", NEW, "only chapters with cells have slides"),
    ],
)  # fmt: skip
def test_a_mark_that_is_on_nothing_is_refused_with_its_place(small_book, name, text, words, reason):
    """One on a block that shows nothing: tests/weave/test_page.py."""
    path = small_book.root / f"book/{name}.md"
    small_book.write(f"book/{name}.md", path.read_text("utf-8") + f"\n{text}")
    small_book.read().tells(f"{small_book.line(f'book/{name}.md', words)}: ", reason)
