"""The site asks no other host for anything, and is light."""

import contextlib

import pytest

KILOBYTES = 300
REQUESTS = 25
HTML_KILOBYTES = 150
SHIFT = 0.05
TABS = 4
"""So many pages are open at once: of each it is waited for half a second in which it asks for
nothing."""
WATCH_SHIFTS = """
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) window.shifted = (window.shifted || 0) + entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def measured(site, visit):
    """What each page costs before any click, and what it says and asks for."""
    table = {}

    def measure(opened, name):
        opened.page.wait_for_load_state("networkidle")
        sizes = {r.url: r.sizes()["responseBodySize"] / 1024 for r in opened.finished}
        table[name] = {
            "requests": len(sizes),
            "KB": sum(sizes.values()),
            "HTML KB": sizes[site.address + name],
            "shift": opened.page.evaluate("window.shifted || 0"),
            "complaints": [*opened.complaints],
            "elsewhere": [*opened.elsewhere],
        }

    with contextlib.ExitStack() as stack:
        tabs = [stack.enter_context(visit("search.html", WATCH_SHIFTS)) for _ in range(TABS)]
        for opened in tabs:
            opened.without_cache()
        for first in range(0, len(site.pages), TABS):
            several = [*zip(tabs, site.pages[first : first + TABS], strict=False)]
            for opened, name in several:
                opened.begin(name)
            for opened, name in several:
                measure(opened, name)
    return table


def test_every_page_keeps_within_the_budget(measured, capsys):
    with capsys.disabled():
        print(f"\n{'page':28} requests     KB  HTML KB  shift")
        for name, row in measured.items():
            print(f"{name:28} {row['requests']:8} {row['KB']:6.0f} {row['HTML KB']:8.0f}"
                  f" {row['shift']:6.3f}")  # fmt: skip
    limits = {"requests": REQUESTS, "KB": KILOBYTES, "HTML KB": HTML_KILOBYTES, "shift": SHIFT}
    over = [
        f"{name}: {what} {row[what]:.4g}, and {limit} is the most that a page may have"
        for name, row in measured.items()
        for what, limit in limits.items()
        if row[what] > limit
    ]
    assert not over, "\n".join(["take out what these pages do not need", *over])


def test_no_page_asks_another_host(measured):
    asked = [f"{name}: {url}" for name, row in measured.items() for url in row["elsewhere"]]
    assert not asked, "\n".join(["bring these files into literate/weave/static", *asked])


def test_no_page_complains(measured):
    told = [f"{name}: {said}" for name, row in measured.items() for said in row["complaints"]]
    assert not told, "\n".join(["the browser's console says", *told])


def test_a_search_stays_on_the_site(visit):
    with visit("search.html?q=gradient") as opened:
        opened.page.wait_for_selector("#search-results li")
        assert not opened.elsewhere and not opened.complaints
