"""Does a built page show what its cells have shown?

What the kernels showed has been compared with the expected outputs. Between them and the reader
are MyST-NB, Sphinx and the weaver; so here the HTML is read again, cell by cell: every text letter
by letter, and every drawing by each line, point and word in it. What of a drawing is the page's own
(colours, names, sizes) is left out.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import bs4

from literate.read.error import BookError
from literate.read.model import Cell

CELL = '<div class="cell '
OUTPUTS = '<div class="cell_output docutils container">'
PLACES = ("d", "points", "x", "y", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "transform")
"""Where a part of a drawing is; of `image` and `use`, too."""
BACKWARD = "backward"
PARTS = {"circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "text", "use"}
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
Told = tuple[str, Any]
"""A kind of output, and what of it the reader sees."""


def problems(
    page: Path, html: str, executed: Iterable[tuple[Cell, list[Any]]]
) -> Iterator[BookError]:
    """What `html`, the text of a built page, shows otherwise than its executed cells."""
    cells = [(cell, outputs) for cell, outputs in executed if _stands_there(cell, outputs)]
    pieces = html.split(CELL)[1:]
    if len(pieces) != len(cells):
        yield BookError(
            page, None, f"the page has {len(pieces)} cells, and its chapter shows {len(cells)}",
            REMEDY,
        )  # fmt: skip
        return
    for (cell, outputs), piece in zip(cells, pieces, strict=True):
        hidden = "remove-output" in cell.tags
        expected = [] if hidden else _joined(map(_of_output, outputs), cell)
        shown = _joined(_of_page(piece), cell)
        for wanted, there in itertools.zip_longest(expected, shown):
            if wanted != there:
                yield cell.error(f"{page} {_difference(wanted, there)}", REMEDY)


REMEDY = "look at the page there, and correct what literate/weave made of the output"


def _stands_there(cell: Cell, outputs: list[Any]) -> bool:
    """Whether anything of the cell is on its page."""
    without_code = "remove-input" in cell.tags
    return not cell.removed and not (without_code and ("remove-output" in cell.tags or not outputs))


def _of_output(output: Any) -> Told:
    """What a reader is to see of an output of a notebook."""
    if output["output_type"] == "stream":
        return output["name"], output["text"]
    if output["output_type"] == "error":
        return "exception", f"{output['ename']}: {output['evalue']}"
    data = output["data"]
    if "image/svg+xml" in data:
        svg = data["image/svg+xml"]
        return "drawing", _drawn(bs4.BeautifulSoup(svg[svg.index("<svg") :], "html.parser"))
    if "text/html" in data and (figure := _figure(data["text/html"])):
        return figure
    return "value", data.get("text/plain", "")


def _of_page(piece: str) -> Iterator[Told]:
    """What a reader sees below the code of a cell, which `piece` of a page begins with."""
    _, found, after = piece.partition(OUTPUTS)
    below = bs4.BeautifulSoup(f"{found}{after}", "html.parser").find("div", class_="cell_output")
    for block in below.find_all(True, recursive=False) if isinstance(below, bs4.Tag) else []:
        element = block
        if not {"drawing", "play"} & set(block.get("class") or ()):
            # A caption around it is the page's own.
            element = block.select_one(":scope > :is(.drawing, .play)") or block
        kinds = set(element.get("class") or ())
        if "stream" in kinds:
            yield "stderr" if "stderr" in kinds else "stdout", element.get_text()
        elif "traceback" in kinds:
            yield "exception", element.get_text()
        elif "drawing" in kinds:
            yield "drawing", _drawn(element)
        elif element.name == "figure" and (figure := _figure(str(element))):
            yield figure
        else:
            yield "value", element.get_text()


def _figure(html: str) -> Told | None:
    """What a figure to play with tells at each position of its slider; of a walk its drawing."""
    found = bs4.BeautifulSoup(html, "html.parser").find("figure", class_="play")
    if not isinstance(found, bs4.Tag) or not found.script:
        return None
    data = json.loads(found.script.get_text())
    if found.get("data-kind", data.get("kind")) == "slider":
        told = data.get("told") or [frame["say"] for (walk,) in [data["walks"]] for frame in walk]
        return "figure", [*told, *_drawn(found)]
    return "figure", _drawn(found)


def _drawn(drawing: bs4.Tag) -> list[str]:
    """The parts of a drawing: what, where, and the words in it."""
    found = []
    for part in drawing.select("svg *"):
        # What the weaver adds to an edge that may point back is no part of the cell's drawing.
        if part.name in PARTS and BACKWARD not in (part.get("class") or ()):
            places = [_rounded(str(part[key])) for key in PLACES if key in part.attrs]
            words = part.get_text().strip() if part.name == "text" else ""
            said = map(str, part.attrs.values())
            pictures = ["".join(value.split()) for value in said if value.startswith("data:")]
            found.append(" ".join([part.name, *places, *pictures, words]).strip())
    # The sheet that Graphviz draws first is not on the page.
    graph = drawing.select_one("g.graph > polygon")
    if graph is not None and found and str(graph.get("fill")) == "white":
        found.pop(0)
    return found


def _rounded(places: str) -> str:
    """Where something is, as exactly as a page has it."""
    return NUMBER.sub(lambda number: f"{float(number[0]):.2f}", " ".join(places.split()))


def _joined(found: Iterable[Told], cell: Cell) -> list[Told]:
    """The outputs as a page has them: what was written in turns is one text."""
    joined = []
    for kind, parts in itertools.groupby(found, key=lambda told: told[0]):
        told = [*parts]
        if kind in ("stdout", "stderr"):
            told = [(kind, "".join(what for _, what in told))]
        if kind == "stderr" and "remove-stderr" in cell.tags:
            continue
        joined += [(k, _seen(what) if isinstance(what, str) else what) for k, what in told]
    return joined


def _seen(text: str) -> str:
    """A text without the blanks at the end of its lines, and the empty lines around it."""
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).rstrip()


def _difference(wanted: Told | None, there: Told | None) -> str:
    if wanted and there and wanted[0] == there[0] and isinstance(wanted[1], list):
        pairs = itertools.zip_longest(wanted[1], there[1], fillvalue="(nothing)")
        one, other = next((a, b) for a, b in pairs if a != b)
        return f"shows in its {wanted[0]}:\n    {other[:200]}\n  and the cell has:\n    {one[:200]}"
    one, other = (f"{t[0]}: {str(t[1])[:500]}" if t else "nothing" for t in (wanted, there))
    return f"shows {other}\n  and the cell has {one}"
