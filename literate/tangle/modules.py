"""Write the modules of the package: their imports, and what they need of each other.

An import stands at the top of the one file that uses it, once. What a module uses and another
defines is imported from there without anybody having said so:

    engine.py defines Value; nn.py says Value(0.5)   →   nn.py begins: from .engine import Value
"""

from __future__ import annotations

import ast
import builtins
import functools
import graphlib
import re
import symtable
import sys
import textwrap
from collections.abc import Iterator, Mapping

from literate.read.error import BookError
from literate.read.imports import Import
from literate.read.model import CHAPTERS, PACKAGE, Chapter
from literate.read.text import lines
from literate.tangle.splice import DOCSTRING, Definition, module
from literate.tangle.state import Edit, Modules, State

WIDTH = 100
DRAWS = "graphviz"
"""What the package imported to draw until the chapter *Right*, and every reader has."""


def render(chapter: Chapter, modules: Modules, edits: list[Edit]) -> State:
    """The files of the package, with their imports."""
    where: dict[str, str] = {}
    for name, here in modules.items():
        for definition in module(here.body):
            other = where.setdefault(definition.name, name)
            if definition.name != DOCSTRING and other != name:
                raise _defined_twice(definition.name, {f"{name}.py", f"{other}.py"}, edits)
    where.pop(DOCSTRING, None)
    needs: dict[str, list[Import]] = {}
    for name, here in modules.items():
        own = {d.name for d in module(here.body)}
        wanted = free_names(here.body) - own
        outside = [i for i in dict.fromkeys(here.imports) if i.binds in wanted]
        missing = wanted - {i.binds for i in outside} - set(dir(builtins)) - {"__name__"}
        if unknown := sorted(missing - set(where)):
            raise _unknown_name(unknown[0], name, chapter, edits)
        needs[name] = [*outside, *(Import(f".{where[n]}", n, "") for n in sorted(missing))]
    _refuse_circles(needs, edits)
    files = {"__init__.py": _init(_bare(modules, needs))}
    for name, here in modules.items():
        files[f"{name}.py"] = _with_imports(here.body, needs[name])
    return files


@functools.lru_cache(1024)
def free_names(body: str) -> frozenset[str]:
    """The names that a module's code takes from its global namespace or from the builtins."""

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    return frozenset(walk(symtable.symtable(body, PACKAGE, "exec")))


def _defined_twice(name: str, files: set[str], edits: list[Edit]) -> BookError:
    made = next(e for e in reversed(edits) if e.path == name and e.file in files)
    (other,) = files - {made.file}
    return made.cell.error(
        f"`{name}` is defined in {PACKAGE}/{other} already, and a module can import only one",
        "give one of the two another name",
        made.start + 1,
    )


def _unknown_name(name: str, file: str, chapter: Chapter, edits: list[Edit]) -> BookError:
    word = re.compile(rf"\b{name}\b")
    user, above = next(
        (e, e.after[: found.start()].count("\n"))
        for e in reversed(edits)
        if e.file == f"{file}.py" and (found := word.search(e.after))
    )
    return user.cell.error(
        f"`{name}` is used in {PACKAGE}/{file}.py, but nothing there defines or imports it",
        f"import it in this cell, or tangle its definition by the end of {chapter.path}",
        user.start + 1 + above,
    )


def _refuse_circles(needs: Mapping[str, list[Import]], edits: list[Edit]) -> None:
    graph = {
        name: {i.module[1:] for i in imports if i.module.startswith(".")}
        for name, imports in needs.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        raise edits[-1].cell.error(
            f"after this chapter, modules import each other: {' → '.join(error.args[1])}",
            "move a definition to the other module",
        ) from None


def _with_imports(body: str, imports: list[Import]) -> str:
    """The text of a module: docstring, imports, definitions."""
    head = import_lines(imports)
    text = lines(body)
    top = next((d.end for d in module(body) if d.name == DOCSTRING), 0)
    docstring, rest = text[:top], text[top:]
    while rest and not rest[0]:
        rest.pop(0)
    parts = [*docstring, *([""] if docstring and (head or rest) else []), *head]
    if head and rest:
        starts_code = rest[0].startswith(("class ", "def ", "@", "async ", "#"))
        parts += ["", ""] if starts_code else [""]
    elif docstring and rest:
        parts += [""] if rest[0].startswith(("class ", "def ", "@", "async ")) else []
    return "\n".join([*parts, *rest]) + "\n"


def import_lines(imports: list[Import]) -> list[str]:
    """Import statements in the usual order: standard library, installed, the package's own."""
    groups: dict[int, dict[str, list[str]]] = {0: {}, 1: {}, 2: {}}
    for item in imports:
        root = item.module.split(".")[0]
        group = groups[2 if not root else 0 if root in sys.stdlib_module_names else 1]
        renamed = f" as {item.alias}" if item.alias else ""
        if item.name:
            group.setdefault(f"from {item.module} import ", []).append(item.name + renamed)
        else:
            group.setdefault(f"import {item.module}{renamed}", [])
    blocks = []
    for group in groups.values():
        ordered = sorted(group, key=lambda line: (line.startswith("from"), line))
        named = [(line, sorted(group[line], key=_rank)) for line in ordered]
        blocks.append([part for line, names in named for part in _fitted(line, names)])
    return [line for block in blocks if block for line in ["", *block]][1:]


def _rank(name: str) -> tuple[int, str]:
    """The usual order of names in an import: constants, then classes, then all others."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


def _fitted(start: str, names: list[str]) -> list[str]:
    """`start` and the names on one line, or, where that is too long, each name on its own."""
    line = start + ", ".join(names)
    return [line] if len(line) <= WIDTH else [f"{start}(", *(f"    {n}," for n in names), ")"]


def _exported(definition: Definition) -> bool:
    """Whether it is for users of the package: a constant stays with the module that has it."""
    name, constant = definition.name, isinstance(definition.node, ast.Assign | ast.AnnAssign)
    return name[0] != "_" and name != DOCSTRING and not (constant and name.isupper())


def _bare(modules: Modules, needs: Mapping[str, list[Import]]) -> Modules:
    """The modules that need nothing but Python: to import the package needs nothing else.

    The others, such as one on NumPy, are imported by their own names. That with the drawing is
    the lecture's, and stays.
    """
    left: set[str] = set()
    while more := {
        name
        for name in modules.keys() - left
        for found in needs[name]
        if (found.module[1:] in left if found.module.startswith(".") else
            found.root not in {*sys.stdlib_module_names, DRAWS})
    }:  # fmt: skip
        left |= more
    return {name: here for name, here in modules.items() if name not in left}


def _init(modules: Modules) -> str:
    """The package's `__init__.py`: every public class and function of these modules."""
    exports = {
        name: sorted((d.name for d in module(here.body) if _exported(d)), key=_rank)
        for name, here in sorted(modules.items())
    }
    head = [f'"""The package {PACKAGE}, written in {CHAPTERS}/ and tangled from there."""']
    imports = [
        line
        for name, names in exports.items()
        if names
        for line in _fitted(f"from .{name} import ", names)
    ]
    public = sorted((name for names in exports.values() for name in names), key=_rank)
    names = ", ".join(f'"{name}"' for name in public)
    listing = [f"__all__ = [{names}]"]
    if len(listing[0]) > WIDTH:
        filled = textwrap.wrap(f"{names},", WIDTH, initial_indent="    ", subsequent_indent="    ")
        listing = ["__all__ = [", *filled, "]  # fmt: skip"]
    return "\n".join([*head, "", *imports, "", *listing] if public else head) + "\n"
