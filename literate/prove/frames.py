"""Does a figure with a slider show, at every position, what a plot of that moment alone shows?

A page holds one plot whole and of the others what differs. While a chapter is examined, each frame
is put into the plot as the page's script does it, and the result is compared with the plot itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from xml.etree import ElementTree

from literate.cells import play

AS_THEY_ARE = {"d", "style", "text", "transform", "x", "y", "width", "height", "points"}
"""What may differ between two plots: all else the weaver renames in the one that is drawn."""
Frame = dict[str, dict[str, str | None]]


@contextlib.contextmanager
def compared() -> Iterator[None]:
    """Within it, a slider with a frame that shows something else raises AssertionError."""
    unchecked = play._differences

    def checked(plots: list[ElementTree.Element], first: int) -> tuple[str, list[Frame]]:
        drawing, frames = unchecked(plots, first)
        for number, (plot, frame) in enumerate(zip(plots, frames, strict=True)):
            if told := problem(drawing, frame, plot):
                raise AssertionError(f"position {number} of the slider: {told}")
        return drawing, frames

    play._differences = checked
    try:
        yield
    finally:
        play._differences = unchecked


def problem(drawing: str, frame: Frame, plot: ElementTree.Element) -> str | None:
    """What the page would show otherwise than `plot` when it puts `frame` into `drawing`."""
    shown = ElementTree.fromstring(drawing)
    for element in shown.iter():
        for key, value in frame.get(element.attrib.pop("data-part", ""), {}).items():
            if key not in AS_THEY_ARE:
                return f"{key!r} differs between plots, and the page cannot follow it"
            if key == "text":
                element.text = value
            elif value is None:
                element.attrib.pop(key, None)
            else:
                element.set(key, value)
    for ours, theirs in zip(shown.iter(), plot.iter(), strict=True):
        if _said(ours) != _said(theirs):
            return f"it would show {_said(ours)} where the plot has {_said(theirs)}"
    return None


def _said(element: ElementTree.Element) -> dict[str, str]:
    told = {key: value for key, value in element.attrib.items() if key != "data-part"}
    return {**told, "tag": element.tag, "text": (element.text or "").strip()}
