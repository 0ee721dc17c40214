"""What a kernel does for the pages besides running cells, as an extension of IPython.

It says of a graph its source and of a plot its description (see `plots`), so that what a page shows
can be compared, and watches the cells as `watch` does in this process.
"""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.formatters import BaseFormatter
from traitlets import ObjectName, Unicode

from literate.run import plots, watch
from literate.run.shown import PLOTS


class PlotFormatter(BaseFormatter):
    """Describes the figures that pyplot hands to the page.

    A function registered for them would not do: Matplotlib takes those of all formatters away.
    """

    format_type = Unicode(PLOTS)
    print_method = ObjectName("_repr_x_plots_")

    def __call__(self, shown: Any) -> str | None:
        kind = type(shown)
        is_figure = (kind.__module__, kind.__name__) == ("matplotlib.figure", "Figure")
        return plots.describe(shown) if is_figure else None


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython when a kernel starts."""
    formatters: Any = shell.display_formatter.formatters
    formatters["text/plain"].for_type_by_name(
        "graphviz.graphs", "Digraph", lambda graph, printer, cycle: printer.text(graph.source)
    )
    formatters[PLOTS] = PlotFormatter(parent=shell.display_formatter)
    measured = watch.Measured()

    def begin(info: Any) -> None:
        measured.written = 0
        watch.begin(shell.user_ns)

    def measure(stream: Any) -> None:
        write = stream.write

        def counting(text: str) -> Any:
            measured.count(text)
            return write(text)

        stream.write = counting

    for stream in (sys.stdout, sys.stderr):
        measure(stream)
    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", lambda result: watch.end())
