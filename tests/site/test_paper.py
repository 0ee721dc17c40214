"""A chapter can be printed: whole, in light colours, without what is for clicking."""

import io
import re

import pytest

pypdf = pytest.importorskip("pypdf")

SHEET = 297 / 25.4 * 96
"""The height of a page of paper, as the browser counts it."""
HIDDEN = """[...document.querySelectorAll("details:not([open]) > :not(summary)")]
  .filter(part => !part.checkVisibility() || part.getBoundingClientRect().height === 0)
  .map(part => part.outerHTML.slice(0, 100))"""
CUT_OFF = """[...document.querySelectorAll("pre, .drawing, .formula")]
  .filter(frame => frame.scrollWidth > frame.clientWidth + 1 &&
                   getComputedStyle(frame).overflowX !== "visible")
  .map(frame => frame.outerHTML.slice(0, 100))"""
FOR_CLICKING = (
    "nav", "button", ".bd-sidebar-primary", ".bd-sidebar-secondary", ".prev-next-footer",
    ".headerlink", ".bd-header-article", "#pst-skip-link",
)  # fmt: skip


@pytest.fixture(scope="module")
def chapter(pages_with):
    """A chapter that has one of everything."""
    return pages_with("figure.play", "details.answer", "article details", ".drawing", "math")[0]


@pytest.fixture(scope="module")
def printed(visit, chapter):
    """The chapter as a PDF, printed from each theme, and the theme after that."""
    result = {}
    for theme in ("light", "dark"):
        with visit(chapter, color_scheme=theme) as opened:
            pdf = opened.page.pdf(format="A4")
            result[theme] = pdf, opened.page.evaluate("document.documentElement.dataset.theme")
    return result


def inks(pdf: bytes) -> set[bytes]:
    """The colours that the pages of a PDF, and what stands on them, set for filling and lines."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    drawn = b"\n".join(
        stream.get_data()
        for page in pages
        for stream in (page.get_contents(), *forms(page["/Resources"]))
    )
    return {colour for colour, _ in re.findall(rb"((?:[\d.]+ ){3})(rg|RG)\b", drawn)}


def forms(resources):
    """The drawings that are put on a page, and those that are put on them."""
    for drawing in resources.get_object().get("/XObject", {}).values():
        form = drawing.get_object()
        if form["/Subtype"] == "/Form":
            yield form
            yield from forms(form.get("/Resources", {}))


def test_nothing_is_folded_or_cut_off_and_nothing_is_for_clicking(visit, chapter):
    with visit(chapter) as opened:
        page = opened.page
        assert page.evaluate(HIDDEN)
        page.emulate_media(media="print")
        assert page.evaluate(HIDDEN) == []
        page.set_viewport_size({"width": 700, "height": 900})
        assert page.evaluate(CUT_OFF) == []
        for selector in FOR_CLICKING:
            found = page.locator(selector)
            assert found.count() and not any(e.is_visible() for e in found.all()), selector
        assert page.locator("h1").is_visible()
        assert page.locator("h1").bounding_box()["x"] < 60, "the text stands where the menu was"


def test_addresses_are_not_printed(visit, chapter):
    with visit(chapter) as opened:
        opened.page.emulate_media(media="print")
        contents = opened.page.evaluate("""[...document.querySelectorAll("a")].flatMap(
          link => ["::before", "::after"].map(part => getComputedStyle(link, part).content))""")
        assert not [content for content in contents if "/" in content]


def test_every_theme_prints_in_the_same_colours(printed):
    light, dark = (inks(printed[theme][0]) for theme in ("light", "dark"))
    assert len(light) > 5
    assert light == dark


def test_the_screen_is_as_it_was_after_printing(printed):
    assert {theme: after for theme, (_, after) in printed.items()} == {
        "light": "light", "dark": "dark",
    }  # fmt: skip


def test_a_chapter_fills_its_pages(printed, visit, chapter):
    """As many as it is high, and no more than the breaks between them take."""
    with visit(chapter, viewport={"width": 718, "height": 900}) as opened:
        opened.page.emulate_media(media="print")
        height = opened.page.evaluate("document.querySelector('article').scrollHeight")
    pages = len(pypdf.PdfReader(io.BytesIO(printed["light"][0])).pages)
    assert 1 < height / SHEET <= pages < 2 * height / SHEET, (pages, height / SHEET)
