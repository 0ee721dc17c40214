"""The book speaks the field's words: a plain word introduces an idea, and then hands over.

What a list of words can keep is kept here. Words that English needs for other things ("walk",
"answer", "rate") are left to the author's ear.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from literate.read.model import Book
from literate.read.page import Page

SAID = yaml.safe_load(Path(__file__).with_name("words.yml").read_text("utf-8"))
PENDING = {*SAID["pending"]}

OTHERS = "## What others call it"
"""From here on the glossary says the words that we do not use."""


@dataclasses.dataclass(frozen=True)
class Word:
    """Words of our own, what the field says, and the last page where ours may stand."""

    ours: str
    example: str
    say: str
    until: str = ""
    but: Sequence[str] = ()

    def found(self, page: Page) -> list[str]:
        """Where the page says it: `book/value.md:12: 'slope': say …`."""
        text = page.text.partition(OTHERS)[0]
        # The address of a heading that had other words stays.
        text = re.sub(r"^\([\w-]+\)=$", "", text, flags=re.MULTILINE)
        # A sentence goes on in the next line.
        ours = self.ours.replace(" ", r"\s+")
        return [
            f"{page.path}:{text.count(chr(10), 0, match.start()) + 1}: "
            f"'{' '.join(match[0].split())}': say {self.say}"
            for match in re.finditer(rf"(?<![A-Za-z])(?:{ours})(?![A-Za-z])", text, re.IGNORECASE)
        ]


WORDS = [Word(**word) for word in SAID["words"]]


def told(book: Book, slug: str) -> list[str]:
    """All that is said in words of our own on one page where the field's were due."""
    order = [path.stem for path in book.pages]
    # Where a fork has dropped that last page, the field's word is due from the first.
    places = {stem: place for place, stem in enumerate(order)}
    page = next(page for path, page in book.pages.items() if path.stem == slug)
    return [
        place
        for word in WORDS
        if slug not in word.but and (not word.until or places[slug] > places.get(word.until, -1))
        for place in word.found(page)
    ]


def test_the_pages_speak_the_words_of_the_field(book: Book) -> None:
    slugs = [path.stem for path in book.pages if path.stem not in PENDING]
    found = [place for slug in slugs for place in told(book, slug)]
    assert not found, "\n".join(found)


def test_what_is_pending_is_not_done(book: Book) -> None:
    done = [path.stem for path in book.pages if path.stem in PENDING and not told(book, path.stem)]
    assert not done, f"take these out of PENDING: {', '.join(done)}"


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.say)
def test_a_page_that_says_it_is_found_with_its_line(word: Word, book: Book) -> None:
    page = dataclasses.replace(next(iter(book.pages.values())), text=f"# A\n\n{word.example}.\n")
    (place,) = word.found(page)
    said = " ".join(word.example.split())
    assert place == f"{page.path}:3: '{said}': say {word.say}"
    address = said.replace(" ", "-")
    text = f"({address})=\n## We recommended it\n\n{OTHERS}\n\n{word.example}"
    assert not word.found(dataclasses.replace(page, text=text))
