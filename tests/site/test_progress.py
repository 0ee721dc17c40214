"""What was read is marked in the contents, remembered, and can be forgotten."""

import contextlib
import json

import pytest
from playwright.sync_api import expect

from literate.chapter import headings, tokens

PAGE = "book/value.html"
SECTIONS = ["a-class-around-one-number", "draw-it", "where-we-are"]
DENIED = """
Object.defineProperty(window, "localStorage", {
  configurable: true,
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""


@pytest.fixture
def open_page(visit):
    """Opens a page whose clock stands still, but for `opened.wait(seconds)`."""
    with contextlib.ExitStack() as stack:

        def open_one(name=PAGE, script="", **options):
            opened = stack.enter_context(visit(name, script, **options))
            opened.stop_the_clock()
            return opened

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


def text(link):
    return " ".join(link.locator(".read-count").text_content().split())


def test_every_page_knows_which_sections_follow_the_lecture(visit, book):
    expected = {}
    for path in book.pages:
        found = headings(tokens((book.root / path).read_text("utf-8")))
        if count := sum(len(moments) > 0 for _, _, moments in found):
            expected[path.with_suffix("").as_posix()] = count
    assert sum(expected.values()) > 20
    for name in ("book/index.html", "search.html", PAGE):
        with visit(name, java_script_enabled=False) as opened:
            data = json.loads(opened.page.locator("#reader").text_content())
            assert {page: len(ids) for page, ids in data["sections"].items()} == expected
    assert data["sections"]["book/value"] == SECTIONS


def test_every_section_that_counts_is_on_its_page(visit):
    with visit(PAGE) as opened:
        sections = json.loads(opened.page.locator("#reader").text_content())["sections"]
    for page, ids in sections.items():
        with visit(f"{page}.html", java_script_enabled=False) as opened:
            for section in ids:
                assert opened.page.locator(f"section[id='{section}'] > p.timecodes").count() == 1


def test_nothing_is_marked_by_opening_a_page(open_page):
    opened = open_page(viewport={"width": 1280, "height": 30_000})
    opened.wait(5)
    assert marked(opened) == [] and counts(opened) == {}
    expect(opened.page.get_by_role("button", name="Forget")).to_be_hidden()
    opened.wait(6)
    assert marked(opened) == SECTIONS


def test_a_section_is_read_when_its_end_was_in_view_for_a_moment(open_page):
    opened = open_page()
    for number, section in enumerate(SECTIONS, 1):
        read_to_the_end_of(opened.page, section)
        opened.wait(1)
        assert marked(opened) == SECTIONS[: number - 1]
        opened.wait(2)
        assert marked(opened) == SECTIONS[:number]
        assert counts(opened) == {"#": f"{number}/3 ({number} of 3 sections read)"}
    link = opened.page.locator(f"nav.page-toc a[href='#{SECTIONS[0]}']")
    assert link.text_content().split()[-1] == "(read)"
    assert not opened.complaints


def test_a_section_that_was_jumped_over_is_not_read(open_page):
    opened = open_page()
    read_to_the_end_of(opened.page, SECTIONS[2])
    opened.wait(3)
    assert marked(opened) == SECTIONS[2:]


def test_what_was_read_is_remembered_on_every_page_until_it_is_forgotten(open_page):
    opened = open_page()
    read_to_the_end_of(opened.page, SECTIONS[0])
    opened.wait(3)
    opened.page.reload()
    assert marked(opened) == SECTIONS[:1]
    opened.page.goto(f"{opened.site.address}book/neuron.html")
    assert counts(opened) == {"value.html": "1/3 (1 of 3 sections read)"}
    opened.page.goto(f"{opened.site.address}search.html")
    assert counts(opened) == {"book/value.html": "1/3 (1 of 3 sections read)"}
    opened.page.goto(opened.site.address + PAGE)
    read_to_the_end_of(opened.page, SECTIONS[1])
    opened.wait(3)
    assert marked(opened) == SECTIONS[:2]
    opened.page.get_by_role("button", name="Forget what was read").click()
    expect(opened.page.get_by_role("button", name="Forget")).to_be_hidden()
    assert opened.page.evaluate("document.activeElement.tagName") == "A"
    opened.wait(5)
    assert marked(opened) == [] and counts(opened) == {}
    opened.page.reload()
    assert marked(opened) == [] and counts(opened) == {}


def test_another_tab_shows_it_too(open_page):
    opened = open_page()
    other = opened.page.context.new_page()
    other.goto(f"{opened.site.address}book/neuron.html")
    read_to_the_end_of(opened.page, SECTIONS[0])
    opened.wait(3)
    expect(other.locator("nav.bd-links .read-count")).to_have_count(1)


def test_where_the_browser_keeps_nothing_the_marks_last_as_long_as_the_page(open_page):
    opened = open_page(script=DENIED)
    read_to_the_end_of(opened.page, SECTIONS[0])
    opened.wait(3)
    assert marked(opened) == SECTIONS[:1]
    opened.page.reload()
    assert marked(opened) == []
    assert not opened.complaints


def test_a_page_that_was_opened_as_a_file_counts_too(site, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder / PAGE).as_uri())
    read_to_the_end_of(page, SECTIONS[0])
    expect(page.locator("nav.bd-links .read-count")).to_contain_text("1/3", timeout=10_000)
    page.goto((site.folder / "book/neuron.html").as_uri())
    expect(page.locator("nav.bd-links a[href='value.html'] .read-count")).to_contain_text("1/3")
    context.close()
