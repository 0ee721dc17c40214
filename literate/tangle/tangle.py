"""Tangle: take the package out of the chapters.

Every cell with a `:tangle:` option adds or replaces definitions in one file of the package. The
package as each chapter leaves it is kept; the last one is the package itself. Imports are moved to
the top of their file, once each; what one module needs from another is worked out; an import that
nothing uses any more is gone (see `modules`).
"""

from __future__ import annotations

import ast
import dataclasses
import keyword
import re
from collections.abc import Iterator
from typing import Any

from literate.read.imports import Import, imports
from literate.read.model import PACKAGE, Book, Cell
from literate.read.text import lines
from literate.tangle.modules import render
from literate.tangle.splice import (
    Unsuitable,
    definitions,
    find,
    members,
    module,
    put,
    without_imports,
)
from literate.tangle.state import Edit, Module, State, Tangled

__all__ = ["Tangled", "tangle"]
TARGET = re.compile(rf"{PACKAGE}/([a-z]\w*)\.py")


def tangle(book: Book) -> Tangled:
    """Tangle the whole book; raises BookError for a cell that cannot be tangled."""
    modules: dict[str, Module] = {}
    states: dict[str, State] = {}
    edits: list[Edit] = []
    for chapter in book.chapters:
        for cell in chapter.cells:
            if cell.target is not None:
                try:
                    edits.extend(_tangle_cell(cell, cell.target, modules))
                except Unsuitable as error:
                    raise cell.error(error.reason, error.remedy, error.line) from None
            elif "after" in cell.options:
                raise cell.error("':after:' without ':tangle:'", "add ':tangle:', or drop it")
            else:
                _refuse_reopen(cell)
        states[chapter.slug] = render(chapter, modules, edits)
    return Tangled(states, tuple(edits))


def _refuse_reopen(cell: Cell) -> None:
    # To look through the code of all cells takes a quarter of the time.
    for node in ast.walk(cell.tree) if "reopen" in cell.source else ():
        if isinstance(node, ast.ClassDef) and is_reopened(node):
            raise cell.error(
                f"class {node.name} is reopened in a cell that is not tangled, so the package "
                "would not have what the page shows",
                f"add ':tangle: {PACKAGE}/….py' to the cell", node.lineno,
            )  # fmt: skip


def _tangle_cell(cell: Cell, target: str, modules: dict[str, Module]) -> Iterator[Edit]:
    match = TARGET.fullmatch(target)
    if not match or match[1] == "after" or keyword.iskeyword(match[1]):
        raise Unsuitable(
            1, f"the target '{target}' is not one file of the package",
            f"name one, such as {PACKAGE}/engine.py; a second file needs a cell of its own",
        )  # fmt: skip
    name = match[1]
    here = modules.setdefault(name, Module())
    own = [node for node in cell.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in cell.tree.body if node not in own]
    here = dataclasses.replace(here, imports=(*here.imports, *_imports(own)))
    text = without_imports(cell.source)
    after = cell.options.get("after")
    _check_comments(cell, own)
    found = definitions(rest, text)
    if not cell.tree.body:
        raise Unsuitable(1, "a tangled cell without a definition", "write one, or drop ':tangle:'")
    ends = [d.end for d in found] or [0]
    for number, line in enumerate(lines(text)[max(ends) :], start=max(ends) + 1):
        if line.strip():
            raise Unsuitable(number, "a comment that stands above nothing", "move or drop it")
    for definition in found:
        class_name, parts = None, [definition]
        if isinstance(definition.node, ast.ClassDef) and is_reopened(definition.node):
            class_name = definition.name
            _check_reopened(definition.node, here.body, target)
            parts = members(definition.node, text)
        for part in parts:
            known = {d.name: d for d in find(here.body, class_name)}
            if after and after not in known:
                raise Unsuitable(1, f"':after: {after}': there is none", f"name one of {[*known]}")
            before = known[part.name].text if part.name in known else ""
            body = put(here.body, part, class_name, after if not before else None)
            here = dataclasses.replace(here, body=body)
            after = part.name if after and not before else after
            yield Edit(cell, f"{name}.py", class_name, part.name, before, part.text, part.start)
    modules[name] = here


def _check_comments(cell: Cell, imports: list[ast.Import | ast.ImportFrom]) -> None:
    """Refuse comments that would stay behind when an import moves to the top of its file."""
    text = lines(cell.source)
    for node in imports:
        for number in (node.lineno - 1, node.end_lineno or node.lineno):
            here = text[number - 1] if number else ""
            if here.lstrip().startswith("#") or (number >= node.lineno and "#" in here):
                raise Unsuitable(
                    number, "a comment on an import, which moves to the top of its file alone",
                    "say it in the text of the chapter",
                )  # fmt: skip


def is_reopened(node: ast.ClassDef) -> bool:
    """Whether the class is one that exists, to which the code adds."""
    return any(isinstance(d, ast.Name) and d.id == "reopen" for d in node.decorator_list)


def _check_reopened(node: ast.ClassDef, body: str, target: str) -> None:
    line = node.lineno
    if node.name not in [d.name for d in module(body) if isinstance(d.node, ast.ClassDef)]:
        raise Unsuitable(
            line, f"class {node.name} is reopened, but was never defined in {target}",
            f"define it first (class {node.name}: without @reopen), or correct the target",
        )  # fmt: skip
    try:
        find(body, node.name)
    except Unsuitable as error:
        raise Unsuitable(
            line, f"class {node.name} cannot be reopened as it is: {error.reason}",
            f"where it is defined: {error.remedy}",
        ) from None  # fmt: skip
    if isinstance(node.body[0], ast.Pass):
        raise Unsuitable(line, "a reopened class without members", "write one, or drop the cell")
    if len(node.decorator_list) > 1:
        raise Unsuitable(line, "a reopened class takes no other decorators", "keep only @reopen")
    if node.bases or node.keywords:
        raise Unsuitable(
            line, "a reopened class keeps the bases it was defined with",
            f"write 'class {node.name}:'",
        )  # fmt: skip
    inner: Any
    for inner in ast.walk(node):
        bare_super = (
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Name)
            and inner.func.id == "super"
            and not inner.args
        )
        if bare_super or (isinstance(inner, ast.Name) and inner.id == "__class__"):
            raise Unsuitable(
                inner.lineno, "super() without arguments means another class in a reopened one",
                f"write super({node.name}, self)",
            )  # fmt: skip


def _imports(nodes: list[ast.Import | ast.ImportFrom]) -> Iterator[Import]:
    for found in (each for node in nodes for each in imports(node)):
        if found.is_ours or found.root in ("", "__future__") or found.name == "*":
            raise Unsuitable(
                found.line,
                "a tangled cell cannot have this import",
                "imports between the package's modules are worked out; others name what they "
                "take; `reopen` is imported in a cell that is not tangled",
            )
        yield found
