"""Prove that who leaves an answer out is told so, by the first thing that fails.

A cell with the option `:answer:` is a stub in the student edition. In a copy of the process the
stub is run, and then the cells below it, as they are: until one raises what the stub says, each has
to show what is expected of it.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from literate.read.error import BookError
from literate.read.model import Cell
from literate.run.aside import aside
from literate.run.here import run
from literate.run.shown import Shown
from literate.tangle.stub import stub_of


def problem(
    cell: Cell,
    below: Iterable[Cell],
    namespace: dict[str, Any],
    judge: Callable[[Cell, Shown], BookError | None],
) -> BookError | None:
    """What is wrong where the answer of `cell` is missing, which has not been run yet.

    `below` are the cells that follow, and `judge` says what is wrong with what one of them shows.
    """
    return aside(lambda: _problem(cell, below, namespace, judge))


def _problem(
    cell: Cell,
    below: Iterable[Cell],
    namespace: dict[str, Any],
    judge: Callable[[Cell, Shown], BookError | None],
) -> BookError | None:
    asked = str(cell.options["answer"])
    text = stub_of(cell).text
    stub = dataclasses.replace(cell, source=text, tree=ast.parse(text))
    for each in (stub, *(c for c in below if not c.removed)):
        try:
            # A notebook has no numbers that the text takes from its cells.
            shown = run(dataclasses.replace(each, numbers=()), namespace)
        except BookError as error:
            cause = error.__cause__
            if isinstance(cause, NotImplementedError) and str(cause) == asked:
                return None
            return cell.error(
                f"without the answer '{asked}', something else fails before it is missed:\n{error}",
                "let a cell use it before that, or ask for it elsewhere",
            )
        if shown.raises == f"{NotImplementedError.__name__}: {asked}":
            return None
        if told := judge(each, dataclasses.replace(shown, numbers=None)):
            return cell.error(
                f"without the answer '{asked}', the cells below show something else:\n{told}",
                "let a cell use it before that, or ask for it elsewhere",
            )
    return cell.error(
        f"nobody notices that the answer '{asked}' is missing",
        "let a cell below use what it defines, or drop the option ':answer:'",
    )
