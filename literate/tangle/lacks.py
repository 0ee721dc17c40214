"""What the cells of a chapter lack where not everything is installed that they import.

A name stands for all that its value was made with, as far as the text tells:

    import numpy as np          np lacks numpy, and the cell can be run all the same
    xs = np.arange(0, 5)        so does xs, and this cell cannot
    print(sum(xs))              nor can this one
"""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

from literate.read.imports import Import, data_packages, imports
from literate.read.model import Chapter
from literate.tangle.changes import Values
from literate.tangle.changes import names as named
from literate.tangle.modules import free_names
from literate.tangle.standalone import Standalone, bound_names, standalone
from literate.tangle.state import Tangled
from literate.tangle.tangle import is_reopened

NOTHING: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Reach:
    """The modules that a cell lacks, and those without which not even its assertions can be run;
    `source` is what of it can be run."""

    lacks: frozenset[str]
    asserting: frozenset[str]
    source: str


def reach(
    chapter: Chapter, tangled: Tangled, there: Callable[[str], bool]
) -> tuple[dict[int, Reach], Standalone]:
    """How far each cell gets that the reader sees, by its index, and what the chapter runs alone
    with; `there` says which of the modules that are not ours can be imported."""
    alone = standalone(chapter, tangled)
    known = _of_modules(alone.modules, there)
    names: dict[str, frozenset[str]] = {}
    values, found = Values(), {}
    for cell in alone.cells:
        parts = list(_follow(cell.tree, "", names, values, known, there))
        lines = cell.source.splitlines()
        kept = [
            "\n".join(lines[_start(statement) - 1 : statement.end_lineno])
            for statement, lacking in parts
            if not lacking or isinstance(statement, ast.Import | ast.ImportFrom)
        ]
        lacking = NOTHING.union(*(lacking for _, lacking in parts))
        asserting = NOTHING.union(*(lacking for part, lacking in parts if _asserts(part)))
        found[cell.index] = Reach(lacking, asserting, "\n".join(kept) if lacking else cell.source)
    return found, alone


def _asserts(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(statement))


def places(chapter: Chapter) -> dict[int, int]:
    """By what number the page knows each cell, by its index: what stands between counts not."""
    return {cell.index: place for place, cell in enumerate(chapter.cells)}


def _start(statement: ast.stmt) -> int:
    """The first line of a statement, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(node.lineno for node in decorators)])


@functools.cache
def _parse(text: str) -> ast.Module:
    """A module as code; most chapters leave most of the modules as they are."""
    return ast.parse(text)


def _of_modules(
    modules: Mapping[str, str], there: Callable[[str], bool]
) -> dict[tuple[str, str], frozenset[str]]:
    """What the names of each module lack, by module and name."""
    trees = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): _parse(text)
        for path, text in modules.items()
    }
    packages = {
        path.removesuffix("/__init__.py").replace("/", ".")
        for path in modules
        if path.endswith("__init__.py")
    }
    known: dict[tuple[str, str], frozenset[str]] = {}
    before = None
    # A module may import from one below it here, and a function call one below it in its module.
    while known != before:
        before = dict(known)
        for module, tree in trees.items():
            names = {name: lacking for (where, name), lacking in known.items() if where == module}
            package = module if module in packages else module.rpartition(".")[0]
            for _ in _follow(tree, package, names, Values(), known, there):
                pass
            known |= {(module, name): lacking for name, lacking in names.items()}
    return known


def _follow(
    tree: ast.Module,
    package: str,
    names: dict[str, frozenset[str]],
    values: Values,
    known: Mapping[tuple[str, str], frozenset[str]],
    there: Callable[[str], bool],
) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """Follow code, and give each statement with what it lacks.

    `names` and `values` are brought up to date; `package` is what a relative import begins in.
    """
    for statement in tree.body:
        told = _told(statement)
        imported = dict(_imported(told.imports, package, known, there))
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names |= imported
            yield statement, NOTHING.union(*imported.values())
            continue
        read = frozenset(name for name in told.reads if not there(name))
        lacking = read.union(*imported.values(), *(names.get(name, NOTHING) for name in told.needs))
        changed = values.changed_by(statement) if lacking else set()
        values.bind(statement, {*told.binds})
        names |= dict.fromkeys(told.binds | changed, lacking)
        yield statement, lacking


@dataclasses.dataclass(frozen=True)
class Told:
    """What the text of a statement tells: the names that it binds and needs, what it imports, and
    the packages whose data it reads."""

    binds: frozenset[str]
    needs: frozenset[str]
    imports: tuple[Import, ...]
    reads: frozenset[str]


@functools.cache
def _told(statement: ast.stmt) -> Told:
    source = ast.unparse(statement)
    binds, needs = frozenset(bound_names(source)), free_names(source)
    # A loop and its like give a value to their own names before they use them.
    if hasattr(statement, "body"):
        needs -= binds
    needs |= _taken_for_granted(statement)
    return Told(binds, needs, tuple(imports(statement)), frozenset(data_packages(statement)))


def _taken_for_granted(statement: ast.stmt) -> set[str]:
    """The names that have to be there, though the code does not take their values: of a class that
    is reopened, and of what is deleted."""
    if isinstance(statement, ast.ClassDef) and is_reopened(statement):
        return {statement.name}
    return named(statement) if isinstance(statement, ast.Delete) else set()


def _imported(
    imported: Iterable[Import],
    package: str,
    known: Mapping[tuple[str, str], frozenset[str]],
    there: Callable[[str], bool],
) -> Iterator[tuple[str, frozenset[str]]]:
    """The names that are imported, and what each lacks."""
    for found in imported:
        if found.is_ours or found.module.startswith("."):
            yield found.binds, known.get((_absolute(found, package), found.name), NOTHING)
        else:
            yield found.binds, NOTHING if there(found.root) else frozenset({found.root})


def _absolute(found: Import, package: str) -> str:
    """The module that is imported from, such as `micrograd.after.value.engine` for `.engine`."""
    name = found.module.lstrip(".")
    dots = len(found.module) - len(name)
    parts = package.split(".")[: len(package.split(".")) - dots + 1] if dots else []
    return ".".join([*parts, *([name] if name else [])])
