"""Every link and every anchor within the site leads somewhere.

Links to other sites are tried by `make links`, because that needs the network.
"""

import functools
import re
from urllib.parse import unquote, urldefrag, urljoin

import pytest

ATTRIBUTES = ("href", "src", "action", "xlink:href", "poster", "data")
ELSEWHERE = re.compile(r"(?!https?://site\.test/)[a-z]+:")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
HOST = "https://site.test"


@functools.cache
def names(site, page: str) -> set[str]:
    """What a link can point to within a page."""
    elements = site.soup(page).find_all(True)
    return {str(e[key]) for key in ("id", "name") for e in elements if key in e.attrs}


@functools.cache
def links(site, page: str) -> list[str]:
    """All that a page refers to, its own drawings' parts too."""
    found = []
    for element in site.soup(page).find_all(True):
        found += [str(element[key]) for key in ATTRIBUTES if key in element.attrs]
        for value in element.attrs.values():
            found += [f"#{name}" for name in REFERENCE.findall(str(value))]
    text = (site.folder / page).read_text("utf-8")
    found += re.findall(r'http-equiv="refresh"[^>]*url=([^"]+)', text)
    return found


@pytest.fixture(scope="module")
def home(site):
    """The address at which the site is at home, and the folder on its host."""
    canonical = site.soup("index.html").select_one("link[rel=canonical]")["href"]
    base = canonical.removesuffix("book/index.html")
    return base, "/" + base.split("/", 3)[3]


def test_every_link_of_a_notebook_into_the_site_leads_somewhere(site, home):
    base, _ = home
    found = [
        (notebook.name, *urldefrag(link))
        for notebook in sorted((site.folder / "notebooks").glob("*.ipynb"))
        for link in re.findall(rf"{re.escape(base)}[^)\s\"\\]*", notebook.read_text("utf-8"))
    ]
    lost = [
        f"{name}: {page}#{anchor}"
        for name, page, anchor in found
        if not (site.folder / (target := page.removeprefix(base))).is_file()
        or (anchor and unquote(anchor) not in names(site, target))
    ]
    assert not lost, "\n".join(lost)
    assert len({name for name, _, _ in found}) > 10 and any(anchor for _, _, anchor in found)


def test_every_link_within_the_site_leads_somewhere(site, home):
    base, folder = home
    lost, count = [], 0
    for page in site.pages:
        for link in links(site, page):
            # An absolute address of this site, as in "canonical", is a link within it.
            link = link.replace(base, f"{HOST}{folder}") if link.startswith(base) else link
            if ELSEWHERE.match(link):
                continue
            count += 1
            whole, fragment = urldefrag(urljoin(f"{HOST}{folder}{page}", link))
            path = unquote(whole).removeprefix(f"{HOST}{folder}").split("?")[0]
            there = (site.folder / path).is_file()
            if not there or (fragment and unquote(fragment) not in names(site, path)):
                lost.append(f"{page}: {link}")
    assert count > 100 * len(site.pages) / 2, "the links were not found"
    assert not lost, "\n".join(lost)


def test_only_the_page_for_missing_addresses_knows_where_the_site_is_at_home(site, home):
    """So the site works in any folder, and from the disk."""
    for page in site.pages:
        inner = [link for link in links(site, page) if not re.match("[a-z]+:|#", link)]
        assert inner
        from_root = [link for link in inner if link.startswith("/")]
        assert from_root == (inner if page == "404.html" else []), page
        assert all(link.startswith(home[1]) for link in from_root)


def test_a_file_that_a_chapter_left_alone_is_on_the_page_it_leads_to(site, book, tangled):
    """As it is: the page of the chapter after which the package first had it like that."""
    pages = {chapter.path.with_suffix(".html").name: chapter.slug for chapter in book.chapters}
    for page, slug in pages.items():
        state = tangled.states[slug]
        if not (rubric := site.soup(f"book/{page}").select_one(".package-so-far")):
            continue
        for line in rubric.find_next_sibling("details").select("p.tangled"):
            file = line.strong.get_text().partition("/")[2]
            writer = pages[line.a["href"]] if line.a else slug
            assert tangled.states[writer][file] == state[file], (page, file)
            assert tangled.before(writer).get(file) != state[file], (page, file)
