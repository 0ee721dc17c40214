"""What a kernel does for the pages besides running cells, as an extension of IPython.

It says of a graph its source and of a plot its description (see `plots`), so that what a page shows
can be compared, watches the cells as `watch` does in this process, and runs what the page removes
in a copy of its own.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import sys
import traceback
from types import SimpleNamespace
from typing import Any

from literate.run import formats, watch
from literate.run.here import run_removed

REMOVED = "removed"
"""The magic of a cell that the page removes."""
NUMBERS = "numbers_of_removed"
"""Where the shell has the numbers that the last such cell left."""
HIDDEN = "<hidden>"
PLACE = re.compile(r" \(line (\d+) of the cell\)$")
"""What is added to the text of an exception in such a cell, which leaves no traceback."""


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

    def removed(line: str, source: str) -> None:
        asked = json.loads(bytes.fromhex(line))
        cell: Any = SimpleNamespace(tree=ast.parse(source), path=HIDDEN, line=1)
        told, numbers = run_removed(cell, shell.user_ns, lambda: _run(source, asked, shell.user_ns))
        setattr(shell, NUMBERS, numbers)
        if told:
            name, text, number = told
            raise type(name, (Exception,), {})(f"{text} (line {number} of the cell)")

    shell.register_magic_function(removed, "cell", REMOVED)
    for stream in (sys.stdout, sys.stderr):
        measure(stream)
    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", lambda result: watch.end())


def removed(source: str, numbers: dict[str, str]) -> str:
    """What has a kernel run `source` in a copy, and there compute the numbers that are taken from
    it: for each its expression. They are then at `taken`."""
    return f"%%{REMOVED} {json.dumps(numbers).encode().hex()}\n{source}"


def taken(number: str) -> str:
    """The expression for a number that a removed cell has left."""
    return f"get_ipython().{NUMBERS}[{number!r}]"


def _run(
    source: str, asked: dict[str, str], namespace: dict[str, Any]
) -> tuple[tuple[str, str, int] | None, dict[str, str]]:
    """Run `source`, of which nobody sees what it shows; name, text and line of what it raises, and
    the numbers that can be computed then."""
    silent, numbers = io.StringIO(), {}
    try:
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            exec(compile(source, HIDDEN, "exec"), namespace)
    except (Exception, watch.Refused) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == HIDDEN]
        return (type(error).__name__, str(error), lines[0] or 1), {}
    for number, expression in asked.items():
        with contextlib.suppress(Exception):
            numbers[number] = str(eval(expression, namespace))
    return None, numbers
