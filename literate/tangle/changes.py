"""Which values may be others after a statement, as far as its text tells.

    xs.append(1)                    xs is another; so it is after xs[0] = 1 and xs.first = 1
    train(model, steps)             whatever a function is given may be
    losses, found = programs(net)   what was made together changes together

A text does not tell all of it: what the tests find on the page, an author has to say more plainly.
"""

from __future__ import annotations

import ast
import builtins


class Values:
    """The names that have been given a value, each with those that were made together with it."""

    def __init__(self) -> None:
        self.together: dict[str, set[str]] = {}

    def bind(self, statement: ast.stmt, bound: set[str]) -> None:
        """The statement has given these names their values; a function or a class is none."""
        fixed = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for name in bound:
            self.together.pop(name, None)
        if not fixed:
            self.together |= dict.fromkeys(bound, bound)

    def changed_by(self, statement: ast.stmt) -> set[str]:
        """The names whose values may be others after the statement."""
        found = {name for part in _parts(statement) for name in names(part)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and self._is_function(node.func):
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                found |= {value.id for value in given if isinstance(value, ast.Name)}
        return set().union(*(self.together.get(name, set()) for name in found))

    def _is_function(self, called: ast.expr) -> bool:
        known = {*self.together, *vars(builtins)}
        return isinstance(called, ast.Name) and called.id not in known


def _parts(statement: ast.stmt) -> list[ast.expr]:
    """What a statement calls a method of without taking the result, or gives a part to."""
    nodes = list(ast.walk(statement))
    alone = [node.value for node in nodes if isinstance(node, ast.Expr)]
    called = [value.func for value in alone if isinstance(value, ast.Call)]
    stored = [n for n in nodes if isinstance(getattr(n, "ctx", None), ast.Store | ast.Del)]
    return [n.value for n in (*called, *stored) if isinstance(n, ast.Attribute | ast.Subscript)]


def names(node: ast.AST) -> set[str]:
    """The names in this code."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
