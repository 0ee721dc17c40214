"""What a cell shows: defined once, for this process and for every other."""

from __future__ import annotations

import dataclasses
import sys

from IPython.lib.pretty import pretty


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a cell shows: printed text, the value of its last line, its plots, its exception."""

    prints: str = ""
    value: str = ""
    plots: str = ""
    raises: str = ""


def _text(value: object) -> str:
    """What the page says of a value; of a graph its source, which the page draws."""
    source = getattr(value, "source", None)
    return source if isinstance(source, str) else str(pretty(value))


def plots() -> str:
    """What the open figures of pyplot show, in words and end points; they are closed."""
    if "matplotlib.pyplot" not in sys.modules:
        return ""
    plt = sys.modules["matplotlib.pyplot"]
    described = []
    for number in plt.get_fignums():
        for axes in plt.figure(number).axes:
            described.append(" | ".join([axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]))
            for line in axes.lines:
                points = line.get_xydata()
                ends = [f"({x:.6g}, {y:.6g})" for x, y in (points[0], points[-1])]
                described.append(f"  {line.get_label()}: {len(points)} from {' to '.join(ends)}")
    plt.close("all")
    return "\n".join(described)
