"""What was read is marked in the contents, remembered, and can be forgotten."""

import contextlib
import json
from pathlib import Path

import pytest

from literate.read.settings import Words

SAY = Words(Path(__file__).parents[2])
expect = pytest.importorskip("playwright.sync_api").expect

DENIED = """
Object.defineProperty(window, "localStorage", {
  configurable: true,
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""


@pytest.fixture(scope="module")
def pages(pages_with):
    """A page with three sections that follow the lecture or more, and another of the book."""
    first = pages_with("p.timecodes", times=3)[0]
    others = [page for page in pages_with("p.timecodes") if page != first]
    return first, others[-1]


@pytest.fixture(scope="module")
def sections(site, pages):
    """The sections of the first page that follow the lecture."""
    return [mark.parent["id"] for mark in site.soup(pages[0]).select("p.timecodes")]


@pytest.fixture
def open_page(visit, pages):
    """Opens a page whose clock stands still, but for `opened.wait(seconds)`."""
    with contextlib.ExitStack() as stack:

        def open_one(script="", **options):
            return stack.enter_context(visit(pages[0], script, stopped=True, **options))

        yield open_one


def read_to_the_end_of(page, section):
    """Scroll so that the end of this section is in view."""
    page.evaluate(
        """section => {
          const end = document.getElementById(section).getBoundingClientRect().bottom;
          scrollTo({top: scrollY + end - innerHeight / 2, behavior: "instant"});
        }""",
        section,
    )


def marked(opened):
    """The sections marked in the contents of this page."""
    links = opened.page.locator("nav.page-toc a.read")
    return links.evaluate_all("all => all.map(link => link.hash.slice(1))")


def counts(opened):
    """What the contents of the book say of the chapters."""
    links = opened.page.locator("nav.bd-links a:has(.read-count)")
    return {link.get_attribute("href"): text(link) for link in links.all()}


def told(number, sections):
    """What they say of a chapter of which so many sections were read."""
    count = SAY("sections read", read=number, all=len(sections))
    return f"{number}/{len(sections)} ({count})"


def text(link):
    return " ".join(link.locator(".read-count").text_content().split())


def test_every_page_knows_which_sections_follow_the_lecture(site, book, pages, sections):
    expected = {}
    for path, read in book.pages.items():
        if count := sum(len(heading.timecodes) > 0 for heading in read.headings):
            expected[path.with_suffix("").as_posix()] = count
    assert expected
    for name in (*(page for page in site.pages if page.startswith("book/")), "search.html"):
        data = json.loads(site.soup(name).select_one("#reader").get_text())
        assert {page: len(ids) for page, ids in data["sections"].items()} == expected
    data = json.loads(site.soup(pages[0]).select_one("#reader").get_text())
    assert data["sections"][pages[0].removesuffix(".html")] == sections


def test_every_section_that_counts_is_on_its_page(site, pages):
    data = json.loads(site.soup(pages[0]).select_one("#reader").get_text())
    for page, ids in data["sections"].items():
        for section in ids:
            found = site.soup(f"{page}.html").select(f"section[id='{section}'] > p.timecodes")
            assert len(found) == 1, (page, section)


def test_nothing_is_marked_by_opening_a_page(open_page, sections):
    opened = open_page(viewport={"width": 1280, "height": 30_000})
    opened.wait(5)
    assert marked(opened) == [] and counts(opened) == {}
    expect(opened.page.get_by_role("button", name=SAY("forget"))).to_be_hidden()
    opened.wait(6)
    assert marked(opened) == sections


def test_a_section_is_read_when_its_end_was_in_view_for_a_moment(open_page, sections):
    opened = open_page()
    for number, section in enumerate(sections, 1):
        read_to_the_end_of(opened.page, section)
        opened.wait(1)
        assert marked(opened) == sections[: number - 1]
        opened.wait(2)
        assert marked(opened) == sections[:number]
        assert counts(opened) == {"#": told(number, sections)}
    link = opened.page.locator(f"nav.page-toc a[href='#{sections[0]}']")
    assert link.text_content().rstrip().endswith(f"({SAY('section read')})")
    assert not opened.complaints


def test_a_section_that_was_jumped_over_is_not_read(open_page, sections):
    opened = open_page()
    read_to_the_end_of(opened.page, sections[-1])
    opened.wait(3)
    assert marked(opened) == sections[-1:]


def test_what_was_read_is_remembered_on_every_page_until_it_is_forgotten(
    open_page, pages, sections
):
    opened, (page, other) = open_page(), pages
    read_to_the_end_of(opened.page, sections[0])
    opened.wait(3)
    opened.page.reload()
    assert marked(opened) == sections[:1]
    opened.page.goto(opened.site.address + other)
    assert counts(opened) == {Path(page).name: told(1, sections)}
    opened.page.goto(f"{opened.site.address}search.html")
    assert counts(opened) == {page: told(1, sections)}
    opened.page.goto(opened.site.address + page)
    read_to_the_end_of(opened.page, sections[1])
    opened.wait(3)
    assert marked(opened) == sections[:2]
    opened.page.get_by_role("button", name=SAY("forget")).click()
    expect(opened.page.get_by_role("button", name=SAY("forget"))).to_be_hidden()
    assert opened.page.evaluate("document.activeElement.tagName") == "A"
    opened.wait(5)
    assert marked(opened) == [] and counts(opened) == {}
    opened.page.reload()
    assert marked(opened) == [] and counts(opened) == {}


def test_another_tab_shows_it_too(open_page, pages, sections):
    opened = open_page()
    other = opened.page.context.new_page()
    other.goto(opened.site.address + pages[1])
    read_to_the_end_of(opened.page, sections[0])
    opened.wait(3)
    expect(other.locator("nav.bd-links .read-count")).to_have_count(1)


def test_where_the_browser_keeps_nothing_the_marks_last_as_long_as_the_page(open_page, sections):
    opened = open_page(script=DENIED)
    read_to_the_end_of(opened.page, sections[0])
    opened.wait(3)
    assert marked(opened) == sections[:1]
    opened.page.reload()
    assert marked(opened) == []
    assert not opened.complaints


def test_a_page_that_was_opened_as_a_file_counts_too(site, browser, pages, sections):
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder / pages[0]).as_uri())
    read_to_the_end_of(page, sections[0])
    expect(page.locator("nav.bd-links .read-count")).to_contain_text(f"1/{len(sections)}")
    page.goto((site.folder / pages[1]).as_uri())
    count = page.locator(f"nav.bd-links a[href='{Path(pages[0]).name}'] .read-count")
    expect(count).to_contain_text(f"1/{len(sections)}")
    context.close()
