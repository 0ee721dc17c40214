"""The slides of the real chapters, opened from the disk: nothing is asked of another host, nothing
is larger than its slide, and all of it can be read and reached by the keyboard."""

import contextlib

import pytest

from literate.editions import decks
from literate.provide import browser

AXE = browser.PROGRAMS / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST = 13
"""The letters of listings, in pixels of a slide of 1280 by 720: 13 are 55 lines on a screen."""
FEWEST = 9
"""A chapter has so many slides; a short one has as many as a third of its blocks."""
MEASURED = """(() => {
  const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect();
  const inner = "math *, svg *";
  const beyond = [...slide.querySelectorAll("*")].filter(part => {
    const { left, top, right, bottom, width } = part.getBoundingClientRect();
    return width && !part.matches(inner) && (
      left < box.left - 1 || top < box.top - 1 || right > box.right + 1 || bottom > box.bottom + 1
      || part.matches("pre") && part.scrollWidth > part.clientWidth + 1);
  });
  const flat = [...slide.querySelectorAll(".drawing svg")].filter(
    drawing => drawing.getBoundingClientRect().height < 100 * Reveal.getScale());
  const letters = [...slide.querySelectorAll("pre")].map(
    pre => parseFloat(getComputedStyle(pre).fontSize));
  const own = [...slide.children].filter(part => !part.matches("header, aside"));
  return {
    alone: own.length == 1 && own[0].matches("p:not(:has(math))")
      && !/[.?!] [^ ]/.test(own[0].innerText) && Reveal.getIndices().h > 0,
    beyond: beyond.map(part => part.outerHTML.slice(0, 100)),
    flat: flat.map(drawing => drawing.getAttribute("aria-label").slice(0, 100)),
    smallest: Math.min(...letters, 99), place: Object.values(Reveal.getIndices()).join(),
  };
})()"""
ON = 'document.dispatchEvent(new KeyboardEvent("keydown", {key: " ", keyCode: 32, bubbles: true}))'
"""As the space bar says it to the page, but without the way there, for each of many slides."""


@pytest.fixture(scope="session")
def folder(site_folder):
    """The slides of the site under test, which was built just now."""
    book = site_folder.parents[1]
    decks.write(book)
    return book / decks.DECKS


@pytest.fixture
def deck(folder, browser):
    """Opens a deck, and says what it asked for and complained of."""

    @contextlib.contextmanager
    def open_deck(name, **options):
        context = browser.new_context(**options)
        page = context.new_page()
        told = []
        page.on("request", lambda r: r.url.startswith("file:") or told.append(r.url))
        page.on("requestfailed", lambda r: told.append(f"failed: {r.url}"))
        page.on("console", lambda said: told.append(said.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto((folder / f"{name}.html").as_uri(), wait_until="load")
        # A font that comes later would move what is measured.
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page
        context.close()
        assert told == []

    return open_deck


def test_every_slide_of_a_chapter_can_be_shown(book, deck, slug):
    chapter = next(c for c in book.chapters if c.slug == slug)
    if chapter.missing:
        pytest.skip(chapter.lacks("test"))
    with deck(slug, viewport={"width": 1280, "height": 720}) as page:
        count = page.evaluate("Reveal.getTotalSlides()")
        assert count >= min(FEWEST, len(chapter.page.blocks) // 3)
        slides = page.evaluate(f"[...Array({count})].map(() => [{MEASURED}, {ON}][0])")
        for number, found in enumerate(slides, 1):
            assert (found["beyond"], found["flat"]) == ([], []), f"slide {number}"
            assert not found["alone"], f"slide {number}: one sentence is no slide, put more on it"
            assert found["smallest"] >= SMALLEST, f"slide {number}: too many lines"
        assert len({found["place"] for found in slides}) == count, (
            "the space bar has not shown every slide"
        )


@pytest.mark.chapters("gradients")
def test_on_a_phone_the_slides_stand_below_each_other(deck):
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with deck("gradients", **phone) as page:
        assert page.evaluate("Reveal.isScrollView()")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        flat = page.evaluate("""[...document.querySelectorAll(".drawing svg")].filter(
            drawing => drawing.getBoundingClientRect().height < 30).length""")
        assert flat == 0
        boxes = page.evaluate("""[...document.querySelectorAll(".slide")].map(
            slide => slide.getBoundingClientRect().width)""")
        assert min(boxes) > 360


@pytest.mark.chapters("gradients")
def test_a_figure_can_be_played_with_on_its_slide(deck):
    with deck("gradients") as page:
        page.evaluate("""() => {
          const slide = document.querySelector(".slide:has(figure.play)");
          const { h, v } = Reveal.getIndices(slide);
          Reveal.slide(h, v);
        }""")
        before = page.locator("figure.play .play-says").inner_text()
        page.locator("figure.play button[data-go=on]").click()
        assert page.locator("figure.play .play-says").inner_text() != before
        place = page.evaluate("Reveal.getIndices()")
        page.locator("figure.play input[type=range]").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices()") == place, (
            "the arrow key has moved the slides, and not the slider"
        )


@pytest.mark.chapters("gradients", "accumulate")
def test_axe_finds_nothing_wrong_with_slides_and_their_list(deck):
    for name in ("index", "gradients", "accumulate"):
        with deck(name, viewport={"width": 1280, "height": 720}) as page:
            page.evaluate(AXE.read_text("utf-8"))
            slides = 1 if name == "index" else page.evaluate("Reveal.getTotalSlides()")
            seen = set()
            for number in range(1, slides + 1):
                # What stands around the slides is the same at each.
                within = "document" if number == 1 else "Reveal.getCurrentSlide()"
                found = page.evaluate(
                    f"axe.run({within}, {{resultTypes: ['violations'], preload: false}})"
                    ".then(result => result.violations.map("
                    "v => [v.id, v.nodes[0].html.slice(0, 100)]))"
                )
                assert found == [], f"{name}, slide {number}"
                if name != "index":
                    seen.add(tuple(page.evaluate("Object.values(Reveal.getIndices())")))
                    page.keyboard.press("Space")
            assert name == "index" or len(seen) == slides, "the key has not shown every slide"
