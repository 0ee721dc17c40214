"""The notebooks: each runs alone, in an empty folder, and shows what its chapter shows."""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from literate.editions import notebook
from literate.editions.notebook_markdown import Plain
from literate.editions.standalone import excerpt, standalone
from literate.prove import outputs, same_code
from literate.read.book import read_book
from literate.read.markdown import headings, tokens
from literate.read.model import Book, BookError, Chapter
from literate.read.settings import Words
from literate.tangle.splice import DOCSTRING, module, without_imports
from literate.tangle.tangle import Tangled, tangle

ROOT = Path(__file__).parents[2]
SLUGS = [chapter.slug for chapter in read_book(ROOT).chapters]


@pytest.fixture(scope="module")
def texts(book: Book, tangled: Tangled) -> dict[str, str]:
    return notebook.texts(notebook.Edition(book, tangled, Words(book.root)))


@pytest.fixture(scope="module")
def runs(
    request, book: Book, tangled: Tangled, texts: dict[str, str], alone
) -> Iterator[dict[str, Future[list[str]]]]:
    """What is wrong with each notebook; the last first, because it takes longest."""
    items = [i for i in request.session.items if "runs" in getattr(i, "fixturenames", ())]
    asked = {item.callspec.params["slug"] for item in items}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            chapter.slug: pool.submit(problems, book, tangled, chapter, texts, alone())
            for chapter in reversed(book.chapters)
            if not chapter.missing and chapter.slug in asked
        }
        pool.shutdown(cancel_futures=True)


def problems(
    book: Book, tangled: Tangled, chapter: Chapter, texts: dict[str, str], kernel
) -> list[str]:
    """Run a chapter's notebook; tell what it shows otherwise than the chapter."""
    made = nbformat.reads(texts[f"{chapter.slug}.ipynb"], 4)
    expected, keys = outputs.load(book.root, chapter.slug), outputs.keys(chapter)
    places = [n for n, c in enumerate(made.cells) if c.cell_type == "code"]
    without = standalone(chapter, tangled)
    sources = without.sources
    if without.first:
        (ours,) = [n for n in places if made.cells[n].source.startswith("#@title")]
        places.remove(ours)
    cells = [cell for cell in chapter.cells if sources[cell.index]]
    assert [made.cells[n].source for n in places] == [sources[c.index] for c in cells]
    by_place = dict(zip(places, cells, strict=True))
    told = []

    def judge(place: int, shown) -> list[str]:
        if cell := by_place.get(place):
            if shown.raises and not cell.raises:
                told.append(f"{cell.path}:{cell.line}: {shown.raises}")
            elif wrong := outputs.problem(cell, expected.get(keys[cell.fence]), shown):
                told.append(f"{cell.path}:{cell.line}: {wrong}")
        elif shown != outputs.Shown():
            told.append(f"the folded cell shows {shown}")
        return []

    kernel.run(made, judge)
    return told


@pytest.mark.parametrize("slug", SLUGS)
def test_it_runs_alone_and_shows_what_its_chapter_shows(book, runs, slug):
    if slug not in runs:
        (chapter,) = [c for c in book.chapters if c.slug == slug]
        pytest.skip(chapter.lacks("test"))
    told = runs[slug].result()
    assert not told, "\n".join(told)


def test_they_are_the_same_every_time_and_tell_nothing_of_the_machine(book, tangled, texts):
    again = notebook.texts(notebook.Edition(book, tangled, Words(book.root)))
    assert again == texts
    assert list(texts) == [f"{slug}.ipynb" for slug in SLUGS]
    for text in texts.values():
        assert not re.search(r"/(home|root|tmp|work|Users)/", text)
        made = json.loads(text)
        assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
        ids = [cell["id"] for cell in made["cells"]]
        assert len(set(ids)) == len(ids)
        code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)


def test_an_id_stays_when_a_cell_is_put_above(chapter, tangled, book):
    def ids(*cells):
        small = Book(book.root, (chapter(*cells),), ())
        (text,) = notebook.texts(notebook.Edition(small, tangle(small), Words(book.root))).values()
        return [cell["id"] for cell in json.loads(text)["cells"]]

    assert ids("a = 1", "b = 2", "b = 2")[-3:] == ids("x = 0", "a = 1", "b = 2", "b = 2")[-3:]


