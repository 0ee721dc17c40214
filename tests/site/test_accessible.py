"""Everyone can use every page: by ear, by keyboard, on a phone, without motion."""

import itertools

import pytest

VIOLATIONS = """async ({within, ...options}) => {
  if (within && !document.querySelector(within)) return [];
  const asked = {resultTypes: ["violations"], preload: false, ...options};
  const found = await axe.run(within ?? document, asked);
  return found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
THIN = """() => {
  const paths = new Map([[document.body, ""]]), seen = new Set();
  const look = element => ["class", "style", "fill"].map(name => element.getAttribute(name)).join();
  const path = element => {
    if (!paths.has(element))
      paths.set(element, `${path(element.parentElement)} ${element.tagName}.${look(element)}`);
    return paths.get(element);
  };
  const words = [...document.querySelectorAll("pre span")].filter(
    word => !word.childElementCount && word.attributes.length <= 1);
  const alike = word => seen.size === seen.add(path(word)).size;
  const listed = words.filter(alike);
  const drawn = [...document.querySelectorAll("main svg text")].filter(alike);
  listed.forEach(word => word.replaceWith(word.textContent));
  drawn.forEach(word => word.remove());
}"""
"""Of the words of listings and drawings that look alike, standing in the same kinds of elements, it
leaves the first as it is. What axe says of it holds for the others, and it needs a fifth of the
time for a page of a book, which is mostly such words."""
THINNER = """() => {
  const seen = new Set(JSON.parse(sessionStorage.getItem("judged") ?? "[]"));
  const look = element => [element.tagName, ...["class", "style", "fill", "open", "type"].map(
    name => element.getAttribute(name))].join();
  const short = text => {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (const letter of text) {
      one = Math.imul(one ^ letter.codePointAt(0), 2654435761);
      two = Math.imul(two ^ letter.codePointAt(0), 1597334677);
    }
    return `${one >>> 0}.${two >>> 0}`;
  };
  const within = new Map();
  const tell = element => {
    const parts = new Set([...element.children].map(tell));
    if ([...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
      parts.add("words");
    const told = short(`${look(element)} has ${[...parts].sort()}`);
    within.set(element, told);
    return told;
  };
  const walk = (element, path) => {
    for (const child of [...element.children]) {
      const kind = short(`${path} ${within.get(child)}`);
      if (seen.has(kind)) child.remove();
      else walk(child, short(`${path} ${look(child)}`));
      seen.add(kind);
    }
  };
  const main = document.querySelector("main");
  if (main) {
    tell(main);
    walk(main, "");
  }
  sessionStorage.setItem("judged", JSON.stringify([...seen]));
}"""
"""Of what looks alike, on this page and on those before it, it leaves one: of the colours, what axe
says of that holds for the others. They are in elements of the same
kinds, and have the same in them."""
OPEN_FOLDS = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
HEADINGS = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")]
  .filter(heading => heading.checkVisibility())
  .map(heading => Number(heading.ariaLevel || heading.tagName[1]))"""
WITHOUT_WORDS = """[...document.querySelectorAll("img, svg")].filter(picture =>
  !picture.closest("[aria-hidden=true]") && !(picture.matches("img[alt]") ||
  picture.matches("svg[role=img]") && picture.getAttribute("aria-label")?.trim() ||
  picture.querySelector(":scope > title")?.textContent.trim())
).map(picture => picture.outerHTML.slice(0, 100))"""
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": ABOUT_COLOURS}
WITHOUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in ABOUT_COLOURS}}
PHONE = {"width": 360, "height": 740}
SPACED = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
"""What every text has to bear (WCAG 1.4.12). It is wider than any font of a reader's makes it, so
that what the tests find does not hang on the fonts of their machine."""
# What a frame of its own lets one scroll to does not jut out; what an edge cuts off does.
JUTS_OUT = """[...document.querySelectorAll("body *")].filter(element => {
  if (!element.checkVisibility({visibilityProperty: true})) return false;
  const range = document.createRange();
  const beyond = ({left, right}) => left < -1 || right > innerWidth + 1;
  const words = [...element.childNodes].some(node => {
    range.selectNode(node);
    return node.nodeType === Node.TEXT_NODE && [...range.getClientRects()].some(beyond);
  });
  if (!words && !beyond(element.getBoundingClientRect())) return false;
  for (let frame = words ? element : element.parentElement; frame; frame = frame.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(frame).overflowX)) return false;
  return true;
}).map(element => element.outerHTML.slice(0, 100))"""
WIDTH = "document.scrollingElement.scrollWidth"
SCROLLS_BY_KEYBOARD = """() => [...document.querySelectorAll("pre, .drawing")].every(frame =>
  frame.scrollWidth <= frame.clientWidth || frame.tabIndex === 0)"""


