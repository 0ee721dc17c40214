"""A chapter without anything of ours installed: the code that its imports of ours stand for.

The package as an earlier chapter left it, `reopen` and the figures to play with become a cell of
plain definitions. It is the very code; but now it shares its names with the chapter, whose own
must not get in its way. Where one would, the notebook is refused.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import symtable
from collections.abc import Iterable, Iterator
from pathlib import Path

from literate import cells
from literate.read.model import PACKAGE, Cell, Chapter
from literate.tangle.splice import module, without_imports
from literate.tangle.tangle import Import, State, Tangled, free_names, import_lines

CELLS = "literate.cells"
"""What a chapter may import from us besides the package."""
OURS = {PACKAGE, "literate"}


@dataclasses.dataclass(frozen=True)
class Standalone:
    """A chapter's cells without our imports, by index, and the code that takes their place.

    `first` is the cell above which this code belongs; None if the chapter imports nothing of ours.
    `lines` are the imports as they were written.
    """

    sources: dict[int, str]
    first: Cell | None
    lines: tuple[str, ...]
    code: str


def standalone(chapter: Chapter, tangled: Tangled) -> Standalone:
    """What makes the chapter run alone; raises BookError where this cannot be."""
    found = [(cell, node) for cell in chapter.cells for node in _ours(cell)]
    states = {name for _, node in found if (name := _state(node))}
    for cell, node in found:
        if _state(node) and len(states) > 1:
            raise cell.error(
                f"the chapter imports the package as {' and as '.join(sorted(states))} left it, "
                "and a notebook that stands alone holds one of them",
                "import from one chapter only", node.lineno,
            )  # fmt: skip
    wanted: dict[str, list[str]] = {}
    for _, node in found:
        names = wanted.setdefault(node.module or "", [])
        names += [alias.name for alias in node.names]
    parts, package = [], ""
    for file, names in _files(wanted.pop(CELLS, [])).items():
        text = file.read_text("utf-8")
        parts.append(f"# literate/cells/{file.name}\n{excerpt(text, names)}")
    for state in states:
        names = [name for some in wanted.values() for name in some]
        package = _modules(tangled.states[state], names)
        parts.insert(0, package)
    aliases = [
        f"{alias.asname} = {alias.name}"
        for _, node in found
        for alias in node.names
        if alias.asname
    ]
    code = "\n\n\n".join([*parts, *(["\n".join(aliases)] if aliases else [])])
    _refuse_clashes(chapter, code, package)
    sources = {cell.index: _without(cell) for cell in chapter.cells}
    lines = tuple(ast.unparse(node) for _, node in found)
    return Standalone(sources, found[0][0] if found else None, lines, code)


def _ours(cell: Cell) -> Iterator[ast.ImportFrom]:
    """The cell's imports of what is ours; raises BookError for one that cannot be replaced."""
    for node in ast.walk(cell.tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        if not any(name.split(".")[0] in OURS for name in modules):
            continue
        known = isinstance(node, ast.ImportFrom) and (node.module == CELLS or _state(node))
        if known and node in cell.tree.body and isinstance(node, ast.ImportFrom):
            yield node
        else:
            raise cell.error(
                "a notebook that stands alone cannot have this import",
                f"write 'from {PACKAGE}.after.<chapter> import <names>', or the same with {CELLS}, "
                "at the beginning of a line",
                node.lineno if isinstance(node, ast.stmt) else 1,
            )  # fmt: skip


def _files(names: Iterable[str]) -> dict[Path, list[str]]:
    """The files of `literate.cells` that define these names, each with those that it defines."""
    homes = {
        name: Path(inspect.getsourcefile(getattr(cells, name)) or "") for name in cells.__all__
    }
    found: dict[Path, list[str]] = {}
    for name in names:
        found.setdefault(homes[name], []).append(name)
    return found


def _state(node: ast.ImportFrom) -> str:
    """The slug of the chapter whose package is imported, if it is."""
    parts = (node.module or "").split(".")
    return parts[2] if parts[:2] == [PACKAGE, "after"] and len(parts) > 2 else ""


def _without(cell: Cell) -> str:
    """The cell's code without its imports of what is ours."""
    lines = cell.source.split("\n")
    for node in sorted(_ours(cell), key=lambda node: node.lineno, reverse=True):
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        # Of the blank lines above and below, one is enough.
        blank = start > 0 and not lines[start - 1] and not "".join(lines[end : end + 1])
        del lines[start : end + blank]
    return "\n".join(lines).strip("\n")


def _modules(state: State, names: Iterable[str]) -> str:
    """The modules of the package that define `names`, and those that they need, in this order."""
    defined = {
        d.name: file
        for file, text in state.items()
        if file != "__init__.py"
        for d in module(without_imports(text))
    }
    parts: dict[str, str] = {}

    def add(file: str) -> None:
        if file in parts:
            return
        kept: list[str | None] = [*state[file].split("\n")]
        for node in ast.parse(state[file]).body:
            if isinstance(node, ast.ImportFrom) and node.level:
                add(f"{node.module}.py")
                span = range(node.lineno - 1, node.end_lineno or node.lineno)
                kept[span.start : span.stop] = [None] * len(span)
        text = "\n".join(line for line in kept if line is not None)
        text = re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
        parts[file] = f"# {PACKAGE}/{file}\n{text}"

    for name in names:
        if name in defined:
            add(defined[name])
    return "\n\n\n".join(parts.values())


def excerpt(text: str, names: Iterable[str]) -> str:
    """Of a module's text, what defines `names` and all that this uses."""
    lines, end, last = text.splitlines(), 0, ""
    imports: dict[str, Import] = {}
    texts: dict[str, str] = {}
    for node in ast.parse(text).body:
        start, end = end, node.end_lineno or node.lineno
        said = "\n".join(lines[start:end]).strip("\n")
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                source = getattr(node, "module", None)
                here = Import(
                    source or alias.name, alias.name if source else "", alias.asname or ""
                )
                imports[here.binds] = here
        elif isinstance(node, ast.Expr):
            # The words below a constant; those at the module's top belong to none.
            if last:
                texts[last] += f"\n{said}"
        else:
            last = _binds(node)
            texts[last] = said
    used: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += free_names(texts[name]) if name in texts else []
    head = import_lines([made for name, made in imports.items() if name in used])
    return "\n\n\n".join(["\n".join(head), *(t for name, t in texts.items() if name in used)])


def _binds(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    raise ValueError(f"line {node.lineno}: excerpt takes definitions and assignments only")


def _refuse_clashes(chapter: Chapter, code: str, package: str) -> None:
    """Refuse a chapter that gives another meaning to a name which `code` uses.

    What it tangles may replace what the package has: the tests compare what comes out of that.
    """
    used = free_names(code)
    imported = dict(_imports(ast.parse(code)))
    replaceable = _bound(package) - imported.keys()
    for cell in chapter.cells:
        here = dict(_imports(cell.tree))
        ours = {alias.asname or alias.name for node in _ours(cell) for alias in node.names}
        for name in sorted(_bound(cell.source) & used - ours):
            same = name in here and here[name] == imported.get(name)
            if not (same or (cell.target and name in replaceable)):
                raise cell.error(
                    f"'{name}' gets another meaning here, and the code that the chapter imports "
                    "uses it: in a notebook that stands alone, there is one of each name",
                    "give it another name",
                )  # fmt: skip


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names that imports bind, and what each stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0], (alias.name, "")
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, (node.module or "", alias.name)


def _bound(source: str) -> set[str]:
    """The names that running the code binds in the notebook."""

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            top = table.get_type() == "module" or symbol.is_declared_global()
            if top and (symbol.is_assigned() or symbol.is_imported()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(source, "cell", "exec")))
