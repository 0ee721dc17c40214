"""The program that draws the graphs: there, and at work."""

from __future__ import annotations

import functools
import shutil

from literate.provide import dot
from literate.read.error import BookError


@functools.cache
def need_dot() -> None:
    """Raise BookError unless Graphviz's program `dot` draws a graph; asked once in a process."""
    found = shutil.which("dot")
    reason = dot.fault(found) if found else "is not on the PATH"
    if reason:
        raise BookError(
            "Graphviz", None, f"the program 'dot', which draws the graphs, {reason}",
            "'make book' provides it; or install it: 'sudo apt-get install graphviz', "
            "'brew install graphviz' or 'conda install graphviz'",
        )  # fmt: skip
