"""What the weaver adds to the pages of a built book."""

import re
import shutil
from pathlib import Path

import bs4
import nbformat
import pytest

from literate.editions import archive
from literate.files import MADE_DECKS, SITE
from literate.provide import live
from literate.read.book import read_book
from literate.read.settings import Words
from literate.weave import launch
from literate.weave.live import BUTTONS

SAY = Words(Path(__file__).parents[2])
REPOSITORY = "https://github.com/ada/counting"
ASIDE = """

## A moment {timecode}`00:08:08`

There is $x = -3$ and

$$
a = (b) - c
$$

<!-- slide -->
```{code-cell} python
import graphviz

graph = graphviz.Digraph()
graph.node("0", "a | data -2.0", shape="record")
graph.node("1", "b | data 3.0", shape="record")
graph.node("2", "c | data -6.0", shape="record")
graph.node("2*", "*")
graph.edges([("0", "2*"), ("1", "2*")])
graph.edge("2*", "2")
graph
```

```{code-cell} python
graph
```

```{code-cell} python
---
mystnb:
  image: {alt: "A line that rises."}
---
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.xlabel("x")
plt.show()
```

```{code-cell} python
:tags: [remove-stderr]
import sys

print("10 %", file=sys.stderr)
print("done")
```
"""
EXERCISE = """

::::{admonition} Exercise: a double
:class: exercise
:name: a_double

Write it.

:::{dropdown} A hint
There is a factor.
:::
::::

```{code-cell} python
:starter: a_double
def double(x):
    raise NotImplementedError
```

```{code-cell} python
:solution: a_double
def double(x):
    return 2 * x
```

```{code-cell} python
:check: a_double
assert double(3) == 6, "twice 3 is 6"
double(4)
```
"""
STEP = """

```{code-cell} python
:tangle: micrograd/engine.py
LIMIT = 3


@reopen
class Counter:
    def step(self):
        self.n += 1
        return min(self, LIMIT)

    def back(self):
        self.n -= 1
```
"""


@pytest.fixture(scope="module")
def woven(whole_built_book, tmp_path_factory, make_small_book):
    """A small book with something of everything, and its site."""
    place = tmp_path_factory.mktemp("woven") / "book"
    shutil.copytree(whole_built_book, place)
    book = make_small_book(place)
    for path, more in (
        ("book/aside.md", ASIDE), ("book/count.md", EXERCISE), ("book/step.md", STEP),
    ):  # fmt: skip
        book.write(path, (place / path).read_text("utf-8") + more)
    book.write("book/timeline.yml", "video: abc\n")
    settings = (place / "_config.yml").read_text("utf-8")
    book.write("_config.yml", f"{settings}repository:\n  url: {REPOSITORY}\n")
    book.expect()
    result = book.literate("book")
    assert result.status == 0, result.text
    return book


@pytest.fixture
def page(woven):
    def read(name):
        text = (woven.root / f"_build/html/book/{name}.html").read_text("utf-8")
        return bs4.BeautifulSoup(text, "html.parser")

    return read


def test_a_caption_says_where_the_code_goes(page):
    captions = [p.get_text() for p in page("step").select("p.tangled")]
    assert captions[:2] == [
        f"micrograd/engine.py · class Counter · {SAY('adds')} step (+3)",
        f"micrograd/engine.py · {SAY('adds')} LIMIT · class Counter · {SAY('replaces')} step, "
        f"{SAY('adds')} back (−1 +4)",
    ]


def test_a_replaced_definition_is_shown_as_a_diff_and_its_new_lines_are_marked(page):
    soup = page("step")
    (cell,) = [c for c in soup.select("div.cell") if "min(self" in c.get_text()]
    fold = cell.find_previous_sibling()
    assert (fold.name, fold.summary.get_text()) == ("details", SAY("diff"))
    assert "-        return self\n" in fold.get_text()
    assert "+        return min(self, LIMIT)\n" in fold.get_text()
    assert [mark.get_text() for mark in cell.select(".hll")] == [
        "        return min(self, LIMIT)\n"
    ]


