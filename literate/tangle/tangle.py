"""Tangle: take the package out of the chapters.

Every cell with a `:tangle:` option adds or replaces definitions in one file of the package. The
package as each chapter leaves it is kept; the last one is the package itself. Imports are moved to
the top of their file, once each; what one module needs from another is worked out; an import that
nothing uses any more is gone.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import difflib
import graphlib
import keyword
import re
import symtable
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from literate.read.model import CHAPTERS, PACKAGE, Book, BookError, Cell, Chapter, slug
from literate.tangle.splice import (
    DOCSTRING,
    Unsuitable,
    definitions,
    find,
    members,
    module,
    put,
    without_imports,
)

WIDTH = 100
TARGET = re.compile(rf"{PACKAGE}/([a-z]\w*)\.py")


@dataclasses.dataclass(frozen=True)
class Import:
    """One imported name: `import module` when `name` is empty, else `from module import name`."""

    module: str
    name: str
    alias: str

    @property
    def binds(self) -> str:
        return self.alias or self.name or self.module.split(".")[0]


@dataclasses.dataclass(frozen=True)
class Module:
    """A file of the package while it is being tangled: its imports, and the rest of its text."""

    imports: tuple[Import, ...] = ()
    body: str = ""


Modules = Mapping[str, Module]
"""The modules of the package by name, in the order in which the chapters begin them."""
State = Mapping[str, str]
"""The package after a chapter: text by file name, `__init__.py` first."""


@dataclasses.dataclass(frozen=True)
class Edit:
    """What a cell did to one definition; `before` is empty when it was added.

    `start` counts the lines of the cell's code above the definition.
    """

    cell: Cell
    file: str
    class_name: str | None
    name: str
    before: str
    after: str
    start: int

    @property
    def path(self) -> str:
        """The definition's name in its file, such as `Value.__add__`."""
        return f"{self.class_name}.{self.name}" if self.class_name else self.name

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines went out, and how many came in."""
        marks = [line[:1] for line in difflib.ndiff(lines(self.before), lines(self.after))]
        return marks.count("-"), marks.count("+")


@dataclasses.dataclass(frozen=True)
class Tangled:
    """The package after every chapter, by slug in the book's order, and all edits made to it."""

    states: Mapping[str, State]
    edits: tuple[Edit, ...]

    @property
    def package(self) -> State:
        """The package as the last chapter leaves it."""
        return list(self.states.values())[-1] if self.states else {}

    def before(self, slug: str) -> State:
        """The package as the chapter `slug` finds it."""
        order = list(self.states)
        place = order.index(slug)
        return self.states[order[place - 1]] if place else {}

    def origin(self, file: str, path: str, until: str | None = None) -> Cell | None:
        """The cell that wrote a definition last, by itself or with the class that it is in.

        Chapters later than `until`, the slug of one, do not count.
        """
        order = list(self.states)
        counted = order[: order.index(until) + 1] if until else order
        paths = (path, path.split(".")[0])
        made = [
            e.cell
            for e in self.edits
            if e.file == file and e.path in paths and slug(e.cell.path) in counted
        ]
        return made[-1] if made else None


def lines(text: str) -> list[str]:
    return text.splitlines()


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
        states[chapter.slug] = _render(chapter, modules, edits)
    return Tangled(states, tuple(edits))


def _refuse_reopen(cell: Cell) -> None:
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.ClassDef) and _is_reopened(node):
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
    imports = [node for node in cell.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in cell.tree.body if node not in imports]
    here = dataclasses.replace(here, imports=(*here.imports, *_imports(imports)))
    text = without_imports(cell.source)
    after = cell.options.get("after")
    _check_comments(cell, imports)
    found = definitions(rest, text)
    if not cell.tree.body:
        raise Unsuitable(1, "a tangled cell without a definition", "write one, or drop ':tangle:'")
    ends = [d.end for d in found] or [0]
    for number, line in enumerate(lines(text)[max(ends) :], start=max(ends) + 1):
        if line.strip():
            raise Unsuitable(number, "a comment that stands above nothing", "move or drop it")
    for definition in found:
        class_name, parts = None, [definition]
        if isinstance(definition.node, ast.ClassDef) and _is_reopened(definition.node):
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


def _is_reopened(node: ast.ClassDef) -> bool:
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
    for node in nodes:
        module_name, level = "", 0
        if isinstance(node, ast.ImportFrom):
            module_name, level = node.module or "", node.level
        for alias in node.names:
            full = module_name or alias.name
            own = full.split(".")[0] in (PACKAGE, "literate", "__future__")
            if own or alias.name == "*" or level:
                raise Unsuitable(
                    node.lineno, "a tangled cell cannot have this import",
                    "imports between the package's modules are worked out; others name what they "
                    "take; `reopen` is imported in a cell that is not tangled",
                )  # fmt: skip
            name = alias.name if module_name else ""
            yield Import(full, name, alias.asname or "")


def _render(chapter: Chapter, modules: Modules, edits: list[Edit]) -> State:
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
    files = {"__init__.py": _init(modules)}
    for name, here in modules.items():
        files[f"{name}.py"] = _with_imports(here.body, needs[name])
    return files


def free_names(body: str) -> set[str]:
    """The names that a module's code takes from its global namespace or from the builtins."""

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(body, PACKAGE, "exec")))


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


def _fitted(start: str, names: list[str], brackets: str = "") -> list[str]:
    """`start` and the names on one line, or, where that is too long, each name on its own."""
    line = start + brackets[:1] + ", ".join(names) + brackets[1:]
    if len(line) <= WIDTH:
        return [line]
    brackets = brackets or "()"
    return [start + brackets[0], *(f"    {name}," for name in names), brackets[1]]


def _init(modules: Modules) -> str:
    """The package's `__init__.py`: every public name of every module."""
    exports = {
        name: sorted(
            (d.name for d in module(here.body) if d.name[0] != "_" and d.name != DOCSTRING),
            key=_rank,
        )
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
    listing = _fitted("__all__ = ", [f'"{name}"' for name in public], "[]")
    return "\n".join([*head, "", *imports, "", *listing] if public else head) + "\n"
