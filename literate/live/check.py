"""Check an answer: does the check of the exercise run to its end with what the answer defines?

The check runs as the book's proof runs it (see `prove.checks`): after the starter and the answer.
But it sees of the answer only the names that were asked for, and Python as it was before: an answer
that is empty, raises, or gives another meaning to what the check looks at does not pass.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
from types import CodeType
from typing import Any

from literate.live.fresh import Remembered
from literate.live.running import NOTHING, Failure, Ran, failure_of, run

ANSWER, CHECK = "<answer>", "<check>"
DECEIVING = {f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge", "bool", "contains")}
"""What a value could say of itself that is not so."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What became of an answer: it `passed`, or `says` why not, or fails with an error.

    `answer` and `check` are what the two have shown.
    """

    passed: bool
    says: str = ""
    failure: Failure | None = None
    answer: Ran = NOTHING
    check: Ran = NOTHING


class Untrue(Exception):
    """The answer gives back something that decides itself what it is equal to."""


def check(answer: str, code: str, asked: list[str], namespace: dict[str, Any]) -> Verdict:
    """Judge an answer where the cells above and the starter have run in `namespace`.

    `code` is that of the check, and `asked` the names that the answer is to define.
    """
    own = dict(namespace)
    before = Remembered(namespace)
    answered = run(answer, ANSWER, own)
    before.restore()
    if answered.failure:
        return Verdict(False, failure=answered.failure, answer=answered)
    judged = namespace | {name: own[name] for name in asked if name in own}
    judged["__plain"] = _plain
    tree = ast.fix_missing_locations(_Plain().visit(ast.parse(code)))
    checked = run(ast.unparse(tree), CHECK, judged)
    before.restore()
    if not checked.error:
        return Verdict(True, answer=answered, check=checked)
    failure = failure_of(checked.error, {ANSWER: answer})
    if isinstance(checked.error, AssertionError | NotImplementedError):
        return Verdict(False, str(checked.error), failure, answer=answered, check=checked)
    return Verdict(False, failure=failure, answer=answered, check=checked)


def codes(*sources: str) -> list[CodeType]:
    """The code of what can be read as Python."""
    found = []
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError):
            found.append(compile(source, ANSWER, "exec", dont_inherit=True))
    return found


class _Plain(ast.NodeTransformer):
    """Has every value that an assertion compares looked at before."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        for inner in ast.walk(node.test):
            if isinstance(inner, ast.Compare):
                inner.left = _looked_at(inner.left)
                inner.comparators = [_looked_at(value) for value in inner.comparators]
        node.test = _looked_at(node.test)
        return node


def _looked_at(value: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("__plain", ast.Load()), [value], [])


def _plain(value: Any) -> Any:
    """The value; raises Untrue for one that the answer taught to say what it is equal to."""
    for kind in type(value).__mro__:
        for name in DECEIVING & vars(kind).keys():
            code = getattr(vars(kind)[name], "__code__", None)
            if code and code.co_filename == ANSWER:
                raise Untrue(name)
    return value