def test_a_chapter_ends_with_the_package_and_what_changed_in_it(page):
    """A file that it left alone is on the page of the chapter that wrote it."""
    whole, changed = page("step").select("article details.fold")[-2:]
    assert whole.summary.get_text() == SAY("package whole")
    init, engine = whole.select("p.tangled")
    assert init.get_text().startswith("micrograd/__init__.py") and init.a["href"] == "count.html"
    assert engine.get_text().startswith("micrograd/engine.py") and engine.a is None
    (listing,) = whole.select("div.highlight")
    assert "def __init__(self, start):" in listing.get_text()
    assert changed.summary.get_text() == SAY("package changed")
    assert "+    def back(self):" in changed.get_text()
    assert "+    def __repr__(self):" not in changed.get_text()


def test_a_chapter_without_code_for_the_package_ends_with_its_text(page):
    assert not page("aside").select("details.fold, p.tangled")


def test_an_exercise_says_where_to_start_and_folds_its_solution_and_its_check(woven, page):
    soup = page("count")
    (exercise,) = soup.select("div.admonition.exercise")
    assert exercise["id"] == "a-double" and exercise.select_one("details.sd-dropdown")
    solution, check = soup.select("details.solution, details.check")
    assert solution.summary.get_text() == SAY("solution")
    assert "return 2 * x" in solution.select_one("div.cell").get_text()
    (start,) = soup.select("p.exercise-part")
    assert start.span.get_text() == SAY("starter")
    elsewhere = [(link.get_text(), link["href"]) for link in start.select("a")]
    (chapter,) = (c for c in read_book(woven.root).chapters if c.slug == "count")
    assert len(elsewhere) == 2 and elsewhere == [*launch.links(REPOSITORY, chapter, SAY)]
    assert check.summary.get_text() == SAY("check code")
    assert "NotImplementedError" in start.find_next_sibling("div", class_="cell").get_text()
    assert check.find_previous_sibling() == solution
    last = check.select_one("div.cell")
    assert "assert double(3) == 6" in last.get_text() and last.select_one(".cell_output")


@pytest.mark.skipif(live.missing(), reason="LIVE=no")
def test_cells_that_can_run_are_marked_and_an_exercise_has_its_buttons(page):
    soup = page("count")
    (bar,) = soup.select(".answer-bar")
    assert [button["value"] for button in bar.select("button")] == [*BUTTONS]
    assert bar["data-exercise"] == "a_double"
    runnable = soup.select("div.cell.live")
    assert runnable and not soup.select(".live-lacks")
    assert not any(cell.find_next_sibling() == bar for cell in runnable), "a starter has its own"
    assert soup.select_one("script#live") and not page("index").select("script#live")


def test_a_timecode_links_the_moment_and_stays_out_of_the_heading(page):
    soup = page("aside")
    (link,) = soup.select("a.timecode")
    assert link["href"] == "https://www.youtube.com/watch?v=abc&t=488s"
    assert link.get_text() == "▶ 8:08"
    section = soup.find("section", id="a-moment")
    assert section.h2.find(string=True) == "A moment"
    assert "8:08" not in soup.select_one(".bd-sidebar-secondary").get_text()


def test_a_chapter_can_be_downloaded_as_a_notebook(woven, page):
    for name in ("aside", "count", "step"):
        (link,) = page(name).select('a[href$=".ipynb"]:not([href^="http"])')
        assert link["href"] == f"../notebooks/{name}.ipynb"
        assert link["title"] == SAY("notebook")
        made = (woven.root / f"_build/html/notebooks/{name}.ipynb").read_text("utf-8")
        assert nbformat.reads(made, 4).cells[0].source.startswith("# ")
    assert not page("index").select('a[href$=".ipynb"]')


def test_a_chapter_that_makes_no_notebook_is_refused(built_book):
    built_book.edit("book/step.md", "import Counter", "import Counter\nimport literate.cells")
    before = built_book.snapshot("_build/html")
    built_book.literate("book").tells("book/step.md:", "a notebook that stands alone cannot have")
    assert built_book.snapshot("_build/html") == before


def test_a_graph_stands_in_the_page_and_describes_itself(page):
    first, second = [f.svg for f in page("aside").select(".drawing") if f.svg.find("ellipse")]
    assert first["role"] == "img"
    boxes = "a, data −2.0; b, data 3.0; c, data −6.0 = a * b"
    assert first["aria-label"] == SAY("graph", boxes=boxes)
    assert "currentColor" in str(first) and "black" not in str(first) and "white" not in str(first)
    names = [{e["id"] for e in svg.select("[id]")} for svg in (first, second)]
    assert names[0] and not names[0] & names[1], "two drawings share names, which only one may have"


