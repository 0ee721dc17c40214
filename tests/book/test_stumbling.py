"""Every place where learners stumble is met in a section that the book has."""

from pathlib import Path

import pytest
import yaml

from literate.read.order import dropped

FILE = "book/stumbling.yml"


@pytest.fixture
def stumbles(root):
    return yaml.safe_load((root / FILE).read_text("utf-8"))


def test_all_sixteen_are_met(stumbles):
    assert len({entry["stumble"] for entry in stumbles}) == 16
    for entry in stumbles:
        assert entry["met"] or entry.get("left_out"), (
            f"the book does not meet '{entry['stumble']}': say 'left_out:' and why, if it is not to"
        )


def test_the_sections_that_meet_them_are_there(book, stumbles):
    """Those in a chapter that a fork has dropped may stay."""
    pages = {**book.pages, **dropped(book)}
    lost = []
    for entry in stumbles:
        for place in entry["met"]:
            page = Path("book", f"{place['chapter']}.md")
            headings = [found.words for found in pages[page].headings] if page in pages else []
            if place["section"] not in headings:
                lost.append(f"{page}, '{place['section']}'")
            assert place["as"] in ("aside", "exercise", "fix"), entry["stumble"]
    assert not lost, f"take these places, which are not there, out of {FILE}: {'; '.join(lost)}"
