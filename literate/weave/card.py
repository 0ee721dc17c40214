"""The picture that a shared link to a page shows: the book, the page's title, its description."""

from __future__ import annotations

import textwrap
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

WIDTH, HEIGHT = 1200, 630
"""In pixels; what the networks that show such pictures ask for."""
PIXELS_PER_INCH = 100
MARGIN = 80
PAPER, INK, GREY = "#ffffff", "#1c2126", "#565d66"
FONT = "DejaVu Sans"
"""It comes with Matplotlib, so that the picture is the same on every machine."""


def draw(path: Path, book: str, title: str, description: str, colours: list[str]) -> None:
    """Draw the card of a page; the stripe at its foot has the colours of the book's plots."""
    figure = Figure((WIDTH / PIXELS_PER_INCH, HEIGHT / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
    figure.set_facecolor(PAPER)
    lines = textwrap.wrap(title, 24)
    size = 46 if len(lines) < 3 else 38
    for text, top, points, colour, weight in (
        (textwrap.fill(book, 64), 80, 20, GREY, "normal"),
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
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without the version of Matplotlib, which it writes otherwise.
    figure.savefig(path, metadata={"Software": None}, facecolor=PAPER, transparent=False)
