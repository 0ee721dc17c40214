"""Read or solve: the answers are open, or folded until they are asked for."""

import contextlib
import itertools
from pathlib import Path

import pytest

from literate.read.settings import Words

SAY = Words(Path(__file__).parents[2])
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

SOLVE = "try { localStorage.setItem('reading', 'solve'); } catch {}"
DENIED = """
Object.defineProperty(window, "localStorage", {
  configurable: true,
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""
ANSWERS_SEEN = """() => [...document.querySelectorAll("details.answer")].map(answer =>
  answer.open && answer.querySelector("summary").nextElementSibling.checkVisibility())"""


@pytest.fixture(scope="module")
def pages(pages_with):
    """A page with several answers, and others."""
    return pages_with("details.answer", times=3)


@pytest.fixture(scope="module")
def page(pages):
    return pages[0]


@pytest.fixture(scope="module")
def count(site, page):
    """How many answers the page has."""
    return len(site.soup(page).select("details.answer"))


def see(page, expected):
    """Wait until just these answers can be seen."""
    same = f"expected => JSON.stringify(({ANSWERS_SEEN})()) === JSON.stringify(expected)"
    with contextlib.suppress(playwright.TimeoutError):
        page.wait_for_function(same, arg=expected)
    assert page.evaluate(ANSWERS_SEEN) == expected


def switch(page, name):
    return page.get_by_role("group", name=SAY("reading")).get_by_role("button", name=name)


@pytest.fixture(scope="module")
def questions(book):
    """How many questions of each page are followed by something, read from the sources."""
    counts = {}
    for path, page in book.pages.items():
        counts[path.with_suffix(".html").as_posix()] = sum(
            "question" in block.classes and following.kind != "heading"
            for block, following in itertools.pairwise(page.blocks)
        )
    assert any(counts.values())
    return counts


def test_every_question_has_its_answer_and_the_pages_that_have_some_a_switch(questions, site):
    found = {name: len(site.soup(name).select("details.answer")) for name in questions}
    switches = {name: len(site.soup(name).select(".reading")) for name in questions}
    assert found == questions
    assert switches == {name: int(count > 0) for name, count in questions.items()}


def test_a_page_is_read_with_its_answers_open(visit, page, count):
    with visit(page) as opened:
        see(opened.page, [True] * count)
        expect(opened.page.locator("details.answer > summary").first).to_be_hidden()
        expect(switch(opened.page, SAY("read"))).to_have_attribute("aria-pressed", "true")
        expect(switch(opened.page, SAY("solve"))).to_have_attribute("aria-pressed", "false")


def test_an_open_answer_looks_as_if_there_were_no_fold(visit, page):
    places = """() => [...document.querySelectorAll("article p, article .cell, article h2")]
                      .map(element => element.getBoundingClientRect().top)"""
    with visit(page) as opened:
        before = opened.page.evaluate(places)
        opened.page.evaluate("""() => {
          for (const answer of document.querySelectorAll("details.answer")) {
            answer.querySelector("summary").remove();
            answer.replaceWith(...answer.childNodes);
          }
        }""")
        assert opened.page.evaluate(places) == before


def test_the_switch_folds_the_answers_and_is_remembered(site, visit, pages, page, count):
    with visit(page) as opened:
        switch(opened.page, SAY("solve")).click()
        see(opened.page, [False] * count)
        expect(switch(opened.page, SAY("solve"))).to_have_attribute("aria-pressed", "true")
        opened.page.reload()
        see(opened.page, [False] * count)
        opened.page.goto(site.address + pages[1])
        others = len(site.soup(pages[1]).select("details.answer"))
        see(opened.page, [False] * others)
        switch(opened.page, SAY("read")).click()
        see(opened.page, [True] * others)
        opened.page.reload()
        see(opened.page, [True] * others)
        assert not opened.complaints


def test_the_switch_works_by_keyboard(visit, page, count):
    with visit(page) as opened:
        switch(opened.page, SAY("read")).focus()
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Enter")
        see(opened.page, [False] * count)
        opened.page.keyboard.press("Shift+Tab")
        opened.page.keyboard.press("Space")
        see(opened.page, [True] * count)


def test_an_answer_that_was_asked_for_stays_open(visit, page, count):
    with visit(page, SOLVE) as opened:
        opened.page.get_by_text(SAY("answer show")).nth(1).click()
        second = [number == 1 for number in range(count)]
        see(opened.page, second)
        expect(opened.page.get_by_text(SAY("answer hide"))).to_have_count(count)
        expect(opened.page.get_by_text(SAY("answer hide")).nth(1)).to_be_visible()
        switch(opened.page, SAY("read")).click()
        switch(opened.page, SAY("solve")).click()
        see(opened.page, second)
        opened.page.locator("details.answer > summary").nth(1).press("Enter")
        see(opened.page, [False] * count)


@pytest.mark.parametrize("which", [0, -1])
def test_nothing_jumps_and_no_answer_shows_while_the_page_loads(visit, pages, which):
    watch = """new PerformanceObserver(list => {
      for (const entry of list.getEntries()) window.shifted = (window.shifted || 0) + entry.value;
    }).observe({type: "layout-shift", buffered: true});"""
    with visit(pages[which], SOLVE + watch) as opened:
        assert opened.page.evaluate("window.shifted || 0") < 0.05
        opened.page.route("**/reading.js*", lambda route: route.abort())
        opened.page.reload()
        hidden = (
            "all => all.map(one => one.querySelector('summary').nextElementSibling.offsetParent)"
        )
        folds = opened.page.locator("details.answer")
        assert set(folds.evaluate_all(hidden)) == {None}


def test_a_link_into_a_folded_answer_opens_it(site, visit, pages_with):
    find = """() => [...document.querySelectorAll("details.answer")]
      .map((answer, place) => [answer.querySelector("[id]")?.id, place]).find(([id]) => id)"""
    name = pages_with("details.answer [id]")[0]
    with visit(name, SOLVE) as opened:
        target, place = opened.page.evaluate(find)
        count = len(site.soup(name).select("details.answer"))
        expected = [number == place for number in range(count)]
        for event in ("hashchange", "load"):
            # Chromium opens the fold by itself, unless the address changes in this way.
            opened.page.evaluate(
                """([target, event]) => {
                  history.replaceState(null, "", `#${target}`);
                  dispatchEvent(new Event(event));
                }""",
                [target, event],
            )
            see(opened.page, expected)
            opened.page.locator("details.answer > summary").nth(place).click()
            see(opened.page, [False] * count)
        opened.page.goto(site.address + "search.html")
        opened.page.goto(f"{site.address}{name}#{target}")
        see(opened.page, expected)


def test_a_printed_page_has_all_answers(visit, page, count):
    with visit(page, SOLVE) as opened:
        opened.page.evaluate("""addEventListener("beforeprint", () => {
          window.printed = document.querySelectorAll("details.answer[open]").length;
        })""")
        opened.page.pdf()
        assert opened.page.evaluate("window.printed") == count
        see(opened.page, [False] * count)


def test_without_scripts_all_answers_are_open_and_no_button_is_dead(visit, page, count):
    with visit(page, java_script_enabled=False) as opened:
        assert opened.page.locator("details.answer[open]").count() == count
        assert not opened.page.locator("details.answer > summary").first.is_visible()
        paragraphs = opened.page.locator("details.answer > p").all()
        assert paragraphs and all(one.is_visible() for one in paragraphs)
        for button in (".reading", "button.watch", "button.forget", "aside.video"):
            assert not any(one.is_visible() for one in opened.page.locator(button).all()), button


def test_where_the_browser_keeps_nothing_the_switch_works_until_the_page_is_left(
    visit, page, count
):
    with visit(page, DENIED) as opened:
        switch(opened.page, SAY("solve")).click()
        see(opened.page, [False] * count)
        opened.page.reload()
        see(opened.page, [True] * count)
        assert not opened.complaints


@pytest.fixture(scope="module")
def folded(visit, page):
    """The page with its answers folded, in any size and theme."""
    with visit(page, SOLVE, reduced_motion="reduce") as opened:
        yield opened.page


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_has_room_and_contrast(folded, width, scheme):
    folded.set_viewport_size({"width": width, "height": 800})
    folded.emulate_media(color_scheme=scheme)
    folded.wait_for_selector(f"html[data-theme={scheme}]", state="attached")
    box = switch(folded, SAY("solve")).bounding_box()
    bar = folded.locator(".bd-header-article").bounding_box()
    assert bar["y"] <= box["y"] and box["y"] + box["height"] <= bar["y"] + bar["height"]
    menu = folded.locator(".primary-toggle").bounding_box()
    first = switch(folded, SAY("read")).bounding_box()
    last = folded.locator(".article-header-buttons > :visible").last.bounding_box()
    assert menu["x"] + menu["width"] <= first["x"]
    assert last["x"] + last["width"] <= width
    for name in (SAY("read"), SAY("solve")):
        assert contrast(switch(folded, name)) >= 4.5, name


def contrast(element):
    """The contrast of an element's text with what is behind it, as WCAG computes it."""
    return element.evaluate("""element => {
      const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
      const light = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
          .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      let behind = element;
      while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
        behind = behind.parentElement;
      const pair = [light(getComputedStyle(element).color),
                    light(getComputedStyle(behind).backgroundColor)].sort((a, b) => b - a);
      return (pair[0] + 0.05) / (pair[1] + 0.05);
    }""")


def test_a_page_that_was_opened_as_a_file_has_a_switch_that_works(site, browser, page, count):
    context = browser.new_context()
    tab = context.new_page()
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((site.folder / page).as_uri())
    switch(tab, SAY("solve")).click()
    see(tab, [False] * count)
    tab.reload()
    see(tab, [False] * count)
    assert not complaints
    context.close()
