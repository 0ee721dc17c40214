"""The edges of a graph that its reader goes back through: each with an arrow for either direction.

Graphviz draws one arrow, from a value to the operation that takes it. On the way back the gradient
goes from the operation to the value, multiplied by the local gradient. So each edge gets a second
head, at its beginning, and a place for that number. Which of them are seen is said by the class
`back` (see `play.js`).
"""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from literate.weave.drawings import SVG, tag

LONG, BROAD = 10, 3.5
"""A head of Graphviz's: how long it is, and how far it goes to each side."""
ABOVE = 4
"""How far above the middle of its edge a number stands."""
Point = tuple[float, float]


def both_ways(svg: str) -> str:
    """The drawing of a graph, with edges that can point back and say a number."""
    root = ElementTree.fromstring(svg)
    for edge in root.iter(tag("g")):
        if edge.get("class") == "edge":
            _equip(edge)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _equip(edge: ElementTree.Element) -> None:
    line, head = edge.find(tag("path")), edge.find(tag("polygon"))
    assert line is not None and head is not None, "an edge without an arrow"
    head.set("class", "forward")
    curve, tip = _points(line.get("d", "")), _points(head.get("points", ""))[1]
    begin, end = curve[0], curve[-1]
    _add(edge, "path", d=f"M{_at(end)}L{_at(tip)}", fill="none", stroke="black")
    _add(edge, "polygon", points=_head(begin, curve[1]), fill="black", stroke="black")
    x, y = _middle(curve)
    _add(edge, "text", x=f"{x:.2f}", y=f"{y - ABOVE:.2f}", **{"text-anchor": "middle"})


def _add(edge: ElementTree.Element, name: str, **attributes: str) -> None:
    ElementTree.SubElement(edge, tag(name), {"class": "backward", **attributes})


def _points(text: str) -> list[Point]:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _at(point: Point) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"


def _head(tip: Point, towards: Point) -> str:
    """The corners of a head with its tip here, on a line that goes on in that direction."""
    along = math.atan2(towards[1] - tip[1], towards[0] - tip[0])
    x, y = math.cos(along), math.sin(along)
    foot = tip[0] + LONG * x, tip[1] + LONG * y
    sides = ((foot[0] - side * y, foot[1] + side * x) for side in (BROAD, -BROAD))
    one, other = map(_at, sides)
    return f"{one} {_at(tip)} {other} {one}"


def _middle(curve: list[Point]) -> Point:
    """The middle of the middle one of the curves that an edge is made of; each has four points."""
    start = 3 * ((len(curve) - 1) // 3 // 2)
    a, b, c, d = curve[start : start + 4]
    x, y = ((a[i] + 3 * b[i] + 3 * c[i] + d[i]) / 8 for i in (0, 1))
    return x, y
