"""Put definitions into the text of a Python module, by lines and never by printing a tree.

A definition is a class, a function, an assignment to one name, or a docstring, together with the
decorators and comments above it. Replacing one keeps its place and the blank lines around it.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Sequence

from literate.read.text import lines as lines_of

DOCSTRING = "the docstring"
EMPTY = "pass"
INDENT = 4


class Unsuitable(Exception):
    """Code that cannot be tangled: the line of the text, why, and what to do."""

    def __init__(self, line: int, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.line, self.reason, self.remedy = line, reason, remedy


@dataclasses.dataclass(frozen=True)
class Definition:
    """One definition in a text: its lines are `lines[start:end]`, `gap` blank ones stand above."""

    name: str
    start: int
    end: int
    gap: int
    text: str
    node: ast.stmt


def definitions(body: list[ast.stmt], text: str, first: int = 0) -> list[Definition]:
    """The definitions among the statements `body`, the first of which follows line `first`.

    Every line that is not blank belongs to one of them. Raises Unsuitable for other statements.
    """
    lines = lines_of(text)
    found: list[Definition] = []
    end = first
    for number, node in enumerate(body):
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if min([node.lineno, *(d.lineno for d in decorators)]) <= end:
            raise Unsuitable(node.lineno, "two statements on one line", "write each on its own")
        start = end
        while not lines[start].strip():
            start += 1
        gap, end = start - end, node.end_lineno or node.lineno
        name = _name(node, first=number == 0, in_class=first > 0)
        if found and found[-1].name == name and _continues(node, name):
            start, gap = found[-1].start, found[-1].gap
            found.pop()
        if any(name == other.name for other in found):
            raise Unsuitable(node.lineno, f"`{name}` is defined twice", "keep one of the two")
        found.append(Definition(name, start, end, gap, "\n".join(lines[start:end]), node))
    return found


def _continues(node: ast.stmt, name: str) -> bool:
    """Is this the setter or deleter of the property `name`, whose getter stands above?"""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(d, ast.Attribute) and isinstance(d.value, ast.Name) and d.value.id == name
        for d in node.decorator_list
    )


def _name(node: ast.stmt, first: bool, in_class: bool) -> str:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Expr(value=ast.Constant(value=str())) if first:
            return DOCSTRING
        case ast.Pass() if first and in_class:
            return EMPTY
    raise Unsuitable(
        node.lineno, "a tangled cell holds definitions only: classes, functions, assignments",
        "move this statement to a cell of its own",
    )  # fmt: skip


def members(node: ast.ClassDef, text: str) -> list[Definition]:
    """The definitions in the body of the class `node` of `text`."""
    if node.body[0].lineno == node.lineno or node.body[0].col_offset != INDENT:
        raise Unsuitable(
            node.lineno, f"the body of class {node.name} is not indented by {INDENT} spaces",
            f"begin it on a line of its own, after {INDENT} spaces",
        )  # fmt: skip
    header = node.body[0].lineno - 1
    decorated = getattr(node.body[0], "decorator_list", [])
    header = min([header, *(d.lineno - 1 for d in decorated)])
    lines = lines_of(text)
    while lines[header - 1].lstrip().startswith("#"):
        header -= 1
    return definitions(node.body, text, header)


@functools.lru_cache(1024)  # Each chapter leaves most modules as they are.
def module(text: str) -> tuple[Definition, ...]:
    """The definitions of a whole module."""
    return tuple(definitions(ast.parse(text).body, text))


def without_imports(text: str) -> str:
    """The text with its imports blanked out; all other lines keep their numbers."""
    lines = lines_of(text)
    body = ast.parse(text).body
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if any(n.lineno in span or n.end_lineno in span for n in body if n is not node):
                raise Unsuitable(node.lineno, "two statements on one line", "write each on its own")
            for number in span:
                lines[number - 1] = ""
    return "\n".join(lines)


def find(text: str, class_name: str | None) -> Sequence[Definition]:
    """The module's definitions, or the members of its class `class_name`."""
    found = module(text)
    if class_name is None:
        return found
    node = next(d.node for d in found if d.name == class_name)
    assert isinstance(node, ast.ClassDef)
    return members(node, text)


def put(text: str, new: Definition, class_name: str | None = None, after: str | None = None) -> str:
    """`text` with the definition `new` at module level, or in its class `class_name`.

    It replaces the definition of its name; else it goes below `after`, else to the end. Raises
    KeyError when `after` is not there.
    """
    existing = {d.name: d for d in find(text, class_name)}
    lines = lines_of(text)
    if old := existing.get(new.name) or existing.get(EMPTY):
        lines[old.start : old.end] = [new.text]
    elif not existing:
        lines.append(new.text)
    elif new.name == DOCSTRING:
        top = min(d.start - d.gap for d in existing.values())
        lines[top:top] = [new.text, *[""] * (1 if class_name else 2)]
    else:
        order = list(existing.values())
        above = existing[after] if after else order[-1]
        added = [*[""] * _gap(new, above, class_name), new.text]
        if above is not order[-1]:
            below = order[order.index(above) + 1]
            added += [""] * (_gap(below, new, class_name) - below.gap)
        lines[above.end : above.end] = added
    return "\n".join(lines) + "\n"


def _gap(new: Definition, above: Definition, class_name: str | None) -> int:
    """Blank lines between two definitions: as above the lower one now, where that is a choice."""
    values = (ast.Assign, ast.AnnAssign)
    if isinstance(new.node, values) and isinstance(above.node, values):
        return min(new.gap, 1)
    return 1 if class_name else 2
