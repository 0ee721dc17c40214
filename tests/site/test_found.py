"""A page is found, and shows well where a link to it is shared."""

import posixpath
import shutil
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import bs4
import pytest
import yaml
from matplotlib import image

from literate.weave import card, drawings

OF_NO_CHAPTER = {"404.html", "genindex.html", "index.html", "search.html"}
LENGTHS = range(50, 201)
OF_ITS_HEADER = "What the header says, long enough to be of use, and with an R&D in it."
SETTINGS = """
title: Another & better title
author: Somebody Else
html:
  baseurl: https://example.org/deep/er/
"""


def read(folder: Path, page: str) -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup((folder / page).read_text("utf-8"), "html.parser")


def meta(soup: bs4.BeautifulSoup) -> dict[str, str]:
    """The tags of a page's head; it says nothing twice."""
    found = [
        (m.get("name") or m.get("property"), m["content"]) for m in soup.select("meta[content]")
    ]
    assert max(Counter(name for name, _ in found if name).values()) == 1, found
    return dict(found)


def canonical(soup: bs4.BeautifulSoup) -> list[str]:
    return [link["href"] for link in soup.select("link[rel=canonical]")]


def mapped(folder: Path) -> list[str]:
    """The addresses in the site's map."""
    found = ElementTree.parse(folder / "sitemap.xml").findall(".//{*}loc")
    return [address.text or "" for address in found]


@pytest.fixture(scope="module")
def chapters(site):
    """The pages with a text of ours, by name."""
    pages = [page for page in site.pages if page not in OF_NO_CHAPTER]
    return {page: site.soup(page) for page in pages}


def test_a_title_is_the_chapters_and_then_the_books(site, settings, chapters):
    titles = {page: soup.title.get_text() for page, soup in chapters.items()}
    for page, soup in chapters.items():
        own = soup.select_one("article h1").find(string=True).strip()
        book = settings["title"]
        assert titles[page] == (book if own == book else f"{own} — {book}")
    others = [site.soup(page).title.get_text() for page in OF_NO_CHAPTER - {"index.html"}]
    every = [*titles.values(), *others]
    assert len(set(every)) == len(every)
    assert all(title.endswith(settings["title"]) for title in every)


def test_a_description_is_a_sentence_or_two_of_its_own(chapters):
    descriptions = {page: meta(soup)["description"] for page, soup in chapters.items()}
    assert len(set(descriptions.values())) == len(descriptions)
    for page, text in descriptions.items():
        assert len(text) in LENGTHS, (page, len(text), text)
        assert text.endswith((".", "?", " …")) and text[0].isupper(), (page, text)


def test_a_shared_link_shows_title_description_and_card(site, settings, chapters):
    base = settings["html"]["baseurl"]
    for soup in chapters.values():
        tags = meta(soup)
        assert tags["og:title"] == soup.select_one("article h1").find(string=True).strip()
        assert tags["og:description"] == tags["description"]
        assert tags["og:site_name"] == settings["title"]
        assert tags["author"] == settings["author"]
        assert tags["twitter:card"] == "summary_large_image"
        assert [tags["og:url"]] == canonical(soup)
        assert tags["og:image"].startswith(base)
        picture = image.imread(site.folder / tags["og:image"].removeprefix(base))
        height, width = picture.shape[:2]
        assert (tags["og:image:width"], tags["og:image:height"]) == (str(width), str(height))


