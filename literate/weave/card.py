"""The picture that a shared link to a page shows: the book, the page's title, its description."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Shape

WIDTH, HEIGHT = 1200, 630
"""In pixels; what the networks that show such pictures ask for."""
PIXELS_PER_INCH = 100
MARGIN = 80
PAPER, INK, GREY = "#ffffff", "#1c2126", "#565d66"
FONT = "DejaVu Sans"
"""It comes with Matplotlib, so that the picture is the same on every machine."""
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
PICTURE = (790, 70, 330, 290)
"""Where a figure stands on the card: from the left, from the top, how wide and how high at most."""


def draw(
    path: Path, book: str, title: str, description: str, colours: list[str], plot: str = ""
) -> None:
    """Draw the card of a page; the stripe at its foot has the colours of the book's plots.

    `plot` is one of Matplotlib's as SVG. Its first axes are shown beside the title.
    """
    figure = Figure((WIDTH / PIXELS_PER_INCH, HEIGHT / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
    figure.set_facecolor(PAPER)
    lines = textwrap.wrap(title, 20 if plot else 24)
    size = 46 if len(lines) < 3 else 38 if len(lines) < 4 else 32
    for text, top, points, colour, weight in (
        (textwrap.fill(book, 38 if plot else 64), 80, 20, GREY, "normal"),
        ("\n".join(lines), 150, size, INK, "bold"),
        (textwrap.fill(description, 64), 400, 20, INK, "normal"),
    ):
        figure.text(
            MARGIN / WIDTH, 1 - top / HEIGHT, text, family=FONT, size=points, color=colour,
            weight=weight, va="top", linespacing=1.3, parse_math=False,
        )  # fmt: skip
    for number, colour in enumerate(colours):
        place = number / len(colours), 0
        stripe = Rectangle(place, 1 / len(colours), 16 / HEIGHT, color=colour, linewidth=0)
        figure.add_artist(stripe)
    if plot:
        _show(figure, plot)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without the version of Matplotlib, which it writes otherwise.
    figure.savefig(path, metadata={"Software": None}, facecolor=PAPER, transparent=False)


def _show(figure: Figure, plot: str) -> None:
    """Put the areas and the points of a plot's first axes on a card, without the axes."""
    axes_in_svg = next(g for g in _groups(ElementTree.fromstring(plot), "axes_"))
    paper = _corners(next(_groups(axes_in_svg, "patch_")).find(f"{SVG}path"))
    (left, right), (top, bottom) = ((min(one), max(one)) for one in zip(*paper, strict=True))
    x, y, width, height = PICTURE
    scale = min(width / (right - left), height / (bottom - top))
    size = scale * (right - left) / WIDTH, scale * (bottom - top) / HEIGHT
    axes = figure.add_axes((x / WIDTH, 1 - y / HEIGHT - size[1], *size))
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.axis("off")
    for group in axes_in_svg.iter(f"{SVG}g"):
        for area in group.findall(f"{SVG}path") if "clip-path" not in group.attrib else ():
            style = _style(area)
            seen = float(style.get("fill-opacity", style.get("opacity", 1)))
            if style.get("fill", "none") != "none" and seen < 1 and area.get("d"):
                codes = [
                    Shape.LINETO if letter == "L" else Shape.MOVETO
                    for letter in re.findall("[ML]", area.get("d", ""))
                ]
                shape = Shape(_corners(area), codes)
                axes.add_patch(PathPatch(shape, color=style["fill"], alpha=seen, lw=0))
        for point in group.findall(f"{SVG}use"):
            ink = _style(point).get("fill", "none")
            if XLINK in point.attrib and ink != "none" and "clip-path" in group.attrib:
                axes.plot(float(point.get("x", 0)), float(point.get("y", 0)), "o", ms=5, color=ink)


def _groups(root: ElementTree.Element, name: str) -> Any:
    return (g for g in root.iter(f"{SVG}g") if (g.get("id") or "").startswith(name))


def _style(element: ElementTree.Element) -> dict[str, str]:
    said = (one.split(":") for one in element.get("style", "").split(";") if ":" in one)
    return {key.strip(): value.strip() for key, value in said}


def _corners(path: ElementTree.Element | None) -> list[tuple[float, float]]:
    assert path is not None
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))
