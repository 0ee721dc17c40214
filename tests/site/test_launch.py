"""Every chapter can be opened where it runs, from the menu of its downloads."""

from literate.read.settings import Words
from literate.weave import launch


def links(site, page):
    found = site.soup(page).select("a.btn-launch")
    return [(a.get_text(strip=True), a["href"]) for a in found]


def test_every_chapter_has_the_links_that_the_settings_make_and_no_other_page_has_any(
    site, book, root, settings
):
    say, address = Words(root), settings["repository"]["url"]
    expected = {
        c.path.with_suffix(".html").as_posix(): list(launch.links(address, c, say))
        for c in book.chapters
    }
    assert {page: links(site, page) for page in site.pages} == {
        page: expected.get(page, []) for page in site.pages
    }


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
