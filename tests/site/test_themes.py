"""Right in both themes: the switch, and the colours before it runs."""

import pytest

THEME = "document.documentElement.dataset.theme"
MODE = "document.documentElement.dataset.mode"
PAPER_AND_INK = """() => {
  const {backgroundColor, color} = getComputedStyle(document.body);
  return [backgroundColor, color].map(text => Math.max(...text.match(/\\d+/g)));
}"""


@pytest.fixture(scope="module")
def chapter(pages_with):
    """A chapter with code and a drawing."""
    return pages_with("article .cell pre", ".drawing")[0]


def test_the_switch_works_and_is_remembered(visit, chapter):
    with visit(chapter, color_scheme="dark") as opened:
        page = opened.page
        seen = {}
        for _ in range(3):
            page.click(".theme-switch-button")
            chosen = page.evaluate(MODE)
            page.reload()
            assert page.evaluate(MODE) == chosen
            paper, ink = page.evaluate(PAPER_AND_INK)
            seen[chosen] = "dark" if paper < ink else "light"
        assert seen == {"light": "light", "dark": "dark", "auto": "dark"}


def test_automatic_follows_the_system(visit, chapter):
    with visit(chapter, color_scheme="light") as opened:
        for scheme in ("dark", "light"):
            opened.page.emulate_media(color_scheme=scheme)
            opened.page.wait_for_selector(f"html[data-theme={scheme}]", state="attached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_right_before_the_themes_script_has_run(visit, chapter, scheme):
    with visit(chapter, color_scheme=scheme) as opened:
        page = opened.page
        other = {"light": "dark", "dark": "light"}[scheme]  # As the last visit may have left it.
        page.evaluate("theme => localStorage.setItem('theme', theme)", other)
        page.route("**/pydata-sphinx-theme.js*", lambda route: route.abort())
        page.reload()
        assert page.evaluate(THEME) == scheme


def test_without_scripts_the_code_can_be_read(visit, chapter):
    with visit(chapter, color_scheme="dark", java_script_enabled=False) as opened:
        opened.judge()
        ratios = opened.page.evaluate("""() => [...document.querySelectorAll("pre span, pre")].map(
          part => contrast.between(contrast.behind(part, true), getComputedStyle(part).color))""")
        assert len(ratios) > 100 and min(ratios) >= 4.5
