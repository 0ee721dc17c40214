"""Run code as a cell: what it prints, its last value, and where in it something went wrong."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
import traceback
import warnings
from typing import Any

from literate.live.absent import Lacking
from literate.run import shown


@dataclasses.dataclass(frozen=True)
class Failure:
    """Why code stopped, and the line of it in which it did; 0 where it is not known.

    `lacks` is the module that it lacks, if that is why.
    """

    kind: str
    message: str
    line: int = 0
    code: str = ""
    lacks: str = ""


@dataclasses.dataclass(frozen=True)
class Ran:
    """What code has shown. `value` is its last value, None if there is nothing to be shown."""

    prints: str = ""
    value: Any = None
    warned: str = ""
    failure: Failure | None = None
    error: BaseException | None = None


NOTHING = Ran()


def run(source: str, name: str, namespace: dict[str, Any]) -> Ran:
    """Run the code in `namespace`; `name` is what tracebacks call it."""
    out, err, value, error = io.StringIO(), io.StringIO(), None, None
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("default")
        try:
            value = _evaluate(ast.parse(source, name), name, namespace)
        # Whatever it is: a reader's sys.exit() or a KeyboardInterrupt ends no page.
        except BaseException as raised:
            error = raised
    warned = err.getvalue() + "".join(f"{w.category.__name__}: {w.message}\n" for w in told)
    failure = failure_of(error, {name: source}) if error else None
    shows = not source.rstrip().endswith(";")
    return Ran(out.getvalue(), value if shows else None, warned, failure, error)


def _evaluate(tree: ast.Module, name: str, namespace: dict[str, Any]) -> Any:
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec", dont_inherit=True), namespace)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), namespace)
    return None


def failure_of(error: BaseException, sources: dict[str, str]) -> Failure:
    """What to say of an error, with the last line that it went through in one of these codes."""
    line, code = 0, ""
    if isinstance(error, SyntaxError) and error.filename in sources:
        line, code = error.lineno or 0, (error.text or "").strip()
    for frame, number in traceback.walk_tb(error.__traceback__):
        if (source := sources.get(frame.f_code.co_filename)) is not None:
            line, code = number, source.splitlines()[number - 1].strip()
    kind = type(error).__name__
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    lacks = ""
    if isinstance(error, Lacking):
        lacks = error.module
    elif isinstance(error, ModuleNotFoundError):
        lacks = (error.name or "").split(".")[0]
    return Failure(kind, message, line, code, lacks)


def text(value: Any) -> str:
    """A value as its page writes it, in words that do not fail."""
    try:
        return shown.text(value)
    except BaseException as error:
        return f"<{type(value).__name__}: {type(error).__name__}: {error}>"
