"""Every chapter can be opened where it runs: from the menu of its downloads, and where it asks the
reader to write for the first time."""

from literate.read.settings import Words
from literate.weave import launch


def links(found):
    return [(a.get_text(strip=True), a["href"]) for a in found]


def test_every_chapter_has_the_links_that_the_settings_make_and_no_other_page_has_any(
    site, book, root, settings
):
    say, address = Words(root), settings["repository"]["url"]
    chapters = {c.path.with_suffix(".html").as_posix(): c for c in book.chapters}
    for page in site.pages:
        soup, chapter = site.soup(page), chapters.get(page)
        expected = list(launch.links(address, chapter, say)) if chapter else []
        assert links(soup.select("a.btn-launch")) == expected, page
        asked = soup.select(".exercise-part")
        assert bool(asked) == bool(chapter and chapter.exercises), page
        for part, first in zip(asked, (True, *[False] * len(asked)), strict=False):
            assert links(part.select("a")) == (expected if first else []), page


def test_the_menu_opens_by_keyboard_and_has_room_on_a_phone(visit, book):
    page = book.chapters[0].path.with_suffix(".html").as_posix()
    with visit(page, quiet=True, viewport={"width": 390, "height": 740}) as opened:
        opened.page.get_by_role("button", name=Words(book.root)("take")).press("Enter")
        menu = opened.page.locator(".dropdown-menu.show")
        menu.wait_for(state="visible")
        for item in menu.locator("a, button").all():
            box = item.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390, item.inner_text()
        assert opened.elsewhere == []