@pytest.fixture(scope="module")
def examined(site, visit, book):
    """What is to be said of each page, by what it is about."""
    found = {}
    chapters = sorted(c.path.with_suffix(".html").as_posix() for c in book.chapters)
    desk = {"width": 1280, "height": 720}
    with visit("search.html", viewport=desk, reduced_motion="reduce") as opened:
        page = opened.page
        # The first page only leads to another.
        for name in (name for name in site.pages if name != "index.html"):
            page.set_viewport_size(desk)
            page.emulate_media(color_scheme="light")
            opened.go(name)
            opened.judge()
            row = found[name] = {}
            page.evaluate(THIN)
            page.evaluate(OPEN_FOLDS)
            # What stands around the text is the same in every chapter.
            again = name in chapters[1:]
            within = {"within": "main"} if again else {}
            row["light"] = page.evaluate(VIOLATIONS, {**WITHOUT_COLOURS, **within})
            row["headings"] = page.evaluate(HEADINGS)
            row["pictures"] = page.evaluate(WITHOUT_WORDS)
            page.set_viewport_size(PHONE)
            # The theme looks a while later for what scrolls now.
            page.wait_for_function(SCROLLS_BY_KEYBOARD)
            rules = {"runOnly": ["scrollable-region-focusable"]} if again else WITHOUT_COLOURS
            row["phone"] = page.evaluate(VIOLATIONS, {**rules, **within})
            page.set_viewport_size(desk)
            page.evaluate(THINNER)
            row["light"] += page.evaluate(VIOLATIONS, {**COLOURS, **within})
            page.emulate_media(color_scheme="dark")
            page.wait_for_selector("html[data-theme=dark]", state="attached")
            row["dark"] = page.evaluate(VIOLATIONS, {**COLOURS, **within})
            page.set_viewport_size(PHONE)
            # With all its words again; putting them back takes a minute once axe has seen them.
            opened.go(name)
            page.evaluate(OPEN_FOLDS)
            row["juts out"], row["width"] = page.evaluate(JUTS_OUT), page.evaluate(WIDTH)
            page.add_style_tag(content=SPACED)
            row["juts out, spaced"] = page.evaluate(JUTS_OUT)
            row["width, spaced"] = page.evaluate(WIDTH)
    return found


@pytest.mark.parametrize("state", ["light", "dark", "phone"])
def test_axe_finds_no_violation(examined, state):
    found = [f"{name}: {said}" for name, row in examined.items() for said in row[state]]
    assert not found, "\n\n".join([f"{len(found)} violations", *found[:20]])


def test_headings_are_in_order(examined):
    for name, row in examined.items():
        levels = row["headings"]
        assert levels.count(1) == 1, (name, levels)
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), (name, levels)


def test_every_picture_has_words_or_is_decoration(examined):
    assert {name: row["pictures"] for name, row in examined.items() if row["pictures"]} == {}


@pytest.mark.parametrize("text", ["", ", spaced"], ids=["as it is", "spaced"])
def test_no_page_scrolls_sideways_on_a_phone(examined, text):
    out, width = f"juts out{text}", f"width{text}"
    assert {name: row[out] for name, row in examined.items() if row[out]} == {}
    assert {name: row[width] for name, row in examined.items() if row[width] > PHONE["width"]} == {}


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
        page.evaluate(OPEN_FOLDS)
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
        opened.page.evaluate(OPEN_FOLDS)
        assert opened.page.evaluate(MOVING)
        opened.page.emulate_media(reduced_motion="reduce")
        assert opened.page.evaluate(MOVING) == []
