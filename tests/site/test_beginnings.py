"""Where one begins: the first page, which plays and shows the way, and each chapter's start."""

import json
from pathlib import Path

import pytest
import yaml

from literate.read.settings import Words

SAY = Words(Path(__file__).parents[2])
FIRST = "book/index.html"
AT_ONCE = "figure.play[data-at-once]"
STATE = """figure => ({
  at: Number(figure.querySelector("input").value),
  last: Number(figure.querySelector("input").max),
  running: figure.classList.contains("running"),
})"""
LONG = 60
"""Seconds after which a figure that plays has come to its end."""


@pytest.fixture(scope="module")
def parts(root):
    """The parts of the book and their pages, from `_toc.yml` alone."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    return {p["caption"]: [c["file"] for c in p["chapters"]] for p in toc["parts"]}


@pytest.fixture(scope="module")
def chapters(book):
    return {c.path.with_suffix("").as_posix(): c for c in book.chapters}


@pytest.fixture(scope="module")
def plays(pages_with):
    """The first page, if a figure of another plays on it."""
    if FIRST not in pages_with(AT_ONCE):
        pytest.skip("the first page of this book borrows no figure")
    return FIRST


def frames(site, page, selector):
    return [json.loads(script.get_text())["walks"] for script in site.soup(page).select(selector)]


@pytest.mark.chapters("library")
def test_what_plays_on_the_first_page_is_what_a_chapter_computed(site, plays):
    (borrowed,) = frames(site, plays, f"{AT_ONCE} script")
    assert borrowed in frames(site, "book/library.html", "figure.play script")


def test_it_plays_once_and_can_be_stopped(visit, plays):
    with visit(plays, stopped=True) as opened:
        figure = opened.page.locator(AT_ONCE)
        opened.wait(1)
        begun = figure.evaluate(STATE)
        assert begun["running"] and 0 < begun["at"] < begun["last"]
        button = figure.get_by_role("button", name=SAY("play pause"))
        button.click()
        opened.wait(LONG)
        assert figure.evaluate(STATE) == begun | {"running": False}
        figure.get_by_role("button", name=SAY("play play")).click()
        opened.wait(LONG)
        assert figure.evaluate(STATE) == {
            "at": begun["last"],
            "last": begun["last"],
            "running": False,
        }
        # From its end it begins again.
        figure.get_by_role("button", name=SAY("play play")).click()
        opened.wait(1)
        assert 0 < figure.evaluate(STATE)["at"] < begun["last"]


def test_it_stands_still_at_its_end_for_who_wants_nothing_to_move(visit, plays):
    with visit(plays, stopped=True, reduced_motion="reduce") as opened:
        figure = opened.page.locator(AT_ONCE)
        opened.wait(LONG)
        state = figure.evaluate(STATE)
        assert state["at"] == state["last"] and not state["running"]


def test_the_first_page_shows_the_way_through_every_chapter(site, parts, chapters):
    stops = site.soup(FIRST).select(".way-stop")
    if not stops:
        pytest.skip("the first page of this book shows no way")
    with_chapters = {name: [p for p in pages if p in chapters] for name, pages in parts.items()}
    shown = {
        stop.select_one(".way-part").get_text(): [
            f"book/{link['href'].removesuffix('.html')}" for link in stop.select("a")
        ]
        for stop in stops
    }
    assert shown == {name: pages for name, pages in with_chapters.items() if pages}
    for link in (link for stop in stops for link in stop.select("a")):
        heading = site.soup(f"book/{link['href']}").select_one("article h1").find(string=True)
        assert link.get_text() == heading.strip()


def test_a_chapter_begins_with_its_place_in_the_book(site, parts, chapters):
    for name, pages in parts.items():
        for page in (page for page in pages if page in chapters):
            said = site.soup(f"{page}.html").select_one("h1 + .chapter-start .chapter-place")
            here = {"number": pages.index(page) + 1, "count": len(pages)}
            place = SAY("chapter place", part=name, **here)
            assert said and said.get_text().split(" · ")[0] == place


@pytest.mark.chapters("gradients", "right")
def test_a_chapter_says_how_long_the_lecture_takes_for_it_and_what_one_gets(site, chapters):
    said = {
        page: site.soup(f"book/{page}.html").select_one(".chapter-start").get_text("\n")
        for page in ("gradients", "right")
    }
    # From 32:10 to 52:52.
    assert SAY("chapter lecture", minutes=21) in said["gradients"]
    assert SAY("chapter lecture", minutes="").strip() not in said["right"], (
        "the lecture has nothing of it"
    )
    for page, text in said.items():
        assert chapters[f"book/{page}"].page.header["ends_with"] in text
