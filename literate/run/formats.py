"""The formats in which a page gets what a cell shows: alike from a kernel and in this process."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core.formatters import BaseFormatter, DisplayFormatter
from IPython.core.pylabtools import select_figure_formats
from traitlets import ObjectName, Unicode
from traitlets.config.loader import PyFileConfigLoader

from literate.run import plots
from literate.run.shown import PLOTS

KERNEL_CONFIG = Path(__file__).with_name("ipython_kernel_config.py")


class PlotFormatter(BaseFormatter):  # type: ignore[misc]  # mypy does not read IPython
    """Describes the figures that pyplot hands to the page.

    A function registered for them would not do: Matplotlib takes those of all formatters away.
    """

    format_type = Unicode(PLOTS)
    print_method = ObjectName("_repr_x_plots_")

    def __call__(self, shown: Any) -> str | None:
        kind = type(shown)
        is_figure = (kind.__module__, kind.__name__) == ("matplotlib.figure", "Figure")
        return plots.describe(shown) if is_figure else None


def describe(formatter: Any) -> None:
    """Have `formatter` say of a graph its source and of a plot its description (see `plots`), so
    that what a page shows can be compared."""
    formatter.formatters["text/plain"].for_type_by_name(
        "graphviz.graphs", "Digraph", lambda graph, printer, cycle: printer.text(graph.source)
    )
    formatter.formatters[PLOTS] = PlotFormatter(parent=formatter)


def as_in_a_kernel() -> DisplayFormatter:
    """What formats values in this process as in the kernels that make the pages."""
    settings = PyFileConfigLoader(KERNEL_CONFIG.name, str(KERNEL_CONFIG.parent)).load_config()
    formatter = DisplayFormatter()
    drawn = settings.InlineBackend
    select_figure_formats(
        SimpleNamespace(display_formatter=formatter), drawn.figure_formats,
        **drawn.print_figure_kwargs,
    )  # fmt: skip
    describe(formatter)
    return formatter
