"""Everyone can read every page: by ear, in both themes, on a phone."""

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
ON_A_PHONE = {"rules": WITHOUT_COLOURS["rules"] | {"target-size": {"enabled": True}}}
"""axe looks only if asked at whether a finger meets the button that it is meant for."""
PHONE = {"width": 360, "height": 740}
SPACED = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
"""What every text has to bear (WCAG 1.4.12). It is wider than any font of a reader's makes it, so
that what the tests find does not hang on the fonts of their machine."""
# What a frame of its own lets one scroll to does not jut out; what an edge cuts off does.
# One range for all: each makes every later change of the page slower.
JUTS_OUT = """(range => [...document.querySelectorAll("body *")].filter(element => {
  if (!element.checkVisibility({visibilityProperty: true})) return false;
  const beyond = ({left, right}) => left < -1 || right > innerWidth + 1;
  const words = [...element.childNodes].some(node => {
    range.selectNode(node);
    return node.nodeType === Node.TEXT_NODE && [...range.getClientRects()].some(beyond);
  });
  if (!words && !beyond(element.getBoundingClientRect())) return false;
  for (let frame = words ? element : element.parentElement; frame; frame = frame.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(frame).overflowX)) return false;
  return true;
}).map(element => element.outerHTML.slice(0, 100)))(document.createRange())"""
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
WIDTH = "document.scrollingElement.scrollWidth"
SCROLLS_BY_KEYBOARD = """() => [...document.querySelectorAll("pre, .drawing")].every(frame =>
  frame.scrollWidth <= frame.clientWidth || frame.tabIndex === 0)"""


@pytest.fixture(scope="module")
def examined(site, visit, book):
    """What is to be said of each page, by what it is about."""
    found = {}
    chapters = sorted(c.path.with_suffix(".html").as_posix() for c in book.chapters)
    desk = {"width": 1280, "height": 720}
    with visit("search.html", viewport=PHONE, reduced_motion="reduce") as opened:
        page = opened.page

        def show(theme):
            page.emulate_media(color_scheme=theme)
            page.wait_for_selector(f"html[data-theme={theme}]", state="attached")

        # The first page only leads to another.
        for name in (name for name in site.pages if name != "index.html"):
            page.set_viewport_size(PHONE)
            show("light")
            opened.go(name)
            row = found[name] = {}
            opened.unfold()
            # With all its words: to put them back takes a minute once axe has seen them.
            row["juts out"], row["width"] = page.evaluate(JUTS_OUT), page.evaluate(WIDTH)
            spaced = page.add_style_tag(content=SPACED)
            row["juts out, spaced"] = page.evaluate(JUTS_OUT)
            row["width, spaced"] = page.evaluate(WIDTH)
            spaced.evaluate("style => style.remove()")
            opened.judge()
            for theme in ("light", "dark"):
                show(theme)
                row[f"stands out, {theme}"] = page.evaluate(STANDS_OUT)
                row[f"cycle, {theme}"] = page.evaluate(CYCLE)
            row["headings"] = page.evaluate(HEADINGS)
            row["pictures"] = page.evaluate(WITHOUT_WORDS)
            # The theme looks a while later for what scrolls now.
            page.wait_for_function(SCROLLS_BY_KEYBOARD)
            page.evaluate(THIN)
            # What stands around the text is the same in every chapter.
            again = name in chapters[1:]
            within = {"within": "main"} if again else {}
            rules = {"runOnly": ["scrollable-region-focusable", "target-size"]}
            row["phone"] = page.evaluate(VIOLATIONS, {**(rules if again else ON_A_PHONE), **within})
            page.set_viewport_size(desk)
            row["desk"] = page.evaluate(VIOLATIONS, {**WITHOUT_COLOURS, **within})
            page.evaluate(THINNER)
            for theme in ("dark", "light"):
                show(theme)
                row[theme] = page.evaluate(VIOLATIONS, {**COLOURS, **within})
    return found


@pytest.mark.parametrize("state", ["desk", "phone", "light", "dark"])
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_drawings_and_marks_stand_out(examined, theme):
    found = [
        (name, *said) for name, row in examined.items() for said in row[f"stands out, {theme}"]
    ]
    assert [said for said in found if said[2] < LEAST[said[1]]] == []
    assert {kind for _, kind, _, _ in found} == LEAST.keys()
    # Also the colours that no chapter has used yet.
    assert min(min(row[f"cycle, {theme}"]) for row in examined.values()) >= LEAST["line"]
