"""A chapter that one command begins passes what every chapter has to pass."""

import re

import yaml


def test_a_chapter_is_begun(small_book):
    made = small_book.run("literate", "chapter", "my-momentum", "step")
    assert made.status == 0, made.text
    files = re.findall(r"wrote (\S+)", made.text)
    assert files == ["book/my-momentum.md", "tests/wrong_answers/my_momentum.yml", "_toc.yml",
                     "tests/outputs/my_momentum.yml"]  # fmt: skip
    toc = yaml.safe_load((small_book.root / "_toc.yml").read_text("utf-8"))
    order = [entry["file"] for entry in toc["chapters"]]
    assert order == ["book/count", "book/step", "book/my-momentum", "book/aside"]
    text = (small_book.root / "book/my-momentum.md").read_text("utf-8")
    assert "from micrograd.after.step import Counter" in text and "# My momentum" in text
    for command in (small_book.pytest(), *map(small_book.literate, ("tangle", "book", "student"))):
        assert command.status == 0, command.text
    # Its check is one: the wrong answer that comes along is refused, and asked for.
    path = "tests/wrong_answers/my_momentum.yml"
    small_book.edit(path, "return x", "return 2 * x")
    small_book.pytest().tells("passes with the wrong answer 'the number itself'")


def test_a_chapter_that_cannot_be_begun(small_book):
    before = small_book.snapshot("book", "tests")
    for name, after, reason in (
        ("count", "step", "book/count.md: there is such a page already"),
        ("2nd", "step", "'2nd' cannot be the name of a chapter"),
        ("mine", "nowhere", "no chapter 'nowhere' that yours could follow"),
    ):
        small_book.run("literate", "chapter", name, after).tells(reason)
    assert small_book.snapshot("book", "tests") == before
