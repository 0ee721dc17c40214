"""What a kernel does for the pages besides running cells, as an extension of IPython.

It says of a graph its source and of a plot its description (see `plots`), so that what a page shows
can be compared, and watches the cells as `watch` does in this process.
"""

from __future__ import annotations

import sys
from typing import Any

from literate.run import formats, watch


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython when a kernel starts."""
    formats.describe(shell.display_formatter)
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
