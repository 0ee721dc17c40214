"""What a fork does to a book, done to copies of the small one: other settings, other chapters."""

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bs4
import pytest
import yaml

HEADER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

"""
OURS = {
    "title": "Counting for beginners",
    "author": "Ada Example",
    "copyright": "2031",
    "course": "CS 101 at Example",
    "logo": "book/_static/other.svg",
    "repository": {"url": "https://github.com/ada/counting", "branch": "course"},
    "baseurl": "https://ada.example.net/counting/",
    "extra_footer": "<p>All of it: The Example License.</p>",
}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'


@pytest.fixture(scope="module")
def original(root: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((root / "_config.yml").read_text("utf-8")))


@pytest.fixture(scope="module")
def traces(original) -> list[str]:
    """What would tell where a fork comes from."""
    url, site = original["repository"]["url"], original["html"]["baseurl"]
    owner = urlsplit(url).path.split("/")[1]
    licence = bs4.BeautifulSoup(original["html"]["extra_footer"], "html.parser").get_text()
    found = [original["title"], original["author"], url, site, urlsplit(site).netloc, owner,
             " ".join(licence.split())[:40]]  # fmt: skip
    # A short one, such as an author called Bo, says nothing: it may be a part of any word.
    return [trace for trace in found if len(trace) > 5]


@pytest.fixture(scope="module")
def forked(original, whole_small_book, tmp_path_factory, make_small_book):
    """A small book with the settings of the real one, all of them changed that a fork changes."""
    place = tmp_path_factory.mktemp("fork") / "book"
    shutil.copytree(whole_small_book, place)
    book = make_small_book(place)
    html = original["html"] | {name: OURS[name] for name in ("baseurl", "extra_footer")}
    top = {name: value for name, value in OURS.items() if name not in html}
    book.write("_config.yml", yaml.safe_dump(original | top | {"html": html}))
    (place / "book/_static").mkdir()
    book.write(OURS["logo"], LOGO)
    book.edit("book/index.md", "# A small book", "# {{ title }}\n\nSee {doc}`count`.")
    book.edit("book/aside.md", "builds on no other.", "is in {doc}`index`.")
    for command in ("book", "notebooks", "student", "instructor"):
        done = book.literate(command)
        assert done.status == 0, done.text
    return place / "_build"


def test_no_page_and_no_notebook_tells_where_a_fork_comes_from(forked, traces):
    files = [
        file
        for folder in ("html", "notebooks", "student", "instructor")
        for file in (forked / folder).rglob("*")
        if file.is_file()
    ]
    names = {file.name for file in files}
    assert {"count.html", "404.html", "index.html", "sitemap.xml", "count.ipynb"} <= names
    for file in files:
        text = file.read_bytes().lower()
        said = [trace for trace in traces if trace.lower().encode() in text]
        assert not said, f"{file.relative_to(forked)} has {said}"


def test_the_pages_say_what_the_settings_say(forked):
    soup = bs4.BeautifulSoup((forked / "html/book/count.html").read_text("utf-8"), "html.parser")
    assert soup.title.get_text() == f"Count — {OURS['title']}"
    assert soup.select_one("meta[name=author]")["content"] == OURS["author"]
    assert soup.select_one("link[rel=canonical]")["href"] == f"{OURS['baseurl']}book/count.html"
    assert [a["href"] for a in soup.select(f"a[href^='{OURS['repository']['url']}']")]
    logo = soup.select_one(".navbar-brand")
    assert logo.get_text(strip=True) == OURS["course"]
    assert {image["src"].split("/")[-1] for image in logo.select("img")} == {"other.svg"}
    footer = soup.select_one("footer.bd-footer-content").get_text()
    assert "The Example License" in footer and OURS["copyright"] in footer
    assert OURS["author"] in footer
    first = bs4.BeautifulSoup((forked / "html/book/index.html").read_text("utf-8"), "html.parser")
    assert first.select_one("article h1").find(string=True).strip() == OURS["title"]
    assert first.title.get_text() == OURS["title"]
    assert f"<loc>{OURS['baseurl']}book/count.html</loc>" in (
        forked / "html/sitemap.xml"
    ).read_text("utf-8")


@pytest.mark.parametrize("folder", ["html/notebooks", "notebooks", "student", "instructor"])
def test_the_notebooks_say_what_the_settings_say(forked, folder):
    head = json.loads((forked / folder / "count.ipynb").read_text("utf-8"))["cells"][0]["source"]
    said = (
        f"From [{OURS['title']}]({OURS['baseurl']}book/count.html) by {OURS['author']}. "
        f"It belongs to the course {OURS['course']}. All of it: The Example License."
    )
    assert said in "".join(head)
    aside = json.loads((forked / folder / "aside.ipynb").read_text("utf-8"))["cells"][0]["source"]
    assert f"is in [{OURS['title']}]({OURS['baseurl']}book/index.html)" in "".join(aside)


def launched(page):
    """The links of a page that run its notebook somewhere."""
    soup = bs4.BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return [(a.get_text(strip=True), a["href"]) for a in soup.select("a.btn-launch")]


def test_the_links_that_run_a_chapter_lead_into_the_forks_repository(forked):
    for slug in ("aside", "count", "step"):
        notebook = f"{slug}.ipynb"
        assert launched(forked / f"html/book/{slug}.html") == [
            ("Open in Colab",
             f"https://colab.research.google.com/github/ada/counting/blob/notebooks/{notebook}"),
            ("Open in Binder",
             f"https://mybinder.org/v2/gh/ada/counting/notebooks?urlpath=lab/tree/{notebook}"),
        ]  # fmt: skip
        assert (forked / "notebooks" / notebook).is_file()
    for page in ("html/book/index.html", "html/404.html", "html/search.html"):
        assert launched(forked / page) == []


ELSEWHERE = """
repository: {{url: https://git.example.edu/ada/counting, branch: main}}
html: {{use_repository_button: true}}
sphinx:
  extra_extensions: [literate.weave.extension]
  recursive_update: true
  config:
    html_math_renderer: mathml
    html_theme_options: {{{options}}}
"""


def test_a_repository_on_a_host_of_its_own_needs_a_word_more_and_has_no_such_links(built_book):
    old, _, _ = (built_book.root / "_config.yml").read_text("utf-8").partition("sphinx:")
    built_book.write("_config.yml", old + ELSEWHERE.format(options=""))
    built_book.literate("book").tells("Provider not recognized", "specify `repository_provider`")
    words = ELSEWHERE.format(options="repository_provider: gitlab")
    built_book.write("_config.yml", old + words)
    done = built_book.literate("book")
    assert done.status == 0, done.text
    page = built_book.root / "_build/html/book/count.html"
    assert launched(page) == [] and "../notebooks/count.ipynb" in page.read_text("utf-8")
    assert 'href="https://git.example.edu/ada/counting"' in page.read_text("utf-8")


BETWEEN = f"""{HEADER}# Between

```{{code-cell}} python
from literate.cells import reopen
from micrograd.after.count import Counter
```

```{{code-cell}} python
:tangle: micrograd/engine.py
@reopen
class Counter:
    def twice(self):
        return Counter(2 * self.n)
```

```{{code-cell}} python
assert Counter(3).twice().n == 6
```
"""


def test_a_chapter_put_between_two_others_and_one_dropped_from_a_site_that_was_built(built_book):
    """One file and one line each. The tests of the first are run in tests/book/test_teach.py."""
    built_book.write("book/between.md", BETWEEN)
    built_book.edit("_toc.yml", "- file: book/count", "- file: book/count\n  - file: book/between")
    built_book.edit("_toc.yml", "  - file: book/aside\n", "")
    for path in ("book/aside.md", "tests/outputs/aside.yml"):
        (built_book.root / path).unlink()
    assert [*(built_book.root / "_build/html").rglob("aside.*")]
    for command in ("tangle", "book"):
        done = built_book.literate(command)
        assert done.status == 0, done.text
    assert "def twice" in (built_book.root / "micrograd/engine.py").read_text("utf-8")
    page = (built_book.root / "_build/html/book/between.html").read_text("utf-8")
    assert 'href="count.html"' in page and 'href="step.html"' in page
    assert not [*(built_book.root / "_build/html").rglob("aside.*")]


OWN = f"""{HEADER}# Counting, told otherwise

```{{code-cell}} python
:tangle: micrograd/engine.py
class Counter:
    def __init__(self, n=0):
        self.NAME = n

    def __repr__(self):
        return f"Counter({{self.NAME}})"
```

```{{code-cell}} python
assert repr(Counter()) == "Counter(0)"
```
"""


def replace(small_book, text):
    """Write a chapter anew, and do what the guide says."""
    small_book.write("book/count.md", text)
    assert small_book.literate("tangle").status == 0
    return small_book.literate("outputs")


# One that leads to a package for the next: tests/book/test_teach.py.
def test_a_teachers_own_chapter_after_which_the_next_cannot_run(small_book):
    place = small_book.line("book/step.md", "Counter(3).step()")
    told = f"{place}: the cell raises AttributeError: 'Counter' object has no attribute 'n'"
    replace(small_book, OWN.replace("NAME", "count")).tells(told)
    small_book.pytest().tells(told, "book/step.md", "self.n += 1")


def test_a_teachers_own_chapter_without_what_the_next_takes(small_book):
    small_book.write("book/count.md", OWN.replace("Counter", "Clock"))
    small_book.read().tells(
        "book/step.md:10: the package as 'count' leaves it has no `Counter`",
        "To fix it: have 'count' or a chapter before it tangle `Counter`",
    )


def test_nothing_but_the_settings_says_whose_book_it_is(root, original, traces):
    """So that a fork changes `_config.yml`, and what the other tests compare with it."""
    folders = [root / name for name in ("book", "literate", "micrograd", "bench")]
    files = [file for folder in folders for file in folder.rglob("*")]
    files += [root / name for name in ("README.md", "Makefile", "_toc.yml", "conftest.py")]
    for file in files:
        if file.is_file() and file.suffix in {".md", ".py", ".yml", ".svg", ".js", ".css", ""}:
            text = file.read_text("utf-8")
            # Its title stands above README.md, too.
            other = [
                trace for trace in traces if trace != original["title"] or file.suffix != ".md"
            ]
            for trace in other:
                found = re.search(rf"(?<![\w/-]){re.escape(trace)}(?![\w-])", text)
                assert not found, f"{file.relative_to(root)} has '{trace}': say it in _config.yml"


NO_CHAPTER = {
    "site/test_firefox.py: context": "a field of WebDriver BiDi",
    "site/test_firefox.py: value": "a field of WebDriver BiDi",
    "site/test_play.py: value": "a key in the expected outputs",
    "bench/test_bench.py: arrays": "an engine that is measured",
    "bench/test_bench.py: compiled": "an engine that is measured",
    "bench/test_bench.py: names": "how many were read",
    "weave/test_playable.py: backward": "the class of an arrow",
    "read/test_exercises.py: inside": "an exercise inside another block",
    "cells/test_play.py: inside": "the title of a plot",
    "cells/test_side_by_side.py: momentum": "an option of SGD",
    "package/test_engine.py: gradients": "what a function returns",
    "prove/test_same_code.py: value": "the value of a name",
    "book/test_teach.py: pytorch": "a stamp of make",
    "commands/test_published.py: value": "a kind of output",
    "commands/test_new_chapter.py: value": "a kind of output",
    "package/test_gpt.py: compiled": "a way to run a model",
    "live/test_check.py: value": "what a cell has shown",
    "package/test_manners.py: inside": "where a value is made",
    "site/test_live.py: value": "what a cell has shown",
    "tangle/test_lacks.py: names": "a package of PyPI",
    "weave/test_page.py: value": "an attribute of HTML",
}
"""Words in the tests that are also names of chapters, and what they mean there."""


def named(node: ast.AST, names: list[str]) -> set[str]:
    """The chapters that the texts below a node name."""
    one = "|".join(names)
    spelling = re.compile(
        rf"({one})|(?s:.*)(?:\b({one})\.(?:md|html|ipynb|yml)\b|after\.({one})\b"
        rf"|\{{doc\}}`(?:[^`<]*<)?({one})\b)(?s:.*)"
    )
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    found = [spelling.fullmatch(text) for text in texts if isinstance(text, str)]
    return {next(filter(None, match.groups())) for match in found if match}


def about(node: ast.AST) -> set[str]:
    """The chapters without which a test is skipped."""
    return {
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("about", "these", "pytest.mark.chapters")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }


def without_words(node: ast.AST) -> ast.AST:
    """Take the docstrings out of a test's code."""
    for inner in ast.walk(node):
        body = getattr(inner, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            words = body[0].value
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                body[0] = ast.Pass()
    return node


def test_a_test_that_names_a_chapter_is_skipped_without_it(root, book):
    """So that a fork can drop a chapter. A test of something that several chapters have looks for
    one that has it (`pages_with`)."""
    names, told = [c.slug for c in book.chapters], {}
    for file in sorted((root / "tests").rglob("test_*.py")):
        name = file.relative_to(root / "tests").as_posix()
        for node in without_words(ast.parse(file.read_text("utf-8"))).body:
            for slug in sorted(named(node, names) - about(node)):
                told[f"{name}: {slug}"] = f"tests/{name}:{node.lineno} names the chapter '{slug}'"
    remedy = (
        "mark it with @pytest.mark.chapters, or let it look for a page that has what it needs; "
        "where the word is no chapter, say in NO_CHAPTER what it is"
    )
    unknown = [place for what, place in told.items() if what not in NO_CHAPTER]
    assert not unknown, "\n".join([*unknown, remedy])
    expected = {what for what in NO_CHAPTER if what.split(": ")[1] in names}
    assert told.keys() == expected, "take out of NO_CHAPTER what is no longer there"


def test_the_container_sets_up_with_the_commands_of_the_makefile(root):
    made = json.loads((root / ".devcontainer/devcontainer.json").read_text("utf-8"))
    targets = re.findall(r"^(\w+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
    for when in ("onCreateCommand", "updateContentCommand"):
        (target,) = re.findall(r"make (\w+)", made[when])
        assert target in targets and made[when].endswith("PYTORCH=no")