def test_a_card_has_room_for_its_text(site, chapters):
    for file in sorted((site.folder / "_images" / "cards").iterdir()):
        picture = image.imread(file)[..., :3]
        assert picture[:600].min() < 0.2, f"{file.name} is empty"
        free = {"right of the text": picture[:600, -card.MARGIN // 2 :],
                "between title and description": picture[385:398],
                "below the description": picture[590:610]}  # fmt: skip
        for place, part in free.items():
            assert part.min() == 1, f"{file.name}: there is something {place}"
    assert len(list((site.folder / "_images" / "cards").iterdir())) == len(chapters)


def test_no_page_loads_its_card(chapters):
    for page, soup in chapters.items():
        without = [e for e in soup.find_all(True) if e.name != "meta"]
        assert not [e for e in without if any("cards/" in str(v) for v in e.attrs.values())], page


def test_a_page_says_its_address(site, settings):
    for page in site.pages:
        # What is at the root leads to the first page, and search engines should list that one.
        named = "book/index.html" if page == "index.html" else page
        address = posixpath.join(settings["html"]["baseurl"], named)
        assert canonical(site.soup(page)) == [address]


def test_the_sites_map_lists_every_chapter_and_nothing_else(site, settings, chapters):
    base = settings["html"]["baseurl"]
    assert mapped(site.folder) == sorted(posixpath.join(base, page) for page in chapters)
    assert "lastmod" not in (site.folder / "sitemap.xml").read_text("utf-8")


def test_the_root_leads_to_the_first_page_and_speaks_for_it(site, visit):
    root, first = read(site.folder, "index.html"), read(site.folder, "book/index.html")
    told = meta(root)
    assert told.pop("color-scheme") == "light dark", "it would flash in the dark"
    assert {name: text for name, text in told.items() if name} == meta(first)
    assert root.html["lang"] == first.html["lang"]
    with visit("index.html", quiet=True) as opened:
        opened.page.wait_for_url(site.address + "book/index.html")


def test_a_missing_address_shows_where_to_go_at_any_depth(site, visit):
    with visit("book/index.html") as opened:
        missing = site.address + "a/deep/address.html"
        opened.page.route(
            missing, lambda route: route.fulfill(status=200, path=site.folder / "404.html")
        )
        opened.complaints.clear()
        opened.page.goto(missing, wait_until="networkidle")
        assert not opened.complaints and not opened.elsewhere
        assert opened.page.locator("article h1, main h1").first.inner_text()
        assert opened.page.evaluate("document.styleSheets[0].cssRules.length") > 100
        for name in ("book/index.html", "search.html"):
            opened.page.goto(missing)
            opened.page.locator(f"main section a[href$='{name}']").click()
            opened.page.wait_for_url(site.address + name)


@pytest.fixture(scope="module")
def elsewhere(whole_built_book, tmp_path_factory, make_small_book):
    """A small book with other settings, and its site."""
    place = tmp_path_factory.mktemp("elsewhere") / "book"
    shutil.copytree(whole_built_book, place)
    book = make_small_book(place)
    old = (place / "_config.yml").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in old if not line.startswith(("title:", "author:"))]
    book.write("_config.yml", SETTINGS + "".join(kept))
    book.edit(
        "book/step.md", "file_format: mystnb\n",
        f"file_format: mystnb\nmyst: {{html_meta: {{description: '{OF_ITS_HEADER}'}}}}\n",
    )  # fmt: skip
    result = book.literate("book")
    assert result.status == 0, result.text
    return book


def test_title_author_and_address_follow_the_settings(elsewhere):
    new = yaml.safe_load(SETTINGS)
    base, folder = new["html"]["baseurl"], elsewhere.root / "_build/html"
    soup = read(folder, "book/count.html")
    tags = meta(soup)
    assert soup.title.get_text().endswith(f" — {new['title']}")
    assert (tags["og:site_name"], tags["author"]) == (new["title"], new["author"])
    assert [tags["og:url"]] == canonical(soup) == [f"{base}book/count.html"]
    assert f"{base}book/count.html" in mapped(folder)
    home = urlsplit(base).path
    assert all(s["src"].startswith(home) for s in read(folder, "404.html").select("script[src]"))
    assert canonical(read(folder, "index.html")) == [f"{base}book/index.html"]


def test_the_header_of_a_page_can_describe_it(elsewhere):
    """In a notebook too; in the book, two pages without cells do."""
    tags = meta(read(elsewhere.root / "_build/html", "book/step.html"))
    assert tags["description"] == tags["og:description"] == OF_ITS_HEADER


def test_a_card_is_the_same_whenever_it_is_drawn(elsewhere, tmp_path):
    tags = meta(read(elsewhere.root / "_build/html", "book/count.html"))
    path = urlsplit(tags["og:image"]).path.removeprefix("/deep/er/")
    colours = drawings.cycle(elsewhere.root / "book/matplotlibrc")
    again = tmp_path / "again.png"
    card.draw(again, tags["og:site_name"], tags["og:title"], tags["description"], colours)
    assert again.read_bytes() == (elsewhere.root / "_build/html" / path).read_bytes()


def test_a_build_of_one_page_leaves_the_others_in_the_sites_map(elsewhere):
    before = mapped(elsewhere.root / "_build/html")
    assert len(before) == 4
    aside = elsewhere.root / "book/aside.md"
    aside.write_text(aside.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert elsewhere.literate("book").status == 0
    assert mapped(elsewhere.root / "_build/html") == before


def test_without_an_address_nothing_is_said_of_it(built_book):
    folder = built_book.root / "_build/html"
    tags = meta(read(folder, "book/count.html"))
    assert tags["og:title"] and not {"og:url", "og:image", "twitter:card"} & tags.keys()
    assert not (folder / "sitemap.xml").exists() and not (folder / "_images/cards").exists()
    assert read(folder, "404.html").select_one("script[src]")["src"].startswith("/_static/")
