"""Run a chapter's cells in this process and record what each shows, as a notebook would."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from literate.cells import measure
from literate.read.model import CHAPTERS, PACKAGE, Cell
from literate.run.shown import Shown, _text, plots


@contextlib.contextmanager
def fresh_process(root: Path) -> Iterator[dict[str, Any]]:
    """A namespace for one chapter, as if nothing had run before it, in the chapters' folder.

    States of the package are imported anew: an earlier chapter may have reopened their classes.
    """
    import matplotlib

    matplotlib.use("agg")
    folder = Path.cwd()
    only_states(root)
    os.chdir(root / CHAPTERS)
    told = measure.RECORD in os.environ
    os.environ.setdefault(measure.RECORD, str(root / measure.TIMES))
    try:
        # As on the page, and whatever the chapter changes of it ends with the chapter.
        with matplotlib.rc_context(fname="matplotlibrc"):
            yield {"__name__": "__main__"}
    finally:
        if not told:
            del os.environ[measure.RECORD]
        os.chdir(folder)
        forget_package()


def only_states(root: Path) -> None:
    """Let the states of the package be imported anew, and without the finished package.

    That may be stale or broken while a chapter is being written, and no chapter needs it.
    """
    forget_package()
    bare = sys.modules[PACKAGE] = ModuleType(PACKAGE)
    bare.__path__ = [str(root / PACKAGE)]


def forget_package() -> None:
    """Take the package out of the imported modules."""
    for name in [n for n in sys.modules if n == PACKAGE or n.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]


def run(cell: Cell, namespace: dict[str, Any]) -> Shown:
    """Run `cell` in `namespace`; raise BookError for an exception that the cell is not to raise."""
    printed = io.StringIO()
    value: object = None
    body = list(cell.tree.body)
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    try:
        with contextlib.redirect_stdout(printed):
            exec(_compile(cell, ast.Module(body, [])), namespace)
            if isinstance(last, ast.Expr):
                value = eval(_compile(cell, ast.Expression(last.value)), namespace)
    except (Exception, SystemExit) as error:
        if not cell.raises:
            raise cell.failure(type(error).__name__, str(error), _line(cell, error)) from error
        return Shown(printed.getvalue(), raises=f"{type(error).__name__}: {error}")
    shown = plots()
    shows = value is not None and not cell.source.endswith(";") and not shown
    return Shown(printed.getvalue(), _text(value) if shows else "", shown)


def _line(cell: Cell, error: BaseException) -> int:
    """The line of the cell's code in which `error` was raised, or what it called raised it."""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == str(cell.path):
            return number - cell.line + 1
    return 1


def _compile(cell: Cell, tree: ast.Module | ast.Expression) -> Any:
    ast.increment_lineno(tree, cell.line - 1)
    try:
        mode = "exec" if isinstance(tree, ast.Module) else "eval"
        return compile(tree, str(cell.path), mode, dont_inherit=True)
    finally:
        ast.increment_lineno(tree, 1 - cell.line)