def test_the_folded_cell_is_the_very_code(root, book, tangled):
    """What it defines compiles to the same code as the package of the earlier chapter."""
    compared = 0
    for chapter in book.chapters:
        alone, live = standalone(chapter, tangled), {"__name__": "__main__"}
        exec(compile(alone.code, chapter.slug, "exec", dont_inherit=True), live)
        for slug in chapter.builds_on:
            for file, text in tangled.states[slug].items():
                names = [d.name for d in module(without_imports(text)) if d.name != DOCSTRING]
                if file == "__init__.py" or names[0] not in live:
                    continue
                space: dict[str, object] = {"__name__": f"state_of_{slug}", **live}
                bare = re.sub(r"^from \.\w+ import .*$", "", text, flags=re.MULTILINE)
                exec(compile(bare, file, "exec", dont_inherit=True), space)
                made = type("Module", (), {name: space[name] for name in names})
                assert dict(same_code.compare(live, made, names, set(names))) == {}
                compared += len(names)
    assert compared > 20


def small(chapter, *cells):
    """A chapter of these cells, after one that leaves a class and a function."""
    before = chapter(
        ":tangle: micrograd/engine.py\nclass One:\n    def double(self):\n        return helper(2)"
        "\n\n\ndef helper(x):\n    return 2 * x", name="before",
    )  # fmt: skip
    return Book(ROOT, (before, chapter(*cells, name="after")), ())


IMPORT = "from micrograd.after.before import One\nx = One()"


def test_imports_of_ours_become_a_folded_cell(chapter):
    book = small(chapter, "import math\n\nfrom literate.cells import reopen\n" + IMPORT)
    made = notebook.texts(notebook.Edition(book, tangle(book), Words(ROOT)))["after.ipynb"]
    folded, rest = [c for c in nbformat.reads(made, 4).cells if c.cell_type == "code"]
    assert folded.metadata["jupyter"] == {"source_hidden": True}
    assert (folded.metadata["tags"], folded.metadata["cellView"]) == (["hide-input"], "form")
    assert (
        "#   from literate.cells import reopen\n#   from micrograd.after.before import One"
        in folded.source
    )
    assert "def reopen(" in folded.source and "class One:" in folded.source
    assert rest.source == "import math\n\nx = One()"


def test_an_import_under_another_name(chapter):
    book = small(chapter, IMPORT.replace("One\n", "One as Uno\n").replace("One()", "Uno()"))
    alone = standalone(book.chapters[1], tangle(book))
    assert alone.code.endswith("\n\n\nUno = One")


