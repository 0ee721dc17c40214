"""Figures to play with: what a chapter calls, and the data that it gives to its page.

    steps(L)                                   go forwards and backwards through an expression
    slider(draw, rates, "learning rate", alt)  one plot for each rate, and a slider

A figure holds a drawing, which is all that one sees in a notebook, on paper or without JavaScript,
and what the chapter's code computed. `player` makes the page's figure out of both.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import graphviz

SVG = "{http://www.w3.org/2000/svg}"
SLOPES: dict[str, Callable[[float, list[float]], list[float]]] = {
    "+": lambda out, x: [1.0] * len(x),
    "*": lambda out, x: [x[1], x[0]],
    "tanh": lambda out, x: [1 - out**2],
    "exp": lambda out, x: [out],
    "ReLU": lambda out, x: [float(out > 0)],
}
"""For an operation: its local slopes, from its result and the numbers of its children."""


class Play:
    """A drawing and what it shows; a notebook shows the drawing."""

    def __init__(self, drawing: str, data: dict[str, Any]) -> None:
        self.drawing = drawing
        self.data = data

    def _repr_html_(self) -> str:
        # Nothing in a script may look like its end.
        text = json.dumps(self.data, ensure_ascii=False).replace("</", "<\\/")
        return (
            f'<figure class="play">{self.drawing}'
            f'<script type="application/json">{text}</script></figure>'
        )

    def __repr__(self) -> str:
        return "\n".join(self.data["told"])


def steps(root: Any, *, add: bool = True, **walks: Iterable[Any]) -> Play:
    """Backpropagation through the expression that ends in `root`, one operation at a time.

    The way back goes through the values from the result to the leaves. Other ways can be given by
    name, each as the values in the order in which they hand on their slopes. With `add=False` a
    slope that arrives replaces what is there, as it does in an engine that says `=` for `+=`.
    The values need `data`, `_prev`, `_op` and `label`; their `grad` is neither used nor changed.

    Raises ValueError for an operation whose local slopes are not known here.
    """
    values = _in_order(root)
    number = {id(value): place for place, value in enumerate(values)}
    rules = [getattr(value, "_rule", None) for value in values]
    boxes = [
        {
            "label": value.label,
            "op": value._op,
            "children": [number[id(child)] for child in value._prev],
            "data": float(value.data),
        }
        for value in values
    ]
    ways = walks or {"": reversed(values)}
    data: dict[str, Any] = {"kind": "steps", "add": add, "boxes": boxes}
    data["walks"] = {
        name: _walk(boxes, rules, [number[id(value)] for value in way], add)
        for name, way in ways.items()
    }
    final = _grads(boxes, next(iter(data["walks"].values())))
    data["told"] = [
        f"{name or 'steps'}: {box['label'] or place} grad {grad:.6g}"
        for name, walk in data["walks"].items()
        for place, (box, grad) in enumerate(zip(boxes, _grads(boxes, walk)))
    ]
    return Play(_graph(boxes, final), data)


def _in_order(root: Any) -> list[Any]:
    """The values of an expression, each once and after its children."""
    order: list[Any] = []
    seen: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        value, children_done = waiting.pop()
        if children_done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            waiting.append((value, True))
            waiting += [(child, False) for child in reversed(value._prev)]
    return order


def _walk(
    boxes: list[dict[str, Any]], rules: list[Any], way: list[int], add: bool
) -> list[dict[str, Any]]:
    """What happens at each operation on the way back: who gets how much, and has how much then."""
    grads = [0.0] * len(boxes)
    grads[-1] = 1.0
    walk = []
    for place in way:
        box = boxes[place]
        gets = []
        for child, slope in zip(box["children"], _slopes(box, boxes, rules[place])):
            before = grads[child] if add else 0.0
            after = before + slope * grads[place]
            gets.append({"child": child, "slope": slope, "before": grads[child], "after": after})
            grads[child] = after
        if gets:
            walk.append({"box": place, "grad": grads[place], "gets": gets})
    return walk


def _slopes(box: dict[str, Any], boxes: list[dict[str, Any]], rule: Any) -> list[float]:
    """The local gradients: what the rule of the value says, where the engine has rules."""
    op, x = box["op"], [boxes[child]["data"] for child in box["children"]]
    if rule:
        return [float(slope) for slope in rule.gradients(box["data"], *x)]
    if op.startswith("**"):
        power = float(op[2:])
        return [power * x[0] ** (power - 1)]
    if op in SLOPES:
        return SLOPES[op](box["data"], x)
    if op:
        raise ValueError(f"steps has no slopes for the operation {op!r}; add them to SLOPES")
    return []


def _grads(boxes: list[dict[str, Any]], walk: list[dict[str, Any]]) -> list[float]:
    """The slope of every value when the walk is over."""
    grads = [0.0] * len(boxes)
    grads[-1] = 1.0
    for turn in walk:
        for get in turn["gets"]:
            grads[get["child"]] = get["after"]
    return grads


def _graph(boxes: list[dict[str, Any]], grads: list[float]) -> str:
    """The expression as `draw_dot` draws it, with names by which the page finds its parts."""
    dot = graphviz.Digraph(format="svg")
    dot.attr(rankdir="LR", ranksep="0.45")
    dot.attr("node", fontname="Helvetica")
    for place, (box, grad) in enumerate(zip(boxes, grads)):
        fields = f"{box['label']} | data {box['data']:.4g} | grad {grad:.4g}"
        dot.node(str(place), fields.removeprefix(" | "), shape="record", id=f"box-{place}")
        if box["op"]:
            dot.node(f"{place}{box['op']}", box["op"], id=f"op-{place}")
            dot.edge(f"{place}{box['op']}", str(place), id=f"from-{place}")
        for number, child in enumerate(box["children"]):
            dot.edge(str(child), f"{place}{box['op']}", id=f"edge-{place}-{number}")
    text: str = dot.pipe(encoding="utf-8")
    return text[text.index("<svg") :].strip()


def slider(
    draw: Callable[[Any], str], states: Sequence[Any], name: str, alt: str, *, first: int = 0
) -> Play:
    """A plot for each of `states`, which its reader chooses from.

    `draw(state)` draws one figure with pyplot, always with the same parts and axes, and returns
    what is to be said of it. The page holds the first plot whole, and of the others what differs.
    `name` is what the slider is called, `alt` the text alternative, and `first` the place of the
    state that is shown at first.

    Raises ValueError when the plots have different parts.
    """
    told, plots = [], []
    for state in states:
        told.append(draw(state))
        plots.append(_plot())
    drawing, frames = _differences(plots, first)
    return Play(drawing, {"kind": "slider", "name": name, "alt": alt, "first": first,
                          "told": told, "frames": frames})  # fmt: skip


def _differences(
    plots: list[ElementTree.Element], first: int
) -> tuple[str, list[dict[str, dict[str, str | None]]]]:
    """The first plot, its changing elements numbered, and for every plot what they say in it.

    An attribute that an element has in other plots and not in this one is None, as the path of a
    region that is empty at first: without it the region would stay as it was.
    """
    rows = list(zip(*(plot.iter() for plot in plots), strict=False))
    shapes = [[element.tag for element in plot.iter()] for plot in plots]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError(
            "slider: every state has to draw the same parts, only with other numbers; "
            "set the limits of the axes, so that they have the same marks"
        )
    frames: list[dict[str, dict[str, str | None]]] = [{} for _ in plots]
    number = 0
    for row in rows:
        said = [{**element.attrib, "text": (element.text or "").strip()} for element in row]
        keys = dict.fromkeys(key for one in said for key in one)
        changing = [key for key in keys if len({one.get(key) for one in said}) > 1]
        if changing:
            row[first].set("data-part", str(number))
            for frame, one in zip(frames, said):
                frame[str(number)] = {key: one.get(key) for key in changing}
            number += 1
    return ElementTree.tostring(plots[first], encoding="unicode"), frames


def _plot() -> ElementTree.Element:
    """The open figure of pyplot as SVG; it is closed."""
    import matplotlib.pyplot as plt

    file = io.StringIO()
    # With a salt of its own, a plot that is drawn twice has the same names in it; and letters are
    # letters, so that plots with other words have the same parts.
    with plt.rc_context({"svg.hashsalt": "slider", "svg.fonttype": "none"}):
        # Not `plt.savefig`, which draws the figure once more, for the screen.
        plt.gcf().savefig(file, format="svg", metadata={"Date": None})
    plt.close()
    ElementTree.register_namespace("", SVG[1:-1])
    return ElementTree.fromstring(file.getvalue())
