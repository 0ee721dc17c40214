"""Everyone can do all there is to do on a page: by keyboard, on a phone, without motion."""

import pytest

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chapter(pages_with):
    """A chapter that has one of everything."""
    return pages_with(
        "article summary", "a.timecode", "figure.play", "button.watch", ".reading", ".drawing",
        "a.left-prev", "a.right-next",
    )[0]  # fmt: skip


FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const shadow = style.boxShadow.match(/(rgb[^)]*\\)) 0px 0px 0px [2-9]px(?! inset)/);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const ring = outlined ? style.outlineColor : shadow?.[1];
  let opacity = 1;
  for (let e = element; e; e = e.parentElement) opacity *= getComputedStyle(e).opacity;
  window.visited ??= new Set();
  const again = window.visited.has(element);
  window.visited.add(element);
  return {
    what: element.outerHTML.slice(0, 200),
    over: element === document.body,
    again,
    seen: opacity > 0.9 && element.checkVisibility({visibilityProperty: true}) &&
      box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    contrast: ring ? contrast.between(contrast.behind(element), ring) : 0,
  };
}"""


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_the_keyboard_gets_everywhere_and_one_sees_where_it_is(visit, chapter, theme, width):
    options = {"viewport": {"width": width, "height": 740}, "reduced_motion": "reduce"}
    with visit(chapter, color_scheme=theme, **options) as opened:
        page = opened.page
        opened.judge()
        opened.unfold()
        stops = []
        while True:
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop["over"]:
                break
            assert not stop["again"], f"the keyboard is trapped at {stop['what']}"
            stops.append(stop)
        assert [s for s in stops if not s["seen"] or s["contrast"] < 3] == []
        reached = "\n".join(stop["what"] for stop in stops)
        for needed in ("#main-content", "theme-switch-button", "search-button__button", "copybtn",
                       "<summary", "timecode", "left-prev", "right-next"):  # fmt: skip
            assert needed in reached
        left_out = page.evaluate("""[...document.querySelectorAll("a[href], button, summary")]
            .filter(e => e.checkVisibility({visibilityProperty: true}) && !window.visited.has(e))
            .map(e => e.outerHTML.slice(0, 90))""")
        # These are for the mouse, and say nothing that the heading beside them does not.
        assert [e for e in left_out if "headerlink" not in e] == []


def test_what_there_is_to_do_is_done_by_keyboard(visit, chapter):
    with visit(chapter, viewport={"width": 1280, "height": 740}) as opened:
        page, press = opened.page, opened.page.keyboard.press
        press("Tab")
        press("Enter")
        assert page.evaluate("location.hash") == "#main-content"
        press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")

        page.focus(".search-button-field")
        press("Enter")
        assert page.evaluate("document.activeElement.matches('dialog[open] input')")
        page.keyboard.type("slope")
        press("Escape")
        assert page.evaluate("document.activeElement.matches('.search-button-field')")

        fold = page.locator("article summary").first
        fold.focus()
        press("Enter")
        assert fold.evaluate("summary => summary.parentElement.open")

        # More than once: the theme took the focus away after the first.
        page.focus(".theme-switch-button")
        modes = []
        for _ in range(3):
            press("Enter")
            modes.append(page.evaluate("document.documentElement.dataset.mode"))
        assert sorted(modes) == ["auto", "dark", "light"]


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(visit, chapter):
    with visit(chapter, viewport=PHONE, reduced_motion="reduce") as opened:
        page = opened.page
        for button, sidebar in ((".primary-toggle", "primary"), (".secondary-toggle", "secondary")):
            page.focus(button)
            page.keyboard.press("Enter")
            link = page.locator(f"#pst-{sidebar}-sidebar-modal[open] a").first
            link.wait_for(state="visible")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('dialog') !== null")
            page.keyboard.press("Escape")
            link.wait_for(state="detached")
            assert page.evaluate("b => document.activeElement.matches(b)", button)


MOVING = """() => {
  const moving = new Set();
  for (const element of document.querySelectorAll("*"))
    for (const part of ["", "::before", "::after"]) {
      const style = getComputedStyle(element, part || undefined);
      const times = style.transitionDuration.split(", ").map(parseFloat);
      if (style.animationName !== "none" || Math.max(...times) > 0 ||
          style.scrollBehavior !== "auto") moving.add(element.tagName + part);
    }
  return [...moving];
}"""


def test_nothing_moves_for_those_who_ask_for_that(visit, chapter):
    with visit(chapter) as opened:
        opened.unfold()
        assert opened.page.evaluate(MOVING)
        opened.page.emulate_media(reduced_motion="reduce")
        assert opened.page.evaluate(MOVING) == []
