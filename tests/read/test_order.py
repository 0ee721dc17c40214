"""Chapters dropped and links broken: what does not fit is refused, naming all that it concerns."""

import re
import shutil
from pathlib import Path

import pytest

from literate.prove.plugin import BOOK
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import Book
from literate.read.order import check_imports, dropped
from literate.tangle import package
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parents[2]
MORE = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# More

```{code-cell} python
CODE
```
"""


def without(book, slug):
    return Book(book.root, tuple(c for c in book.chapters if c.slug != slug), book.pages)


def builders(book, slug):
    """The chapters that build on one, directly or not, read in a way that knows nothing of ours."""
    found = {slug}
    for chapter in book.chapters:
        if found & set(re.findall(r"micrograd\.after\.(\w+)", chapter.text)):
            found.add(chapter.slug)
    return sorted(found - {slug})


def test_dropping_a_chapter_tells_all_that_build_on_it(book, slug):
    expected = builders(book, slug)
    if not expected:
        check_imports(without(book, slug))
        return
    with pytest.raises(BookError) as error:
        check_imports(without(book, slug))
    told, remedy = str(error.value).split("To fix it: ")
    named = re.findall(r"^ *book/(\w+)\.md:\d+: (?:there|it|the)", told, re.MULTILINE)
    assert sorted(named) == expected, told
    assert f"there is no chapter '{slug}' in _toc.yml" in told.splitlines()[0]
    assert f"put '{slug}' into _toc.yml" in remedy


@pytest.fixture
def fork(root, tmp_path):
    """The texts of the book, as a fork has them."""
    place = tmp_path / "fork"
    for folder in ("book", "tests/outputs", "tests/wrong_answers"):
        shutil.copytree(root / folder, place / folder)
    shutil.copyfile(root / "_toc.yml", place / "_toc.yml")
    return place


def drop(place, page):
    """Comment its line out."""
    toc = place / "_toc.yml"
    text, count = re.subn(rf"(?m)^( *)(- file: {page})$", r"\1# \2", toc.read_text("utf-8"))
    assert count == 1
    toc.write_text(text, "utf-8")


def pytest_generate_tests(metafunc):
    """Chapters on which none builds, and which add nothing to the package: every second one,
    because reading the book again and again takes seconds."""
    if "unneeded" in metafunc.fixturenames:
        book, _ = metafunc.config.stash[BOOK]
        beside = [c.slug for c in book.chapters if not any(cell.target for cell in c.cells)]
        slugs = [slug for slug in beside if not builders(book, slug)]
        metafunc.parametrize("unneeded", slugs[::2])


def test_dropping_a_chapter_that_none_needs_works(fork, book, tangled, unneeded):
    """One line is taken out; the links that led there are named at once."""
    slug, slugs = unneeded, [chapter.slug for chapter in book.chapters]
    drop(fork, f"book/{slug}")
    link = re.compile(rf"{{doc}}`{slug}`|\({slug}\.md(#[\w-]*)?\)")
    linking = [path for path, page in book.pages.items() if link.search(page.text)]
    linking = [path for path in linking if path.stem != slug]
    if linking:
        with pytest.raises(BookError) as error:
            read_book(fork)
        told = re.findall(
            r"(book/\S+?):(\d+): (?:a link )?to (?:the page )?'(.*?)'", f"{error.value}"
        )
        assert {path for path, _, _ in told} == {str(path) for path in linking}
        for page, line, target in told:
            assert target == slug
            below = "\n".join((fork / page).read_text("utf-8").split("\n")[int(line) - 1 :])
            found = link.search(below)
            assert found and below[: found.start()].count("\n") < 2, "it names the wrong line"
        for path in linking:
            text = (fork / path).read_text("utf-8")
            (fork / path).write_text(link.sub("(index.md)", text), "utf-8")
    there = read_book(fork)
    assert [chapter.slug for chapter in there.chapters] == [s for s in slugs if s != slug]
    assert [path.stem for path in dropped(there)] == [slug]
    assert package.package_files(tangle(there)) == package.package_files(tangled)


def test_dropping_a_chapter_that_is_needed(small_book):
    more = MORE.replace("CODE", "from micrograd.after.step import Counter")
    far = MORE.replace("CODE", "from micrograd.after.aside import Counter")
    small_book.write("book/more.md", more)
    small_book.write("book/far.md", far)
    small_book.edit(
        "_toc.yml",
        "- file: book/aside",
        "- file: book/aside\n  - file: book/more\n  - file: book/far",
    )
    read_book(small_book.root)
    small_book.edit("_toc.yml", "  - file: book/count\n", "")
    told = (
        "book/step.md:10: there is no chapter 'count' in _toc.yml. These cannot be made either:\n"
        "  book/more.md:9: it begins where 'step' ends\n"
        "  book/far.md:9: the package as 'aside' leaves it has no `Counter`; book/count.md, which "
        "is not in _toc.yml, defines it\n"
        "  To fix it: put 'count' into _toc.yml, or begin with another chapter (earlier chapters: "
        "none); or take all these chapters out"
    )
    for command in (
        small_book.pytest(),
        small_book.literate("tangle"),
        small_book.literate("book"),
    ):
        command.tells(told)


def test_a_name_that_no_chapter_has_defined_yet(small_book):
    small_book.edit("book/step.md", "import Counter", "import Counter, Clock")
    small_book.read().tells(
        "book/step.md:10: the package as 'count' leaves it has no `Clock`",
        "have 'count' or a chapter before it tangle `Clock` (earlier chapters: count)",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One\n{doc}`gone`\n", 2),
        ("See {doc}`what is\ngone <gone>`.\n", 1),
        ("[Gone](gone.md#part)\n", 1),
        (":::{note}\n:class: tip\n\nSee {doc}`gone`.\n:::\n", 4),
    ],
)
def test_a_link_to_a_page_that_is_gone(small_book, refused, text, line):
    small_book.write("book/index.md", f"# A small book\n\n{text}")
    refused(
        lambda: read_book(small_book.root), f"book/index.md:{line + 2}: ",
        "a link to the page 'gone', which is not in _toc.yml", "let it lead to another page",
    )  # fmt: skip


def test_other_links_are_left_alone(small_book):
    small_book.write(
        "book/index.md",
        "# Book\n\n{doc}`count`, {doc}`/book/count`, [a](step.md), "
        "[b](https://x.org/gone.md), [c](#book)\n"
        "\n```md\n{doc}`gone`\n```\n\n`` {doc}`gone` ``\n",
    )
    read_book(small_book.root)
