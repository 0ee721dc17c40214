"""The search finds every chapter."""

import re
from collections import Counter

import pytest

WORD = re.compile(r"[a-z]{6,}")
SEARCH = """term => {
  document.querySelector("#search-results").replaceChildren();
  Search.performSearch(term);
}"""
"""What the page does when it is opened with a term in its address."""


@pytest.fixture(scope="module")
def words(site):
    """Of each chapter, how often its text has which word."""
    table = {}
    for page in site.pages:
        if page.startswith("book/"):
            soup = site.soup(page)
            text = " ".join(p.get_text() for p in soup.select("article p, article dd"))
            table[page] = Counter(WORD.findall(text.lower()))
    return table


@pytest.fixture(scope="module")
def terms(site, words):
    """Of each chapter, its title, and the word that it uses most and no other chapter does."""
    table = {}
    for page, own in words.items():
        soup = site.soup(page)
        others = {word for other in words if other != page for word in words[other]}
        alone = sorted(own.keys() - others, key=lambda word: (-own[word], word))
        assert alone, f"{page} has no word of its own"
        table[page] = soup.select_one("article h1").find(string=True).strip(), alone[0]
    return table


def test_the_title_and_a_word_of_its_own_bring_every_chapter(visit, terms):
    lost = []
    with visit("search.html") as opened:
        # To show where a word stands, it would fetch every page that has it.
        opened.page.evaluate("DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false")
        for page, sought in terms.items():
            for term in sought:
                opened.page.evaluate(SEARCH, term)
                # Sphinx lists what it finds one by one, and says how many when it is through.
                opened.page.wait_for_selector("#search-results .search-summary:not(:empty)")
                found = opened.page.locator(f"#search-results li a[href*='{page}']").count()
                if not found:
                    lost.append((page, term))
        assert not opened.elsewhere
    assert not lost


@pytest.mark.parametrize("where", ["chapter", "missing"])
@pytest.mark.parametrize("way", ["button", "Control+K"])
def test_the_search_dialog_leads_to_the_results(site, visit, terms, book, where, way):
    page = book.chapters[0].path.with_suffix(".html").as_posix()
    (_, word) = terms[page]
    with visit({"chapter": page, "missing": "404.html"}[where]) as opened:
        dialog = opened.page.locator("dialog#pst-search-dialog")
        assert not dialog.is_visible()
        if way == "button":
            opened.page.locator(".search-button__button:visible").first.click()
        else:
            opened.page.keyboard.press(way)
        dialog.locator("input[name=q]").wait_for(state="visible")
        opened.page.keyboard.type(word)
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_url(f"{site.address}search.html?q={word}*")
        opened.page.wait_for_selector(f"#search-results li a[href*='{page}']")
        assert not opened.elsewhere
