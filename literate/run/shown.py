"""What a cell shows: defined once, for this process, for every kernel and for the page."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from IPython.lib.pretty import pretty

PLOTS = "application/x-plots"
"""The type under which a kernel gives the description of a plot, beside its picture."""


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a cell shows: printed text, the value of its last line, its plots, its exception.

    `stderr` is what it wrote there, which no page shows: warnings, logs, progress. `numbers` are
    those that the text below takes from it, and `asserts` how many things it asserts where nobody
    sees it; both are None where that is not known, as in a notebook.
    """

    prints: str = ""
    value: str = ""
    plots: str = ""
    raises: str = ""
    stderr: str = ""
    numbers: str | None = ""
    asserts: str | None = ""


NOTHING = Shown(numbers=None, asserts=None)
"""What a cell of a notebook shows that shows nothing."""


def text(value: object) -> str:
    """What the page says of a value; of a graph its source, which the page draws."""
    source = getattr(value, "source", None)
    return source if isinstance(source, str) else str(pretty(value))


def of_outputs(outputs: Iterable[Any]) -> Shown:
    """What the outputs of a notebook's cell show; its plots were described (see `in_kernel`)."""
    found: dict[str, list[str]] = {n: [] for n in ("prints", "value", "plots", "raises", "stderr")}
    for output in outputs:
        if output["output_type"] == "error":
            found["raises"].append(f"{output['ename']}: {output['evalue']}")
        elif output["output_type"] == "stream":
            found["prints" if output["name"] == "stdout" else "stderr"].append(output["text"])
        elif described := (output["data"] | output["metadata"]).get(PLOTS):
            found["plots"].append(described)
        else:
            found["value"].append(output["data"].get("text/plain", ""))
    streams = {"prints", "stderr"}
    parts = {n: ("" if n in streams else "\n").join(texts) for n, texts in found.items()}
    return Shown(**parts, numbers=None, asserts=None)
