"""Right in both themes: the switch, the colours before it runs, and what axe does not judge."""

import pytest

THEME = "document.documentElement.dataset.theme"
MODE = "document.documentElement.dataset.mode"
PAPER_AND_INK = """() => {
  const {backgroundColor, color} = getComputedStyle(document.body);
  return [backgroundColor, color].map(text => Math.max(...text.match(/\\d+/g)));
}"""
LEAST = {"letters": 4.5, "line": 3, "mark": 3}
STANDS_OUT = """() => {
  const rows = [];
  const parts = "text, tspan, path, polygon, polyline, ellipse, circle, rect, use";
  for (const drawing of document.querySelectorAll(".drawing")) {
    const paper = contrast.behind(drawing);
    for (const part of drawing.querySelectorAll(`svg :is(${parts})`)) {
      const style = getComputedStyle(part);
      // Lines of a grid are there to be overlooked; what is in `defs` is drawn elsewhere.
      if (part.closest("defs") || style.strokeOpacity < 1) continue;
      const letters = part.matches("text, tspan");
      const ink = style.stroke === "none" || letters ? style.fill : style.stroke;
      if (ink !== "none")
        rows.push([letters ? "letters" : "line", contrast.between(paper, ink), ink]);
    }
  }
  for (const line of document.querySelectorAll(".highlight .hll")) {
    const mark = getComputedStyle(line).boxShadow.match(/rgb[^)]*\\)/)?.[0] ?? "transparent";
    rows.push(["mark", contrast.between(contrast.behind(line, true), mark), mark]);
  }
  return rows;
}"""
CYCLE = """() => [0, 1, 2, 3, 4].map(number => contrast.between(
  getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.documentElement).getPropertyValue(`--plot-${number}`)))"""


@pytest.fixture(scope="module")
def chapter(pages_with):
    """A chapter with code and a drawing."""
    return pages_with("article .cell pre", ".drawing")[0]


@pytest.fixture(scope="module")
def drawn(site, visit):
    """How much stands out what axe does not judge, by theme; and the colours of plots."""
    rows, cycles = {"light": [], "dark": []}, {}
    names = [name for name in site.pages if site.soup(name).select_one(".drawing, .highlight .hll")]
    with visit(names[0], reduced_motion="reduce") as opened:
        page = opened.page
        for name in names:
            page.emulate_media(color_scheme="light")
            page.goto(site.address + name, wait_until="load")
            opened.judge()
            for theme in rows:
                page.emulate_media(color_scheme=theme)
                page.wait_for_selector(f"html[data-theme={theme}]", state="attached")
                rows[theme] += [(name, *row) for row in page.evaluate(STANDS_OUT)]
                cycles[theme] = page.evaluate(CYCLE)
    return rows, cycles


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_drawings_and_marks_stand_out(drawn, theme):
    rows, cycles = drawn
    assert [row for row in rows[theme] if row[2] < LEAST[row[1]]] == []
    assert {kind for _, kind, _, _ in rows[theme]} == LEAST.keys()
    # Also the colours that no chapter has used yet.
    assert min(cycles[theme]) >= LEAST["line"], cycles


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
