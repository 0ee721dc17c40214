"""The glossary and the pages fit: the build refuses a link to no word, this a word without link."""

import re
from pathlib import Path

import pytest

from literate.read.model import Book
from literate.read.order import dropped
from literate.read.page import Page

GLOSSARY = "book/glossary.md"
OTHERS = "## What others call it"


@pytest.fixture(scope="module")
def glossary(root: Path) -> str:
    return (root / GLOSSARY).read_text("utf-8")


@pytest.fixture(scope="module")
def words(glossary: str) -> list[str]:
    return re.findall(r"^(\w[\w -]*)\n  \w", glossary, re.MULTILINE)


def linked(text: str) -> list[str]:
    """The words that a text links to the glossary."""
    found = re.findall(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`", text)
    return [" ".join(word.split()) for word in found]


def prose(page: Page) -> str:
    """What a page says in sentences, with its roles and without its code, in one line."""
    said = [block.source for block in page.walk() if block.kind in ("heading", "text")]
    return " ".join(" ".join(re.sub(r"(?<!\})`[^`]*`", " ", part) for part in said).split())


def test_every_word_is_linked_from_some_page(words: list[str], book: Book) -> None:
    pages = (page for path, page in book.pages.items() if str(path) != GLOSSARY)
    found = {word for page in pages for word in linked(page.text)} | of_dropped(book)
    assert words, f"no words were found in {GLOSSARY}"
    lost = sorted(set(words) - found)
    assert not lost, (
        f"{GLOSSARY}: no page links {', '.join(lost)}: link them where they first appear, or take "
        "them out"
    )


def of_dropped(book: Book) -> set[str]:
    """The words that a chapter links which a fork has dropped: they may stay."""
    return {word for page in dropped(book).values() for word in linked(page.text)}


def test_the_words_are_in_order(words: list[str]) -> None:
    assert words == sorted(words, key=str.casefold)


def test_a_word_is_linked_on_the_first_page_that_says_it(words: list[str], book: Book) -> None:
    late = []
    for word in sorted(set(words) - of_dropped(book)):
        said = re.compile(rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?![\w-])", re.IGNORECASE)
        for path, page in book.pages.items():
            if str(path) == GLOSSARY or not said.search(prose(page)):
                continue
            if word not in linked(page.text):
                late.append(f"{path}: write {{term}}`{word}` where the page says it first")
            break
    assert not late, "\n".join(late)


def test_what_others_call_it_is_said_of_words_that_are_here(
    words: list[str], glossary: str
) -> None:
    _, table = glossary.split(OTHERS)
    rows = [row for row in table.splitlines() if row.startswith("| {term}")]
    assert rows and not set(linked(table)) - set(words)
    for row in rows:
        here, others, _ = (field.strip() for field in row.strip("|").split("|"))
        assert others, f"{GLOSSARY}: what do others call {here}?"
