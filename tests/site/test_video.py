"""The lecture beside the text: only on request, at the right moment, and out of the way."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from literate.chapter import headings, tokens

PAGE = "book/gradients.html"
HOST = "https://www.youtube-nocookie.com"
SECONDS = [1930, 2080, 2289, 2830, 3070]
# What the page tells the player. The player itself cannot be reached from here.
LISTEN = """
window.told = [];
Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
  get() { return {postMessage: (text, to) => window.told.push([JSON.parse(text), to])}; },
});
"""


def watch(opened, number):
    return opened.page.get_by_role("button", name="Watch beside the text").nth(number)


def panel(opened):
    return opened.page.get_by_role("complementary", name="The lecture beside the text")


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


def test_every_section_that_follows_the_lecture_has_a_link_and_a_button(visit, book):
    for path in book.pages:
        found = headings(tokens((book.root / path).read_text("utf-8")))
        count = sum(len(moments) for _, _, moments in found)
        with visit(path.with_suffix(".html").as_posix(), java_script_enabled=False) as opened:
            assert opened.page.locator("p.timecodes > a.timecode + button.watch").count() == count
            assert opened.page.locator("a.timecode[href*='youtube.com/watch']").count() == count


@pytest.fixture
def opened(visit):
    """The page, with its clock stopped and an ear for what the player is told."""
    with visit(PAGE, LISTEN) as opened:
        opened.stop_the_clock()
        yield opened


@pytest.mark.parametrize("number", [0, 3])
def test_the_players_host_is_asked_after_the_click_and_for_this_moment(visit, number):
    with visit(PAGE, LISTEN) as opened:
        watch(opened, number).hover()
        watch(opened, number).focus()
        assert opened.elsewhere == [] and opened.complaints == []
        with opened.page.expect_request(f"{HOST}/**"):
            watch(opened, number).click()
        expect(panel(opened).locator("iframe")).to_have_attribute(
            "title", "The lecture, in YouTube's player"
        )
        (asked,) = opened.elsewhere
        parts, query = urlsplit(asked), parse_qs(urlsplit(asked).query)
        assert f"{parts.scheme}://{parts.netloc}" == HOST
        link = opened.page.locator("a.timecode").nth(number).get_attribute("href")
        lecture = parse_qs(urlsplit(link).query)
        assert parts.path == f"/embed/{lecture['v'][0]}"
        assert query["start"] == [str(SECONDS[number])] == [lecture["t"][0].removesuffix("s")]
        assert query["enablejsapi"] == ["1"]


def test_the_player_follows_to_the_section_being_read(opened):
    watch(opened, 0).click()
    go_to(opened, 1)
    opened.wait(0.7)
    go_to(opened, 2)
    opened.wait(0.9)
    assert seeks(opened) == [], "it does not go where the reader has not stayed"
    opened.wait(1.2)
    assert seeks(opened) == [SECONDS[2]]
    where = panel(opened).get_by_role("link")
    expect(where).to_have_text("▶ 38:09 The step on which everything hangs")
    assert where.get_attribute("href").endswith(f"&t={SECONDS[2]}s")
    opened.page.evaluate("scrollBy({top: 60, behavior: 'instant'})")
    opened.wait(1.8)
    assert seeks(opened) == [SECONDS[2]], "within a section it goes on playing"


def test_the_player_stays_where_the_reader_put_it(opened):
    # Its heading is still far down when the button is pressed.
    opened.page.evaluate("""document.getElementById("through-a-product")
      .scrollIntoView({block: "end", behavior: "instant"})""")
    watch(opened, 2).click()
    opened.page.evaluate("scrollBy({top: 5, behavior: 'instant'})")
    opened.wait(1.8)
    assert seeks(opened) == []


def test_without_following_it_offers_to_go_there(opened):
    watch(opened, 0).click()
    panel(opened).get_by_label("Follow the text").uncheck()
    go = panel(opened).locator("button.go")
    expect(go).to_be_hidden()
    go_to(opened, 1)
    opened.wait(1.6)
    expect(go).to_have_text("Go to 34:40 Through a product")
    assert seeks(opened) == []
    go.click()
    assert seeks(opened) == [SECONDS[1]]
    expect(go).to_be_hidden()
    go_to(opened, 3)
    opened.wait(1.6)
    expect(go).to_be_visible()
    panel(opened).get_by_label("Follow the text").check()
    assert seeks(opened) == [SECONDS[1], SECONDS[3]]


def test_another_button_moves_the_player_that_is_open(opened):
    watch(opened, 0).click()
    watch(opened, 4).click()
    assert panel(opened).count() == 1
    assert seeks(opened) == [SECONDS[4]]
    opened.page.keyboard.press("Escape")
    expect(watch(opened, 4)).to_be_focused()


@pytest.mark.parametrize("how", ["Escape", "button"])
def test_it_opens_and_closes_by_keyboard_and_the_focus_returns(opened, how):
    watch(opened, 1).focus()
    opened.page.keyboard.press("Enter")
    shut = panel(opened).get_by_role("button", name="Close the lecture")
    expect(shut).to_be_focused()
    opened.page.keyboard.press("Escape" if how == "Escape" else "Enter")
    expect(panel(opened)).to_have_count(0)
    expect(watch(opened, 1)).to_be_focused()
    assert opened.page.evaluate("document.body.style.paddingBottom") == ""
    opened.page.keyboard.press("Escape")
    go_to(opened, 3)
    opened.wait(1.7)
    assert seeks(opened) == []


@pytest.mark.parametrize("width", [390, 800, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_end_of_the_page_is_not_covered(visit, width, scheme):
    size = {"width": width, "height": 800}
    with visit(PAGE, LISTEN, viewport=size, color_scheme=scheme) as opened:
        watch(opened, 0).click()
        opened.page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
        opened.page.wait_for_timeout(200)
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


def test_where_the_player_cannot_be_reached_the_page_goes_on(visit):
    with visit(PAGE) as opened:
        watch(opened, 0).click()
        go_to(opened, 2)
        expect(panel(opened).get_by_role("link")).to_contain_text("38:09", timeout=4000)
        opened.page.keyboard.press("Escape")
        expect(panel(opened)).to_have_count(0)
        assert [said for said in opened.complaints if HOST not in said] == []


def test_the_words_come_from_the_page(visit):
    with visit(PAGE, LISTEN, java_script_enabled=False) as opened:
        words = json.loads(opened.page.locator("#reader").text_content())["words"]
    assert words["video go"] == "Go to {moment} {section}"
