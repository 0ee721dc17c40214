"""Run a chapter's cells in this process and record what each shows, as a notebook would."""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import pickle
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from unittest import mock

from literate.cells import measure
from literate.read.model import CHAPTERS, PACKAGE, Cell
from literate.read.numbers import code, written
from literate.run import shown, watch
from literate.run.aside import as_data, aside
from literate.run.plots import plots
from literate.run.shown import Shown

Result = TypeVar("Result")
# What Python does not show of its own accord, and so neither does a page.
UNSHOWN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


class Stream(io.TextIOBase):
    """Takes what the cells write. It stays the same one, for a logger keeps what it once found."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.measured = watch.Measured()

    def write(self, text: str) -> int:
        self.measured.count(text)
        self.parts.append(text)
        return len(text)

    def take(self) -> str:
        """What has been written since the last time."""
        text = "".join(self.parts)
        self.parts.clear()
        self.measured.written = 0
        return text


OUT, ERR = Stream(), Stream()


@contextlib.contextmanager
def fresh_process(root: Path, *, watched: bool = True) -> Iterator[dict[str, Any]]:
    """A namespace for one chapter, as if nothing had run before it, in the chapters' folder.

    States of the package are imported anew: an earlier chapter may have reopened their classes.
    What the cells do is `watched`, which takes a little time at each of their calls to Python.
    """
    import matplotlib

    matplotlib.use("agg")
    folder = Path.cwd()
    only_states(root)
    os.chdir(root / CHAPTERS)
    told = measure.RECORD in os.environ
    logger = logging.getLogger()
    handlers, level = [*logger.handlers], logger.level
    namespace: dict[str, Any] = {"__name__": "__main__"}
    os.environ.setdefault(measure.RECORD, str(root / measure.TIMES))
    try:
        # As on the page, and whatever the chapter changes of it ends with the chapter.
        with (
            matplotlib.rc_context(fname="matplotlibrc"),
            watch.watching(namespace, root) if watched else contextlib.nullcontext(),
        ):
            yield namespace
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
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


def run(cell: Cell, namespace: dict[str, Any], record: Callable[..., None] | None = None) -> Shown:
    """Run `cell` in `namespace`; raise BookError for an exception that the cell is not to raise.

    What it shows is also told to `record`, while its figures are still open: see `recording`.
    """
    value: object = None
    raised: tuple[str, str] | None = None
    unprinted: list[bool] = []
    body = list(cell.tree.body)
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    OUT.take(), ERR.take()
    try:
        with (
            contextlib.redirect_stdout(OUT),
            contextlib.redirect_stderr(ERR),
            _noting(unprinted) if record else contextlib.nullcontext(),
            warnings.catch_warnings(record=True) as warned,
        ):
            _warn_as_a_kernel()
            exec(_compile(cell, ast.Module(body, [])), namespace)
            if isinstance(last, ast.Expr):
                value = eval(_compile(cell, ast.Expression(last.value)), namespace)
    except watch.Refused as refusal:
        raise cell.error(*watch.told(refusal), _line(cell, refusal)) from None
    except (Exception, SystemExit) as error:
        if not cell.raises:
            raise cell.failure(type(error).__name__, str(error), _line(cell, error)) from error
        raised = type(error).__name__, str(error)
    stderr = "".join(f"{w.category.__name__}: {w.message}\n" for w in warned)
    if cell.source.endswith(";"):
        value = None
    printed, stderr = OUT.take(), ERR.take() + stderr
    numbers = {text: _number(cell, text, namespace) for text in cell.numbers}
    if record:
        record(cell, numbers, printed, stderr, value, raised, any(unprinted))
    return Shown(
        printed, "" if value is None else shown.text(value), plots(),
        ": ".join(raised or ()), stderr, numbers=written(numbers),
        asserts=str(cell.assertions) if cell.removed else "",
    )  # fmt: skip


@contextlib.contextmanager
def _noting(unprinted: list[bool]) -> Iterator[None]:
    """Note whenever pyplot shows figures whether the cell has printed nothing before."""
    import matplotlib.pyplot as plt

    with mock.patch.object(plt, "show", lambda: unprinted.append(not OUT.parts)):
        yield


def run_removed(cell: Cell, namespace: dict[str, Any], judge: Callable[[], Result]) -> Result:
    """What `judge`, which runs a cell that the page removes, returns in a copy of the process.

    So the cells below see what they would see in a notebook, which does not have this cell. Its
    own names alone stay, for other such cells: functions, and what can be copied.
    """
    before = {*namespace}

    def call() -> tuple[Result, dict[str, bytes | None]]:
        result = judge()
        return result, {n: as_data(namespace[n]) for n in namespace.keys() - before}

    result, made = aside(call)
    again = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    for statement in cell.tree.body:
        if isinstance(statement, again) and not before & {*_names(statement)}:
            exec(_compile(cell, ast.Module([statement], [])), namespace)
    for name, data in made.items():
        if data is not None and name not in namespace:
            namespace[name] = pickle.loads(data)
    return result


def _names(statement: ast.stmt) -> Iterator[str]:
    """What a definition or an import is called."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name


def _number(cell: Cell, text: str, namespace: dict[str, Any]) -> str:
    try:
        return str(eval(code(text), namespace))
    except Exception as error:
        raise cell.error(
            f"the number '{text}' below the cell cannot be computed: {error!r}",
            "correct it, or put it below the cell that makes what it needs",
        ) from None


def _warn_as_a_kernel() -> None:
    """Let every warning through that a page would have shown."""
    warnings.resetwarnings()
    for category in UNSHOWN:
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")


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
