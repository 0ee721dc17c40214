"""What an answer leaves when it is taken out: the code of a cell as a student gets it."""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Iterable, Iterator

from literate.read.model import Cell

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(frozen=True)
class Stub:
    """What an answer leaves when it is taken out, and what was taken."""

    text: str
    taken: tuple[ast.stmt, ...]


def stub(source: str, message: str) -> Stub:
    """The code without its answers: in each function, and where something is assigned."""
    lines: list[str | None] = [*source.split("\n")]
    raising = f"raise NotImplementedError({json.dumps(message, ensure_ascii=False)})"
    taken: list[ast.stmt] = []
    body = ast.parse(source).body
    for function in _functions(body):
        kept = function.body[:1] if ast.get_docstring(function, clean=False) is not None else []
        rest = function.body[len(kept) :]
        end, head = _after_words(function, lines) if kept else _head(function, lines)
        if head:
            lines[end - 1] = head
        last = function.end_lineno or end
        lines[end:last] = [None] * (last - end)
        lines[end - 1] = f"{lines[end - 1]}\n{' ' * (function.col_offset + 4)}{raising}"
        taken += rest
    asked = [node for place, node in enumerate(body) if _is_asked(node, place, len(body))]
    for node in asked:
        said = [*([raising] if node is asked[0] else []), *_left(node)]
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        lines[start:end] = ["\n".join(said) if said else None, *[None] * (end - start - 1)]
        taken.append(node)
    text = "\n".join(line for line in lines if line is not None)
    return Stub(text, tuple(taken))


def stub_of(cell: Cell) -> Stub:
    """The stub of a cell with the option `:answer:`; raises BookError if it has no answer."""
    made = stub(cell.source, str(cell.options["answer"]))
    if not made.taken:
        raise cell.error(
            "the cell has the option ':answer:', and nothing in it is one",
            "write a function or an assignment in it, or drop the option",
        )
    return made


def _functions(body: Iterable[ast.stmt]) -> Iterator[Function]:
    """The functions of a cell, and the methods of its classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _after_words(function: Function, lines: list[str | None]) -> tuple[int, str]:
    """The last line of the docstring, counted from 1, and its text without what follows there."""
    words = function.body[0]
    end = words.end_lineno or 0
    text = (lines[end - 1] or "").encode()[: words.end_col_offset].decode()
    if words.lineno == end == function.lineno:
        before = text.encode()[: words.col_offset].decode().rstrip()
        text = f"{before}\n{' ' * (function.col_offset + 4)}{text[len(before) :].strip()}"
    return end, text


def _head(function: Function, lines: list[str | None]) -> tuple[int, str]:
    """The last line of a signature, counted from 1; and its text, if the body begins in it."""
    first = function.body[0]
    start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    line = lines[start - 1] or ""
    if before := line.encode()[: first.col_offset].decode().strip():
        return start, " " * function.col_offset + before if start == function.lineno else before
    end = start - 1
    while (lines[end - 1] or "").strip().startswith("#") or not (lines[end - 1] or "").strip():
        end -= 1
    return end, ""


def _is_asked(node: ast.stmt, place: int, count: int) -> bool:
    """Is this statement of a cell an answer? The words at its top and its last line are not."""
    if isinstance(node, ast.Expr) and (place == count - 1 or isinstance(node.value, ast.Constant)):
        return False
    return not isinstance(
        node, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    )


def _left(node: ast.stmt) -> list[str]:
    """What is left of a statement: of an assignment, to what something is assigned."""
    match node:
        case ast.Assign(targets=targets):
            return [f"# {' = '.join(map(ast.unparse, targets))} = …"]
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return [f"# {ast.unparse(target)} = …"]
    return []
