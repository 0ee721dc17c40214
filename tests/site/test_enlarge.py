"""A graph that is too large for the page opens in a window of its own, with the keyboard alone."""

from pathlib import Path

import pytest

from literate.read.settings import Words

SAY = Words(Path(__file__).parents[2])
SCALE = "svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
"""At 1, letters are as large as they were meant to be."""
FITS = "view => view.scrollWidth <= view.clientWidth && view.scrollHeight <= view.clientHeight"


@pytest.mark.chapters("network")
def test_a_large_graph_is_read_zoomed_moved_and_put_back(visit):
    with visit("book/network.html", viewport={"width": 390, "height": 844}) as opened:
        keys, drawing = opened.page.keyboard, opened.page.locator(".drawing:has(svg.graph)")
        graph = drawing.locator("svg")
        before = graph.get_attribute("style")
        opener = opened.page.get_by_role("button", name=SAY("enlarge"))
        opener.press("Enter")
        assert opened.page.get_by_role("dialog").locator("svg.graph").is_visible()
        assert graph.evaluate(SCALE) > 0.99, "the letters are too small"
        begin = drawing.evaluate("view => view.scrollLeft")
        assert begin > 0, "the result is out of sight"
        keys.press("ArrowLeft")
        drawing.evaluate("view => new Promise(go => view.onscrollend = go)")
        assert drawing.evaluate("view => view.scrollLeft") < begin
        keys.press("+")
        assert graph.evaluate(SCALE) > 1.2
        keys.press("0")
        assert drawing.evaluate(FITS), "not all of it is in sight"
        keys.press("Escape")
        # It is closed, and has no role any more, a while before the graph is back in its place.
        opened.page.locator("dialog.enlarged").wait_for(state="detached")
        assert graph.get_attribute("style") == before and not opened.complaints
        assert opener.evaluate("button => button === document.activeElement")


@pytest.mark.chapters("gradients")
def test_a_figure_to_play_with_goes_on_in_the_window(visit):
    with visit("book/gradients.html", viewport={"width": 390, "height": 844}) as opened:
        figure = opened.page.locator("figure.play")
        figure.get_by_role("button", name=SAY("enlarge")).press("Enter")
        opened.page.get_by_role("dialog").get_by_role("button", name=SAY("play on")).click()
        said = figure.get_by_role("status").inner_text()
        opened.page.get_by_role("button", name=SAY("close")).click()
        assert figure.get_by_role("status").inner_text() == said != ""
        assert opened.page.locator("article figure.play").count() == 1
