"""A translated chapter has the code of its original: the command that compares the two."""

from pathlib import Path

import pytest

from literate.commands.compare import compare

ORIGINAL, TRANSLATION = "book/count.md", "count.de.md"
TRANSLATED = {
    "# Count\n": "# Zählen\n",
    "Something that counts.": "Etwas, das zählt.\n\nMit einem Satz mehr.",
    "Counts from a number on.": "Zählt von einer Zahl an.",
    "one = Counter(3)\n": "# von drei an\none = Counter(3)\n",
    "## What it cannot do": "## Was es nicht kann",
    "assert one.n == 3\n": 'assert one.n == 3, "es zählt von drei an"\n',
}
CELL = "```{code-cell} python\n"
FAULTS = {
    "code": ("root = 2**0.5", "wurzel = 2**0.5", "wurzel = ",
             "this cell has other code than the one at book/count.md:THERE:\n"
             "  there: root = 2 ** 0.5\n  here:  wurzel = 2 ** 0.5", "root = "),
    "a line too many": ("one + 1", "one + 1\none - 1", "one + 1",
                        "this cell has other code than the one at book/count.md:THERE:\n"
                        "  there: nothing\n  here:  one - 1", "one + 1"),
    "a line missing": ("self.n = start", "pass", "class Counter",
                       "this cell has other code than the one at book/count.md:THERE:\n"
                       "  there: self.n = start\n  here:  pass", "class Counter"),
    "a printed text": ("the root of two", "die Wurzel aus zwei", "root = ",
                       "this cell has other code than the one at book/count.md:THERE", "root = "),
    "an option": (":tags: [raises-exception]\n", ":tags: [hide-cell, raises-exception]\n", None,
                  "this cell has other options than the one at ", None),
    "a cell missing": (f'{CELL}:tags: [remove-cell]\nassert one.n == 3, "es zählt von drei an"\n',
                       "```md\n", None, "there is no cell for the one at book/count.md:THERE: "
                       "assert one.n == 3", "assert one.n"),
    "a cell too many": ("Mit einem Satz mehr.\n", f"Mehr.\n\n{CELL}5\n```\n", None,
                        "this cell has other options", None),
    "one more at the end": ('drei an"\n```\n', f'drei an"\n```\n\n{CELL}17\n```\n', "17",
                            "book/count.md has no such cell: 17", None),
}  # fmt: skip


@pytest.fixture
def translated(small_book, monkeypatch):
    text = (small_book.root / ORIGINAL).read_text("utf-8")
    for old, new in TRANSLATED.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    small_book.write(TRANSLATION, text)
    monkeypatch.chdir(small_book.root)
    return small_book


def test_a_translation_has_other_words(translated):
    done = translated.run("literate", "compare", ORIGINAL, TRANSLATION)
    assert done.text == "All 5 cells of count.de.md have the code of book/count.md.\n"
    assert done.status == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_translation_with_other_code(translated, refused, fault):
    old, new, here, told, there = FAULTS[fault]
    translated.edit(TRANSLATION, old, new)
    if there:
        told = told.replace("THERE", translated.line(ORIGINAL, there).split(":")[1])
    place = translated.line(TRANSLATION, here) if here else TRANSLATION
    refused(lambda: compare(Path(ORIGINAL), Path(TRANSLATION)), f"{place}:", told, "")


def test_what_a_cell_shows_is_no_docstring(translated):
    for path, text in ((ORIGINAL, "one"), (TRANSLATION, "eins")):
        translated.edit(path, "root = 2**0.5", f'"{text}"\nroot = 2**0.5')
    done = translated.run("literate", "compare", ORIGINAL, TRANSLATION)
    done.tells("count.de.md:", 'there: """one"""\n  here:  """eins"""')


def test_the_command_says_what_is_wrong(translated):
    translated.edit(TRANSLATION, "self.n = start", "self.m = start")
    line = translated.line(TRANSLATION, "class Counter")
    told = f"{line}: this cell has other code than the one at {ORIGINAL}", "here:  self.m = start"
    translated.run("literate", "compare", ORIGINAL, TRANSLATION).tells(*told, "copy it from there")
    missing = translated.run("literate", "compare", ORIGINAL, "none.md")
    missing.tells("none.md: cannot be read", "name two chapters")
