"""The notebooks: each runs alone, shows what its chapter shows, and stops where it is to stop."""

import ast
import base64
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import bs4
import nbformat
import pytest
from _pytest.mark.structures import ParameterSet

from literate.editions import notebook
from literate.editions.notebook_markdown import Plain
from literate.prove import checks
from literate.read.error import BookError
from literate.read.exercises import exercises
from literate.read.imports import OURS
from literate.read.markdown import read_page
from literate.read.model import Book
from literate.read.settings import Words
from literate.tangle.standalone import standalone
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def texts(book: Book, tangled: Tangled) -> dict[str, str]:
    return notebook.texts(notebook.Edition(book, tangled, Words(book.root)))


def code_cells(texts: dict[str, str], slug: str) -> list[nbformat.NotebookNode]:
    """The code of a chapter's notebook, without the cell that brings the modules along."""
    cells = [c for c in nbformat.reads(texts[f"{slug}.ipynb"], 4).cells if c.cell_type == "code"]
    return [c for c in cells if "b64decode" not in c.source]


def test_it_has_the_cells_of_its_chapter_without_solutions_and_removed_ones(book, tangled, texts):
    titled = f"#@title {Words(book.root)('check')}\n"
    for chapter in book.chapters:
        expected = [
            titled + cell.source if "check" in cell.options else cell.source
            for cell in chapter.cells
            if "solution" not in cell.options and "remove-cell" not in cell.tags
        ]
        assert [cell.source for cell in code_cells(texts, chapter.slug)] == expected


def these(*slugs: str) -> list[ParameterSet]:
    """Chapters by name, as parameters; a fork may have dropped them."""
    return [pytest.param(slug, marks=pytest.mark.chapters(slug)) for slug in slugs]


QUICK = these("value", "backward", "operations", "network", "loss", "summary")
"""Chapters with exercises that run in a moment, because they need no library that is large."""


RUN_ALL = """\
import contextlib, io, json, os, sys

sys.meta_path = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
names = {"__name__": "__main__"}


def run(place, source):
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, f"<cell {place}>", "exec"), names)


def run_all(cells):
    for place, cell in cells:
        try:
            run(place, cell["answers"][-1] if cell["answers"] else cell["source"])
        except BaseException as error:
            if not cell["raises"]:
                return place, f"{type(error).__name__}: {error}"
    return None, ""


cells = list(enumerate(json.load(sys.stdin)))
for place, cell in cells:
    for number, answer in enumerate(cell["answers"][:-1]):
        if not os.fork():
            run(place, answer)
            print(json.dumps([place, number, *run_all(cells[place + 1 :])]), flush=True)
            os._exit(0)
        os.wait()
    run_all([(place, cell)])
print(json.dumps([None, None, *run_all([])]))
ours = [m for name, m in sys.modules.items() if name.split(".")[0] in ("micrograd", "literate")]
assert all(".zip" in module.__file__ for module in ours)
"""
"""Runs all cells once for each answer that the starters' cells may hold, the last one right."""


