"""Put drawings into the page itself, so that they follow its theme and can be read aloud.

An SVG file shown as an image knows nothing of the page around it. Written into the page, its lines
and letters take the page's text colour and the plots' colours become variables of the style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

# Of ours and of what is installed nothing is imported here: in the reader's browser there is none.
Words = Callable[..., str]

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
TEXT_COLOURS = {"black", "#000000", "#000"}
PIXELS_PER_POINT = 4 / 3
PLACES = {"d", "points", "transform", "x", "y", "width", "height"}
"""The attributes that say where something is. A hundredth of a point is less than one sees."""
SMALLEST = 0.65
READABLE = 2500


def tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


def cycle(matplotlibrc: Path) -> list[str]:
    """The colours of the plots' lines, in order, as the book's matplotlibrc sets them."""
    from matplotlib import rc_params_from_file

    parameters = rc_params_from_file(matplotlibrc, use_default_template=False)
    return [colour.lower() for colour in parameters["axes.prop_cycle"].by_key()["color"]]


def inline(
    svg: str, name: str, alternative: str | None, colours: list[str], say: Words
) -> str | None:
    """The drawing as an element of the page; None when it has no alternative text.

    `name` is the drawing's own on its page, and the names inside begin with it. `colours[i]`
    becomes the style sheet's variable `--plot-{i}`. The text alternative of a graph that Graphviz
    drew is made from the graph, unless one is given.
    """
    root = ElementTree.fromstring(svg)
    alternative = alternative or describe(root, say)
    if not alternative:
        return None
    for parent in list(root.iter()):
        for child in list(parent):
            # A title would pop up as "0" or "0->2" under the mouse.
            if child.tag in (tag("metadata"), tag("title"), tag("desc")):
                parent.remove(child)
    graph = _unpaper(root)
    for element in root.iter():
        _adapt(element, name, colours)
    width = root.attrib.pop("width", "")
    root.attrib.pop("height", None)
    if graph:
        # Graphviz sets letters of 14 points; as 14 pixels they suit the page.
        root.set("class", "graph")
        pixels = float(width[:-2])
        _tell_apart(root)
        # Shrunk to the page as far as one can still read it; what is far too wide is for looking.
        least = f"; min-width: {SMALLEST * pixels:.0f}px" if pixels < READABLE else ""
        root.set("style", f"width: {pixels:.0f}px{least}")
    elif width.endswith("pt"):
        root.set("style", f"width: {float(width[:-2]) * PIXELS_PER_POINT:.0f}px")
    root.set("role", "img")
    root.set("aria-label", alternative)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def scrolling(kind: str, element: str) -> str:
    """A frame in which an element scrolls when it is too wide for the page.

    It has the theme's class for such frames, whose script lets the keyboard stop there.
    """
    return f'<div class="{kind} pst-scrollable-table-container" tabindex="0">{element}</div>'


def _unpaper(root: ElementTree.Element) -> bool:
    """Take away the white sheet that Graphviz draws under a graph; is there one at all?"""
    graph = root.find(f"{tag('g')}[@class='graph']")
    if graph is None:
        return False
    if (sheet := graph.find(tag("polygon"))) is not None:
        graph.remove(sheet)
    return True


def _tell_apart(graph: ElementTree.Element) -> None:
    """Name the kinds of numbers in a graph, which have a colour each."""
    for text in graph.iter(tag("text")):
        kind = (text.text or "").partition(" ")[0]
        if kind in ("data", "grad"):
            text.set("class", kind)


def _adapt(element: ElementTree.Element, prefix: str, colours: list[str]) -> None:
    """Theme colours instead of fixed ones; names that no other drawing on the page has."""
    if XLINK in element.attrib:
        element.set("href", element.attrib.pop(XLINK))
    for key, value in list(element.attrib.items()):
        if key == "id":
            value = f"{prefix}-{value}"
        elif key == "href":
            value = value.replace("#", f"#{prefix}-", 1)
        else:
            value = value.replace("url(#", f"url(#{prefix}-")
        if key in ("fill", "stroke"):
            value = _colour(value, colours)
        else:
            value = themed(key, value, colours)
        element.set(key, value)
    if element.tag == tag("text") and "fill" not in element.attrib.get("style", ""):
        element.attrib.setdefault("fill", "currentColor")


def themed(key: str, value: str, colours: list[str]) -> str:
    """An attribute of a drawing: with the theme's colours, and no finer than one can see."""
    if key == "style":
        return re.sub(
            r"(fill|stroke): (#[0-9a-fA-F]+)", lambda m: f"{m[1]}: {_colour(m[2], colours)}", value
        )
    if key in PLACES:
        return re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", value)
    return value


def _colour(value: str, colours: list[str]) -> str:
    if value.lower() in TEXT_COLOURS:
        return "currentColor"
    if value.lower() in colours:
        return f"var(--plot-{colours.index(value.lower())})"
    return value


def describe(root: ElementTree.Element, say: Words) -> str:
    """In words, a graph that Graphviz drew: every box, and what its operation combines.

    "Graph: a, data 2.0000; b, data −3.0000; e, data −6.0000 = a * b".
    """
    words: dict[str, str] = {}
    operations: set[str] = set()
    comes_from: dict[str, list[str]] = {}
    for group in root.iter(tag("g")):
        title = group.findtext(tag("title"), "")
        if group.get("class") == "node":
            texts = [t.text.strip() for t in group.iter(tag("text")) if t.text and t.text.strip()]
            words[title] = ", ".join(texts).replace("-", "−")
            if group.find(tag("ellipse")) is not None:
                operations.add(title)
        elif group.get("class") == "edge":
            start, end = re.split(r"->|--", title)
            comes_from.setdefault(end, []).append(start)
    if not words:
        return ""

    def name(node: str) -> str:
        return words[node].split(",")[0]

    told = []
    for node, text in words.items():
        if node in operations:
            continue
        sources = comes_from.get(node, [])
        if len(sources) == 1 and sources[0] in operations:
            operands = [name(n) for n in comes_from[sources[0]]]
            sign = words[sources[0]].replace("−", "-")
            joined = f" {sign} ".join(operands)
            if len(operands) == 1:
                joined = say("graph function", function=sign, operand=operands[0])
            text = say("graph operation", box=text, operands=joined)
        elif sources:
            text = say("graph sources", box=text, sources=", ".join(name(n) for n in sources))
        told.append(text)
    return say("graph", boxes="; ".join(told))
