"""The way into a chapter of one's own: each step that book/writing.md tells is done here."""

import re
from pathlib import Path

import yaml

from literate.read.markdown import read_page

GUIDE = Path(__file__).parents[2] / "book" / "writing.md"
SECTION = "In ten minutes"


def listings(language):
    """What stands in the listings of the guide's section, one after another."""
    found, section = [], ""
    for block in read_page(GUIDE, GUIDE.read_text("utf-8")).walk():
        if block.kind == "heading":
            section = block.words
        elif block.kind == "listing" and block.title == language and section == SECTION:
            found.append(block.token.content)
    return found


def test_the_guide_is_walked_through(small_book):
    lines = "".join(listings("bash")).splitlines()
    name, _ = re.fullmatch(r"make chapter NAME=(\S+) AFTER=(\S+)", lines[0]).groups()
    glossary = f"# A small book\n\n```{{glossary}}\n{name}\n  What goes on.\n```"
    small_book.edit("book/index.md", "# A small book", glossary)
    # The small book has other chapters.
    made = small_book.run("literate", "chapter", name, "step")
    assert made.status == 0, made.text
    files = re.findall(r"wrote (\S+)", made.text)
    assert files == [f"book/{name}.md", f"tests/wrong_answers/{name}.yml", "_toc.yml",
                     f"tests/outputs/{name}.yml"]  # fmt: skip
    toc = yaml.safe_load((small_book.root / "_toc.yml").read_text("utf-8"))
    order = [entry["file"] for entry in toc["chapters"]]
    assert order == ["book/count", "book/step", f"book/{name}", "book/aside"]
    page = small_book.root / f"book/{name}.md"
    text = page.read_text("utf-8")
    assert "from micrograd.after.step import Counter" in text and "# Momentum" in text
    # The first page that says a word of the glossary links it.
    assert f"look up {{term}}`{name}` in the glossary" in text
    begun = small_book.pytest()
    assert begun.status == 0, begun.text
    # Its check is one: the wrong answer that comes along is refused, and asked for.
    wrong = f"tests/wrong_answers/{name}.yml"
    small_book.edit(wrong, "return x", "return 2 * x")
    small_book.pytest().tells("passes with the wrong answer 'the number itself'")
    small_book.edit(wrong, "return 2 * x", "return x")
    (cells,) = listings("md")
    small_book.edit(f"book/{name}.md", "<!-- slide -->\n::::{admonition} Exercise",
                    f"{cells}\n<!-- slide -->\n::::{{admonition}} Exercise")  # fmt: skip
    for line in lines[1:]:
        command, *given = line.removeprefix("make ").split()
        given = [text.removeprefix("CHAPTER=") for text in given]
        done = (
            small_book.pytest()
            if command == "test"
            else small_book.run("literate", command, *given)
        )
        assert done.status == 0, done.text
    assert "def with_momentum" in (small_book.root / f"micrograd/{name}.py").read_text("utf-8")
    shown = yaml.safe_load((small_book.root / f"tests/outputs/{name}.yml").read_text("utf-8"))
    assert "[1.0, 0.9, 0.81]" in [entry.get("value") for entry in shown]


def test_a_chapter_that_cannot_be_begun(small_book):
    before = small_book.snapshot("book", "tests")
    for name, after, reason in (
        ("count", "step", "book/count.md: there is such a page already"),
        ("2nd", "step", "'2nd' cannot be the name of a chapter"),
        ("mine", "nowhere", "no chapter 'nowhere' that yours could follow"),
    ):
        small_book.run("literate", "chapter", name, after).tells(reason)
    small_book.run("literate", "outputs", "nowhere").tells("the book has no chapter 'nowhere'")
    assert small_book.snapshot("book", "tests") == before