@pytest.mark.parametrize("slug", QUICK)
def test_who_runs_all_is_stopped_by_the_first_check_that_is_not_answered(
    book, texts, slug, tmp_path
):
    """Untouched, and with each wrong answer that the book knows."""
    (chapter,) = [c for c in book.chapters if c.slug == slug]
    wrong = checks.load(book.root, slug)
    asked = {each.name: each for each in exercises(chapter)}
    made = nbformat.reads(texts[f"{slug}.ipynb"], 4).cells
    cells, expected = [], {}
    for cell in (cell for cell in made if cell.cell_type == "code"):
        answers = []
        if name := cell.metadata.get("starter"):
            known = [w for w in wrong if w.exercise == name]
            codes = [w.code for w in known] + [asked[name].solution.source]
            answers = [cell.source, *(f"{cell.source}\n\n\n{code}" for code in codes)]
            check = len(cells) + 1
            assert cell.metadata.get("starter") == name
            for number, says in enumerate(["", *(w.says for w in known)]):
                expected[len(cells), number] = (check, says)
        raises = "raises-exception" in cell.metadata.get("tags", [])
        cells.append({"source": cell.source, "answers": answers, "raises": raises})
    run = subprocess.run(
        [sys.executable, "-P", "-c", RUN_ALL], input=json.dumps(cells), cwd=tmp_path,
        capture_output=True, encoding="utf-8", env=os.environ | {"MPLBACKEND": "agg"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    *stops, end = map(json.loads, run.stdout.splitlines())
    assert end == [None, None, None, ""], "answered, it runs to its end"
    assert len(stops) == len(expected) > 1
    for place, number, at, message in stops:
        check, says = expected[place, number]
        assert at == check and says in message, (place, number, at, message)
        kind = message.split(": ")[0]
        assert kind == "AssertionError" or (number == 0 and kind == "NotImplementedError"), message


IMPORT_ALL = """\
import json, sys

before = {*sys.modules}
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
for name, sources in json.load(sys.stdin).items():
    place = [*sys.path]
    for source in sources:
        exec(source, {})
    ours = [m for m in sys.modules if m.split(".")[0] in ("micrograd", "literate")]
    assert ours and all(".zip" in sys.modules.pop(m).__file__ for m in ours), name
    sys.path[:] = place
"""
"""Runs the cell that brings the modules along, and what the cells import of ours."""


def test_each_brings_along_what_its_cells_import_of_ours(texts, tmp_path):
    sources = {}
    for name, text in texts.items():
        code = [c.source for c in nbformat.reads(text, 4).cells if c.cell_type == "code"]
        if packed := [source for source in code if "b64decode" in source]:
            found = [each for source in code for each in ast.walk(ast.parse(source))]
            ours = [n for n in found if isinstance(n, ast.Import | ast.ImportFrom) and is_ours(n)]
            sources[name] = [*packed, *map(ast.unparse, ours)]
    assert len(sources) > 10
    run = subprocess.run(
        [sys.executable, "-P", "-c", IMPORT_ALL], input=json.dumps(sources), cwd=tmp_path,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    return any(str(name).split(".")[0] in OURS for name in names)


def test_they_are_the_same_every_time_and_tell_nothing_of_the_machine(book, tangled, texts):
    again = notebook.texts(notebook.Edition(book, tangled, Words(book.root)))
    assert again == texts
    assert list(texts) == [f"{chapter.slug}.ipynb" for chapter in book.chapters]
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
        small = Book(book.root, (chapter(*cells),), {})
        (text,) = notebook.texts(notebook.Edition(small, tangle(small), Words(book.root))).values()
        return [cell["id"] for cell in json.loads(text)["cells"]]

    assert ids("a = 1", "b = 2", "b = 2")[-3:] == ids("x = 0", "a = 1", "b = 2", "b = 2")[-3:]


def unpacked(source: str) -> dict[str, str]:
    """The modules that a notebook's first cell of code brings along, by path."""
    (packed,) = re.findall(r'b64decode\("(.*)"\)', source)
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(packed)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_modules_are_the_very_files_and_stand_there_to_be_read(root, book, tangled, texts):
    """Packed and as text: the package as the earlier chapter left it, and helpers of ours."""
    compared = 0
    for chapter in book.chapters:
        cells = nbformat.reads(texts[f"{chapter.slug}.ipynb"], 4).cells
        packed = [n for n, c in enumerate(cells) if "b64decode" in c.source]
        if not chapter.builds_on and not packed:
            continue
        modules = unpacked(cells[packed[0]].source)
        for slug in chapter.builds_on:
            for file, text in tangled.states[slug].items():
                assert modules.pop(f"micrograd/after/{slug}/{file}") == text
                assert f"<summary>micrograd/after/{slug}/{file}</summary>\n\n````python\n" in (
                    cells[packed[0] + 1].source
                )
                assert text.strip() in cells[packed[0] + 1].source
                compared += 1
        assert not chapter.builds_on or {
            modules.pop("micrograd/__init__.py"), modules.pop("micrograd/after/__init__.py")
        } == {""}  # fmt: skip
        for name, text in modules.items():
            if not name.endswith("__init__.py"):
                assert (root / name).read_text("utf-8") == text
    assert compared > 20


def small(chapter, *cells):
    """A chapter of these cells, after one that leaves a class and a function."""
    before = chapter(
        ":tangle: micrograd/engine.py\nclass One:\n    def double(self):\n        return helper(2)"
        "\n\n\ndef helper(x):\n    return 2 * x", name="before",
    )  # fmt: skip
    return Book(ROOT, (before, chapter(*cells, name="after")), {})


IMPORT = "from micrograd.after.before import One\nx = One()"


def test_what_imports_of_ours_ask_for_stands_in_a_folded_cell_above(chapter):
    cell = "import math\n\nfrom literate.cells import reopen\n" + IMPORT
    book = small(chapter, cell)
    made = notebook.texts(notebook.Edition(book, tangle(book), Words(ROOT)))["after.ipynb"]
    folded, rest = [c for c in nbformat.reads(made, 4).cells if c.cell_type == "code"]
    assert folded.metadata["jupyter"] == {"source_hidden": True}
    assert (folded.metadata["tags"], folded.metadata["cellView"]) == (["hide-input"], "form")
    assert folded.source.startswith("#@title ") and folded.source.count("\n") < 10
    modules = unpacked(folded.source)
    assert modules["literate/cells/__init__.py"] == ("from literate.cells.reopen import reopen\n")
    assert "class One:" in modules["micrograd/after/before/engine.py"]
    assert not {name for name in modules if "play" in name or "measure" in name}
    assert rest.source == cell


REFUSED = {
    "machinery": (
        ["from literate.read.model import Cell"], "cannot have this import",
        "write 'from literate.cells import <names>'",
    ),
    "whole-machinery": (
        ["def f():\n    import literate.cells"], "cannot have this import",
        "write 'from literate.cells import <names>'",
    ),
    "name-of-a-removed-cell": (
        [":tags: [remove-cell]\nhidden = 1\nassert hidden", "print(hidden)"],
        "only a cell that the page removes defines 'hidden'", "define 'hidden' where",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(chapter, refused, which):
    cells, reason, remedy = REFUSED[which]
    book = small(chapter, *cells)
    refused(lambda: standalone(book.chapters[1], tangle(book)), "book/after.md:", reason, remedy)


def test_a_removed_cell_may_use_names_that_others_define_too(chapter):
    removed = ":tags: [remove-cell]\nseen = 2\nassert seen"
    book = small(chapter, "seen = 1", removed, "seen", removed, "seen = 3\nseen")
    alone = standalone(book.chapters[1], tangle(book))
    assert [cell.source for cell in alone.cells] == ["seen = 1", "seen", "seen = 3\nseen"]


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
    title = book.pages[page].headings[0].words
    return lambda text: text.replace("PAGE", page.stem).replace("TITLE", title)


@pytest.mark.parametrize("which", MARKDOWN)
def test_markdown(book, fill_in, which):
    text, expected = map(fill_in, MARKDOWN[which])
    assert Plain(book, "S/").convert(read_page(Path("book/one.md"), text)) == expected


def test_pictures_are_put_into_the_text(book):
    text = "```{figure} drawings/neuron.svg\n:alt: A neuron.\n\nIts *caption*.\n```"
    made = Plain(book, "").convert(read_page(Path("book/one.md"), text))
    assert re.fullmatch(
        r"!\[A neuron\.\]\(data:image/svg\+xml;base64,[\w+/=]{200,}\)\n\nIts \*caption\*\.", made
    )
    inline = Plain(book, "").convert(read_page(Path("book/one.md"), "a ![b](drawings/page.png)"))
    assert inline.startswith("a ![b](data:image/png;base64,")


def test_a_picture_that_is_not_there(book, refused):
    refused(
        lambda: Plain(book, "").convert(read_page(Path("book/one.md"), "![a](gone.png)")),
        "book/one.md: ", "the picture gone.png cannot be read", "correct its path",
    )  # fmt: skip


def test_without_the_address_of_a_site_links_to_its_pages_are_words(book, fill_in):
    text = fill_in("{doc}`PAGE`, {term}`a <b>`, [c](PAGE.md)")
    assert Plain(book, "").convert(read_page(Path("book/one.md"), text)) == fill_in("TITLE, a, c")


def test_no_markup_of_the_book_is_left(texts):
    """Looked for in a way that knows nothing of Markdown."""
    for name, text in texts.items():
        for cell in nbformat.reads(text, 4).cells:
            if cell.cell_type == "markdown":
                assert not re.search(
                    r"\{[a-z-]+\}`|^ *(:::|```\{|\(\w+\)=)|\.md\b", cell.source, re.M
                ), name


def test_each_says_where_it_comes_from_and_what_it_needs(root, book, texts):
    made = notebook.settings(root)
    for slug in [c.slug for c in book.chapters]:
        first = nbformat.reads(texts[f"{slug}.ipynb"], 4).cells[0].source
        title, blank, origin, *_ = first.split("\n")
        page = f"{made['html']['baseurl']}book/{slug.replace('_', '-')}.html"
        assert title.startswith("# ") and not blank
        assert origin.startswith(f"From [{made['title']}]({page}) by {made['author']}. ")
        for said in (made["course"], made["html"]["extra_footer"]):
            words = " ".join(bs4.BeautifulSoup(said or "", "html.parser").get_text().split())
            assert words in origin


def test_a_notebook_names_what_is_to_be_installed(chapter):
    code = "import json\nimport torchgen.api\nfrom sklearn.datasets import make_moons"
    book = Book(ROOT, (chapter(f"import graphviz\n{code}"),), {})
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
    small_book.edit("book/step.md", "import Counter", "import Counter\nimport literate.read")
    small_book.literate("notebooks").tells(
        small_book.line("book/step.md", "import literate.read"), "cannot have this import"
    )
    assert small_book.snapshot("_build/notebooks") == before


def test_settings_that_cannot_be_read(tmp_path):
    with pytest.raises(BookError, match=r"_config\.yml: cannot be read"):
        notebook.settings(tmp_path)
