"""The lecture beside the text: only on request, at the right moment, and out of the way."""

import dataclasses
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from literate.read.markdown import read_page
from literate.read.settings import Words
from literate.read.text import read_text

SAY = Words(Path(__file__).parents[2])
expect = pytest.importorskip("playwright.sync_api").expect

HOST = "https://www.youtube-nocookie.com"
# What the page tells the player. The player itself cannot be reached from here.
LISTEN = """
window.told = [];
Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
  get() { return {postMessage: (text, to) => window.told.push([JSON.parse(text), to])}; },
});
"""


AT_ITS_END = """() => {
  scrollTo({top: document.documentElement.scrollHeight, behavior: "instant"});
  return document.body.style.paddingBottom !== "" &&
    innerHeight + scrollY >= document.documentElement.scrollHeight - 1;
}"""
"""Scrolls to the end of the page, which makes room for the player, and says if it is reached."""


@dataclasses.dataclass(frozen=True)
class Section:
    """A section that follows the lecture, as the chapter's source has it."""

    title: str
    timecode: str

    @property
    def seconds(self):
        hours, minutes, seconds = map(int, self.timecode.split(":"))
        return 3600 * hours + 60 * minutes + seconds

    @property
    def moment(self):
        """Its moment as the page says it."""
        return re.sub("^(00:)?0?", "", self.timecode)

    @property
    def says(self):
        return f"{self.moment} {self.title}"


def follows(root, path):
    """The sections of a page that follow the lecture."""
    found = read_page(path, read_text(root, path)).headings
    return [Section(heading.words, moment) for heading in found for moment in heading.timecodes]


@pytest.fixture(scope="module")
def page(pages_with):
    """A page that follows the lecture in five sections or more."""
    return pages_with("p.timecodes", times=5)[0]


@pytest.fixture(scope="module")
def sections(root, page):
    return follows(root, Path(page).with_suffix(".md"))


def watch(opened, number):
    return opened.page.get_by_role("button", name=SAY("watch")).nth(number)


def panel(opened):
    return opened.page.get_by_role("complementary", name=SAY("video"))


def go_to(opened, number):
    """Scroll to a section."""
    place = "document.querySelectorAll('p.timecodes')[{}].scrollIntoView({{behavior: 'instant'}})"
    opened.page.evaluate(place.format(number))


def seeks(opened):
    """The seconds that the player was told to go to."""
    told = opened.page.evaluate("window.told")
    for command, host in told:
        assert (host, command["event"], command["func"]) == (HOST, "command", "seekTo")
        assert command["args"][1] is True
    return [command["args"][0] for command, _ in told]


def test_every_section_that_follows_the_lecture_has_a_link_and_a_button(site, book):
    for path in book.pages:
        soup, count = site.soup(path.with_suffix(".html").as_posix()), len(follows(book.root, path))
        assert len(soup.select("p.timecodes > a.timecode + button.watch")) == count
        assert len(soup.select("a.timecode[href*='youtube.com/watch']")) == count


@pytest.fixture
def opened(visit, page):
    """The page, with its clock stopped and an ear for what the player is told."""
    with visit(page, LISTEN, stopped=True) as opened:
        yield opened


@pytest.mark.parametrize("number", [0, 3])
def test_the_players_host_is_asked_after_the_click_and_for_this_moment(
    visit, page, sections, number
):
    with visit(page, LISTEN, quiet=True) as opened:
        watch(opened, number).hover()
        watch(opened, number).focus()
        assert opened.elsewhere == [] and opened.complaints == []
        with opened.page.expect_request(f"{HOST}/**"):
            watch(opened, number).click()
        expect(panel(opened).locator("iframe")).to_have_attribute("title", SAY("video player"))
        (asked,) = opened.elsewhere
        parts, query = urlsplit(asked), parse_qs(urlsplit(asked).query)
        assert f"{parts.scheme}://{parts.netloc}" == HOST
        link = opened.page.locator("a.timecode").nth(number).get_attribute("href")
        lecture = parse_qs(urlsplit(link).query)
        assert parts.path == f"/embed/{lecture['v'][0]}"
        assert (
            query["start"] == [str(sections[number].seconds)] == [lecture["t"][0].removesuffix("s")]
        )
        assert query["enablejsapi"] == ["1"]