def test_a_plot_takes_the_colours_of_the_page(page):
    (plot,) = [f.svg for f in page("aside").select(".drawing") if not f.svg.find("ellipse")]
    assert plot["aria-label"] == "A line that rises."
    assert "var(--plot-0)" in str(plot) and "#000000" not in str(plot)
    assert {"x", "1.0"} <= {text.get_text().strip() for text in plot.select("text")}


def test_how_far_a_cell_has_come_is_left_out(page):
    """What it writes to stderr, where it says that it does."""
    soup = page("aside")
    assert "done" in [output.get_text(strip=True) for output in soup.select(".output.stream")]
    assert not soup.select(".output.stderr") and "10 %" not in soup.select(".cell_output")[-1].text


def test_formulas_are_mathml_with_signs_close_to_their_numbers(page):
    inline, block = page("aside").select("article math")
    assert (inline["display"], block["display"]) == ("inline", "block")
    assert inline.find("mo", form="prefix").get_text() == "−"
    assert not block.find("mo", form="prefix"), "a minus after a parenthesis is no sign"


def test_what_only_the_builder_of_pages_sees_is_refused_all_at_once(built_book):
    """A picture without a text alternative, a timecode that is none, an empty slide."""
    before = built_book.snapshot("_build/html")
    text = (built_book.root / "book/aside.md").read_text("utf-8")
    plot = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2]);"
    empty = ":tags: [hide-input]\nx = 1"
    more = f"\n```{{code-cell}} python\n{plot}\n```\n\n<!-- slide -->\n"
    more += f"```{{code-cell}} python\n{empty}\n```\n"
    built_book.write("book/aside.md", text + more)
    built_book.edit("book/aside.md", "This chapter", "{timecode}`8:08` This chapter")
    built_book.expect()
    place = built_book.line("book/aside.md", "<!-- slide -->")
    built_book.literate("slides").tells(
        "book/aside.md:", "a picture without a text alternative", "mystnb: image: alt:",
        "'8:08' is not a timecode such as 00:08:08",
        f"{place}: ERROR: the mark <!-- slide --> is on a block of which a slide shows nothing",
    )  # fmt: skip
    assert built_book.snapshot("_build/html") == before
    assert not (built_book.root / "_build/slides").exists()


BACKWARDS = """\
import os

_forwards, _listed = os.scandir, os.listdir


class _Backwards:
    def __init__(self, path="."):
        with _forwards(path) as found:
            self._entries = iter(sorted(found, key=lambda entry: entry.name, reverse=True))

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def close(self):
        pass


os.scandir = _Backwards
os.listdir = lambda path=".": sorted(_listed(path), reverse=True)
"""
"""A `sitecustomize` that lists every folder from Z to A."""


def test_two_builds_are_the_same_byte_for_byte(woven, tmp_path, make_small_book):
    """One that followed others, and a first one: in another place, zone, language and order."""
    place = tmp_path / "ein anderes Buch, größer"
    shutil.copytree(woven.root, place, ignore=shutil.ignore_patterns("_build", "after"))
    other = make_small_book(place)
    other.write("sitecustomize.py", BACKWARDS)
    result = other.literate("book", PYTHONPATH=str(place), TZ="Pacific/Kiritimati", LC_ALL="C")
    assert result.status == 0, result.text
    sites = []
    for root in (woven.root, place):
        archive.write(root)
        decks = (root / MADE_DECKS).rglob("*.html")
        made = [root / archive.ARCHIVE, *(root / SITE).rglob("*"), *decks]
        sites.append({p.relative_to(root): p.read_bytes() for p in made if p.is_file()})
    one, two = sites
    assert one.keys() == two.keys() and {".html", ".ipynb", ".zip"} <= {p.suffix for p in one}
    different = [str(path) for path in one if one[path] != two[path]]
    assert not different, "\n".join(["these are not the same:", *different])


def test_no_page_tells_of_the_machine_it_was_made_on(woven):
    for page in (woven.root / "_build/html").rglob("*.html"):
        text = page.read_text("utf-8")
        assert str(woven.root) not in text, page
        assert not re.search(r" at 0x[0-9a-f]{6}", text), page
        assert "thebe@" not in text, page