REFUSED = {
    "two-states": (
        [IMPORT, "from micrograd.after.between import Two"],
        "the chapter imports the package as before and as between left it", "from one chapter only",
    ),
    "whole-module": (
        ["import micrograd.after.before"], "cannot have this import", "write 'from micrograd.after",
    ),
    "inside": (
        ["def f():\n    from micrograd.after.before import One"], "cannot have this import",
        "at the beginning of a line",
    ),
    "machinery": (
        ["from literate.read.model import Cell"], "cannot have this import", "write 'from"
    ),
    "clash": (
        [IMPORT, "helper = 3"], "'helper' gets another meaning here", "give it another name",
    ),
    "clash-of-a-helper": (
        ["from literate.cells import steps", "def _walk():\n    pass"],
        "'_walk' gets another meaning here", "give it another name",
    ),
    "clash-of-a-builtin": (
        ["from literate.cells import steps", "zip = 3"], "'zip' gets another", "another name",
    ),
    "clash-in-a-function": (
        [IMPORT, "def f():\n    global helper\n    helper = 1"], "'helper' gets", "another name",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(chapter, refused, which):
    cells, reason, remedy = REFUSED[which]
    book = small(chapter, *cells)
    between = chapter(":tangle: micrograd/engine.py\nclass Two:\n    pass", name="between")
    book = Book(ROOT, (book.chapters[0], between, book.chapters[1]), ())
    refused(lambda: standalone(book.chapters[2], tangle(book)), "book/after.md:", reason, remedy)


def test_what_a_chapter_tangles_may_replace_what_it_found(chapter):
    cell = ":tangle: micrograd/engine.py\ndef helper(x):\n    return x + x"
    book = small(chapter, IMPORT, cell)
    assert standalone(book.chapters[1], tangle(book)).sources[2].startswith("def helper")


def test_an_excerpt_has_what_its_names_need_and_no_more():
    text = (
        '"""Of a module."""\n\nimport json\nfrom os import path, sep\n\nA = sep\n"""The A."""\n'
        "B = json\n\n\ndef one():\n    return two()\n\n\n# Its comment.\ndef two():\n    return A\n"
        "\n\ndef three():\n    return B, path\n"
    )
    assert excerpt(text, ["one"]) == (
        'from os import sep\n\n\nA = sep\n"""The A."""\n\n\ndef one():\n    return two()\n\n\n'
        "# Its comment.\ndef two():\n    return A"
    )


MARKDOWN = {
    "doc": ("See {doc}`PAGE`.", "See [TITLE](S/book/PAGE.html)."),
    "doc-with-words": ("{doc}`that <PAGE>`", "[that](S/book/PAGE.html)"),
    "term": ("a {term}`gradient`", "a [gradient](S/book/glossary.html#term-gradient)"),
    "term-over-a-line": (
        "1. its {term}`many\n   weights <weight>` here\n   and there",
        "1. its [many weights](S/book/glossary.html#term-weight) here\n   and there",
    ),
    "timecode": (
        "at {timecode}`01:08:08`", "at [▶ 1:08:08](https://www.youtube.com/watch?v=VMj-3S1tku0&t=4088s)",
    ),
    "heading": (
        "## One {timecode}`00:08:08`\nText",
        "## One\n\n[▶ 8:08](https://www.youtube.com/watch?v=VMj-3S1tku0&t=488s)\nText",
    ),
    "link": ("[the\nfirst](PAGE.md#draw-it) [x](https://a.b)",
             "[the\nfirst](S/book/PAGE.html#draw-it) [x](https://a.b)"),
    "formula": ("$a {term}`b`$ and `{doc}`", "$a {term}`b`$ and `{doc}`"),
    "unknown-role": ("{kbd}`Ctrl`, {math}`x^2`", "Ctrl, $x^2$"),
    "table": ("| a |\n|---|\n| {doc}`PAGE` |",
              "| a |\n|---|\n| [TITLE](S/book/PAGE.html) |"),
    "quote": ("> a {doc}`v <PAGE>`\n> b", "> a [v](S/book/PAGE.html)\n> b"),
    "label": ("(here)=\n% A comment.\nText", "Text"),
    "admonition": (
        "::::{admonition} A *title*\n:class: question\n\nBody {doc}`v <PAGE>`\n\n$$\nx\n$$\n\n"
        ":::{dropdown} A `b` < hint\nHelp.\n:::\n::::",
        '<div class="alert alert-info">\n\n**A *title***\n\nBody [v](S/book/PAGE.html)\n\n'
        "$$\nx\n$$\n\n"
        "<details>\n<summary>A <code>b</code> &lt; hint</summary>\n\nHelp.\n\n</details>\n\n</div>",
    ),
    "warning": (
        "```{warning}\nHot.\n```",
        '<div class="alert alert-warning">\n\n**Warning**\n\nHot.\n\n</div>',
    ),
    "in-a-list": (
        "- ```{note}\n  One\n  ```\n- two",
        '- <div class="alert alert-info">\n\n  **Note**\n\n  One\n\n  </div>\n- two',
    ),
    "listing": ("```{code-block} text\na\n```", "```text\na\n```"),
    "plain-fence": ("```text\n{doc}`PAGE`\n```", "```text\n{doc}`PAGE`\n```"),
    "formula-block": ("```{math}\nx\n```", "$$\nx\n$$"),
}  # fmt: skip


@pytest.fixture
def fill_in(book):
    """Puts a page of the book, and its title, into an example."""
    page = book.chapters[0].path
    _, title, _ = next(headings(tokens((book.root / page).read_text("utf-8"))))
    return lambda text: text.replace("PAGE", page.stem).replace("TITLE", title)


@pytest.mark.parametrize("which", MARKDOWN)
def test_markdown(book, fill_in, which):
    text, expected = map(fill_in, MARKDOWN[which])
    assert Plain(book, "S/").convert(text, Path("book/one.md")) == expected


def test_pictures_are_put_into_the_text(book):
    text = "```{figure} drawings/neuron.svg\n:alt: A neuron.\n\nIts *caption*.\n```"
    made = Plain(book, "").convert(text, Path("book/one.md"))
    assert re.fullmatch(
        r"!\[A neuron\.\]\(data:image/svg\+xml;base64,[\w+/=]{200,}\)\n\nIts \*caption\*\.", made
    )
    inline = Plain(book, "").convert("a ![b](drawings/page.png)", Path("book/one.md"))
    assert inline.startswith("a ![b](data:image/png;base64,")


def test_a_picture_that_is_not_there(book, refused):
    refused(
        lambda: Plain(book, "").convert("![a](gone.png)", Path("book/one.md")),
        "book/one.md: ", "the picture gone.png cannot be read", "correct its path",
    )  # fmt: skip


def test_without_the_address_of_a_site_links_to_its_pages_are_words(book, fill_in):
    text = fill_in("{doc}`PAGE`, {term}`a <b>`, [c](PAGE.md)")
    assert Plain(book, "").convert(text, Path("book/one.md")) == fill_in("TITLE, a, c")


def test_no_markup_of_the_book_is_left(texts):
    """Looked for in a way that knows nothing of Markdown."""
    for name, text in texts.items():
        for cell in nbformat.reads(text, 4).cells:
            if cell.cell_type == "markdown":
                assert not re.search(
                    r"\{[a-z-]+\}`|^ *(:::|```\{|\(\w+\)=)|\.md\b", cell.source, re.M
                ), name


def test_each_says_where_it_comes_from_and_what_it_needs(root, texts):
    made = notebook.settings(root)
    for slug in SLUGS:
        first = nbformat.reads(texts[f"{slug}.ipynb"], 4).cells[0].source
        title, blank, origin, *_ = first.split("\n")
        page = f"{made['html']['baseurl']}book/{slug.replace('_', '-')}.html"
        assert title.startswith("# ") and not blank
        assert origin.startswith(f"From [{made['title']}]({page}) by {made['author']}. Code: MIT")


def test_a_notebook_names_what_is_to_be_installed(chapter):
    code = "import json\nimport torchgen.api\nfrom sklearn.datasets import make_moons"
    book = Book(ROOT, (chapter(f"import graphviz\n{code}"),), ())
    (text,) = notebook.texts(notebook.Edition(book, tangle(book), Words(ROOT))).values()
    assert "runs alone, with `graphviz`, `scikit-learn`, `torch`. The graphs need" in text


def test_make_notebooks(small_book):
    result = small_book.literate("notebooks")
    assert result.status == 0 and "3 notebooks are in _build/notebooks" in result.text, result.text
    before = small_book.snapshot("_build/notebooks")
    names = ["aside.ipynb", "count.ipynb", "requirements.txt", "runtime.txt", "step.ipynb"]
    assert sorted(before) == [f"_build/notebooks/{name}" for name in names]
    for old in ("old.ipynb", "apt.txt"):
        small_book.write(f"_build/notebooks/{old}", "")
    assert small_book.literate("notebooks").status == 0
    assert small_book.snapshot("_build/notebooks") == before
    small_book.edit(
        "book/step.md", "import Counter", "import Counter\nimport micrograd.after.count"
    )
    small_book.literate("notebooks").tells(
        small_book.line("book/step.md", "import micrograd.after.count"), "cannot have this import"
    )
    assert small_book.snapshot("_build/notebooks") == before


def test_settings_that_cannot_be_read(tmp_path):
    with pytest.raises(BookError, match=r"_config\.yml: cannot be read"):
        notebook.settings(tmp_path)
