"""Every place where learners stumble is met in a section that the book has."""

from pathlib import Path

import pytest
import yaml

from literate.read.order import dropped


@pytest.fixture
def stumbles(root):
    return yaml.safe_load((root / "book/stumbling.yml").read_text("utf-8"))


def test_all_sixteen_are_met(stumbles):
    assert len({entry["stumble"] for entry in stumbles}) == 16
    for entry in stumbles:
        assert entry["met"] or entry.get("left_out"), (
            f"the book does not meet '{entry['stumble']}': say 'left_out:' and why, if it is not to"
        )


def test_the_sections_that_meet_them_are_there(book, stumbles):
    """Those in a chapter that a fork has dropped may stay."""
    pages = {**book.pages, **dropped(book)}
    for entry in stumbles:
        for place in entry["met"]:
            page = Path("book", f"{place['chapter']}.md")
            assert page in pages, f"there is no {page}: take its places out of book/stumbling.yml"
            found = [heading.words for heading in pages[page].headings]
            assert place["section"] in found, f"{page} has no section '{place['section']}'"
            assert place["as"] in ("aside", "exercise", "fix"), entry["stumble"]
