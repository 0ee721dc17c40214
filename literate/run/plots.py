"""Describe a plot by what it shows: its words, and the data of everything drawn in it.

The pixels of a plot are others with every version of Matplotlib; what it says is not. So a plot is
compared by this text, in which each line, cloud of points, bar and image has its number of points,
where they begin and end, and for each coordinate one number that weighs all of them. Whichever
point moves, and whichever two change places, that number is another.

Nothing here imports anything of ours: a kernel that has none of it runs this very text.
"""

from __future__ import annotations

import sys
from typing import Any

CHOSEN = {
    "FixedFormatter", "FixedLocator", "FuncFormatter", "StrCategoryFormatter", "StrCategoryLocator",
}  # fmt: skip
"""How Matplotlib keeps the ticks that the author has named."""


def plots() -> str:
    """Describe the open figures of pyplot, and close them."""
    if "matplotlib.pyplot" not in sys.modules:
        return ""
    plt = sys.modules["matplotlib.pyplot"]
    described = [describe(plt.figure(number)) for number in plt.get_fignums()]
    plt.close("all")
    return "\n".join(described)


def describe(figure: Any) -> str:
    """What a figure shows: for each of its axes the words, the scales, and what is drawn there."""
    told = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        words = axes.get_title(), axes.get_xlabel(), axes.get_ylabel()
        told.append(" | ".join(words).rstrip())
        told += [f"  {name}: {said}" for name in "xy" if (said := _axis(axes, name))]
        told += [f"  {_artist('line', line)}: {_points(line.get_xydata())}" for line in axes.lines]
        for drawn in axes.collections:
            told.append(f"  {_artist('collection', drawn)}: {_collection(drawn)}")
        for patch in axes.patches:
            corners = patch.get_patch_transform().transform(patch.get_path().vertices)
            told.append(f"  {_artist('patch', patch)}: {_points(corners)}")
        for image in axes.images:
            shape = " × ".join(map(str, image.get_array().shape))
            told.append(f"  image: {shape}, weighing {_weight(image.get_array())}")
        for text in axes.texts:
            place = ", ".join(f"{float(number):.6g}" for number in text.get_position())
            told.append(f"  text at ({place}): {text.get_text()}")
    return "\n".join(told)


def _axis(axes: Any, name: str) -> str:
    """What the author chose for an axis: its scale, its limits, the names of its ticks."""
    said = []
    if (scale := getattr(axes, f"get_{name}scale")()) != "linear":
        said.append(scale)
    if not getattr(axes, f"get_autoscale{name}_on")():
        said.append("from {:.6g} to {:.6g}".format(*getattr(axes, f"get_{name}lim")()))
    axis = getattr(axes, f"{name}axis")
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    if type(locator).__name__ in CHOSEN and type(formatter).__name__ in CHOSEN:
        said.append(" | ".join(formatter.format_ticks(locator())))
    return ", ".join(said)


def _artist(kind: str, artist: Any) -> str:
    """What an artist is; with its label, unless Matplotlib has made that one up."""
    label = str(artist.get_label())
    return kind if label.startswith("_") or not label else f"{kind} '{label}'"


def _collection(drawn: Any) -> str:
    """Where a collection has its points, or else its corners; and the values that colour them."""
    import numpy as np

    offsets: Any = np.ma.filled(np.ma.asarray(drawn.get_offsets(), float), np.nan)
    corners = [path.vertices for path in drawn.get_paths() if len(path.vertices)]
    if len(offsets) > 1 or offsets.any() or not corners:
        said = _points(offsets)
    else:
        said = _points(np.concatenate(corners))
    if drawn.get_array() is not None:
        return f"{said}, coloured by values weighing {_weight(drawn.get_array())}"
    colours = drawn.get_facecolor()
    return said if len(colours) < 2 else f"{said}, in colours weighing {_weight(colours)}"


def _points(points: Any) -> str:
    """How many points there are, the first and the last of them, and what all of them weigh."""
    import numpy as np

    points = np.ma.filled(np.ma.asarray(points, float), np.nan)
    if not len(points):
        return "nothing"
    first, last = (f"({x:.6g}, {y:.6g})" for x, y in (points[0], points[-1]))
    weights = ", ".join(_weight(points[:, axis]) for axis in (0, 1))
    return f"{len(points)} from {first} to {last}, weighing ({weights})"


def _weight(values: Any) -> str:
    """One number for an array: its mean, in which the last value counts twice the first."""
    import numpy as np

    flat: Any = np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    here = np.isfinite(flat)
    weights = np.linspace(1, 2, flat.size)
    mean = (flat[here] * weights[here]).sum() / max(flat.size, 1)
    return f"{mean:.8g}" + ("" if here.all() else f" of {here.sum()} numbers")
