"""The chapters follow the lecture: each of its moments stands in a heading, in its order."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from literate.read.model import Book
from literate.read.order import dropped
from literate.read.page import Page


@pytest.fixture(scope="module")
def moments(root: Path) -> list[str]:
    """The timecodes that the book is to cover so far."""
    timeline = yaml.safe_load((root / "book" / "timeline.yml").read_text("utf-8"))
    timecodes = [moment["timecode"] for moment in timeline["moments"]]
    assert timecodes == sorted(set(timecodes))
    assert timeline["covered_until"] in timecodes
    return [timecode for timecode in timecodes if timecode <= timeline["covered_until"]]


@pytest.fixture(scope="module")
def covered(book: Book) -> list[tuple[str, str]]:
    """Each timecode of a heading, and where it stands, in the order of `_toc.yml`."""
    return [
        (timecode, f"{path}:{line}")
        for path, page in book.pages.items()
        for timecode, line in carried(page)
    ]


def carried(page: Page) -> list[tuple[str, int]]:
    """The moments in the headings of a page, and their lines."""
    return [(timecode, found.line) for found in page.headings for timecode in found.timecodes]


def test_no_moment_is_missing(
    book: Book, moments: list[str], covered: list[tuple[str, str]]
) -> None:
    """Those of a chapter that a fork has dropped may stay in the list."""
    there = [timecode for timecode, _ in covered]
    there += [timecode for page in dropped(book).values() for timecode, _ in carried(page)]
    missing = [timecode for timecode in moments if timecode not in there]
    assert not missing, (
        f"no heading carries {', '.join(missing)} of book/timeline.yml: write them into headings, "
        "or, if their chapter was dropped, take them out of that file"
    )


def test_no_moment_is_unknown(moments: list[str], covered: list[tuple[str, str]]) -> None:
    for timecode, place in covered:
        assert timecode in moments, (
            f"{place}: {timecode} is not in book/timeline.yml, or comes after its covered_until"
        )


def test_the_moments_are_in_order(covered: list[tuple[str, str]]) -> None:
    for (one, _), (other, place) in pairwise(covered):
        assert one < other, f"{place}: {other} comes after {one}"