def test_the_player_follows_to_the_section_being_read(opened, sections):
    watch(opened, 0).click()
    go_to(opened, 1)
    opened.wait(0.7)
    go_to(opened, 2)
    opened.wait(0.9)
    assert seeks(opened) == [], "it does not go where the reader has not stayed"
    opened.wait(1.2)
    assert seeks(opened) == [sections[2].seconds]
    where = panel(opened).get_by_role("link")
    expect(where).to_have_text(f"▶ {sections[2].says}")
    assert where.get_attribute("href").endswith(f"&t={sections[2].seconds}s")
    opened.page.evaluate("scrollBy({top: 60, behavior: 'instant'})")
    opened.wait(1.8)
    assert seeks(opened) == [sections[2].seconds], "within a section it goes on playing"


def test_the_player_stays_where_the_reader_put_it(opened):
    # Its heading is still far down when the button is pressed.
    opened.page.evaluate("""document.querySelectorAll("p.timecodes")[1].parentElement
      .scrollIntoView({block: "end", behavior: "instant"})""")
    watch(opened, 2).click()
    opened.page.evaluate("scrollBy({top: 5, behavior: 'instant'})")
    opened.wait(1.8)
    assert seeks(opened) == []


def test_without_following_it_offers_to_go_there(opened, sections):
    watch(opened, 0).click()
    panel(opened).get_by_label(SAY("video follow")).uncheck()
    go = panel(opened).locator("button.go")
    expect(go).to_be_hidden()
    go_to(opened, 1)
    opened.wait(1.6)
    expect(go).to_have_text(SAY("video go", moment=sections[1].moment, section=sections[1].title))
    assert seeks(opened) == []
    go.click()
    assert seeks(opened) == [sections[1].seconds]
    expect(go).to_be_hidden()
    go_to(opened, 3)
    opened.wait(1.6)
    expect(go).to_be_visible()
    panel(opened).get_by_label(SAY("video follow")).check()
    assert seeks(opened) == [sections[1].seconds, sections[3].seconds]


def test_another_button_moves_the_player_that_is_open(opened, sections):
    watch(opened, 0).click()
    watch(opened, 4).click()
    assert panel(opened).count() == 1
    assert seeks(opened) == [sections[4].seconds]
    opened.page.keyboard.press("Escape")
    expect(watch(opened, 4)).to_be_focused()


@pytest.mark.parametrize("how", ["Escape", "button"])
def test_it_opens_and_closes_by_keyboard_and_the_focus_returns(opened, how):
    watch(opened, 1).focus()
    opened.page.keyboard.press("Enter")
    shut = panel(opened).get_by_role("button", name=SAY("video close"))
    expect(shut).to_be_focused()
    opened.page.keyboard.press("Escape" if how == "Escape" else "Enter")
    expect(panel(opened)).to_have_count(0)
    expect(watch(opened, 1)).to_be_focused()
    assert opened.page.evaluate("document.body.style.paddingBottom") == ""
    opened.page.keyboard.press("Escape")
    go_to(opened, 3)
    opened.wait(1.7)
    assert seeks(opened) == []


@pytest.fixture(scope="module")
def closed(visit, page):
    """The page in any size and theme, with the player closed."""
    with visit(page, LISTEN, reduced_motion="reduce") as opened:
        yield opened


@pytest.mark.parametrize("width", [390, 800, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_end_of_the_page_is_not_covered(closed, width, scheme):
    opened = closed
    opened.page.set_viewport_size({"width": width, "height": 800})
    opened.page.emulate_media(color_scheme=scheme)
    opened.page.wait_for_selector(f"html[data-theme={scheme}]", state="attached")
    try:
        watch(opened, 0).click()
        opened.page.wait_for_function(AT_ITS_END)
        box = panel(opened).bounding_box()
        end = opened.page.locator(".bd-footer-content").bounding_box()
        assert end["y"] + end["height"] <= box["y"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 800
        text = opened.page.locator("article section > p").last.bounding_box()
        if width >= 1280:
            assert text["x"] + text["width"] <= box["x"], "the text beside it can be read"
        behind = panel(opened).evaluate("panel => getComputedStyle(panel).backgroundColor")
        assert behind.startswith("rgb("), "nothing shines through"
    finally:
        opened.page.keyboard.press("Escape")


def test_where_the_player_cannot_be_reached_the_page_goes_on(visit, page, sections):
    with visit(page) as opened:
        watch(opened, 0).click()
        go_to(opened, 2)
        expect(panel(opened).get_by_role("link")).to_contain_text(sections[2].moment)
        opened.page.keyboard.press("Escape")
        expect(panel(opened)).to_have_count(0)
        assert [said for said in opened.complaints if HOST not in said] == []


def test_the_words_come_from_the_page(site, page):
    words = json.loads(site.soup(page).select_one("#reader").get_text())["words"]
    assert words["video go"] == SAY("video go", moment="{moment}", section="{section}")
