"""A chapter without anything of ours installed: the modules that its imports of ours ask for.

They are the very files of the package as an earlier chapter left it, and of `literate.cells`. A
notebook carries them as an archive that Python imports from, so that its cells stay as they are.
"""

from __future__ import annotations

import base64
import dataclasses
import inspect
import io
import symtable
import zipfile
from collections.abc import Iterator
from pathlib import Path

from literate import cells
from literate.read.imports import HELPERS, Import, imports
from literate.read.model import PACKAGE, Cell, Chapter
from literate.tangle.modules import free_names
from literate.tangle.state import Tangled

DAY = (1980, 1, 1, 0, 0, 0)
"""The day of every file in the archive, the first that a zip can tell: one text, one archive."""


@dataclasses.dataclass(frozen=True)
class Standalone:
    """The cells of a chapter that its notebook has, and the modules of ours that they import.

    `first` is the cell above which the modules are needed, None if the chapter imports nothing of
    ours; `modules` are texts by path, such as `micrograd/after/value/engine.py`.
    """

    cells: tuple[Cell, ...]
    first: Cell | None
    modules: dict[str, str]


def standalone(chapter: Chapter, tangled: Tangled) -> Standalone:
    """What makes the chapter run alone; raises BookError where this cannot be."""
    kept = _kept(chapter)
    found = [(cell, each) for cell in kept for each in _ours(cell)]
    modules: dict[str, str] = {}
    for slug in chapter.builds_on:
        package = f"{PACKAGE}/__init__.py", f"{PACKAGE}/after/__init__.py"
        modules |= dict.fromkeys(package, "")
        for file, text in tangled.states[slug].items():
            modules[f"{PACKAGE}/after/{slug}/{file}"] = text
    helpers = {each.name for _, each in found if each.module == HELPERS}
    return Standalone(kept, found[0][0] if found else None, modules | _helpers(helpers))


def _kept(chapter: Chapter) -> tuple[Cell, ...]:
    """The cells without those that the page removes, which only the book's tests need.

    Raises BookError where another cell uses a name that only such a cell defines.
    """
    defined: dict[str, bool] = {}
    for cell in chapter.cells:
        if not cell.removed:
            for name in sorted(free_names(cell.source) - bound_names(cell.source)):
                if defined.get(name):
                    raise cell.error(
                        f"only a cell that the page removes defines '{name}', and a notebook that "
                        "stands alone does not have that cell",
                        f"define '{name}' where the reader sees it, too",
                    )
        defined |= {n: cell.removed and defined.get(n, True) for n in bound_names(cell.source)}
    return tuple(cell for cell in chapter.cells if not cell.removed)


def _ours(cell: Cell) -> Iterator[Import]:
    """The cell's imports of what is ours; raises BookError for one that a notebook cannot have."""
    for found in imports(cell.tree):
        if found.root == "literate" and (found.module != HELPERS or not found.name):
            raise cell.error(
                "a notebook that stands alone cannot have this import",
                f"write 'from {HELPERS} import <names>'",
                found.line,
            )
        if found.is_ours:
            yield found


def _helpers(names: set[str]) -> dict[str, str]:
    """The files of `literate.cells` that define these names, and what makes a package of them."""
    files = {name: Path(inspect.getsourcefile(getattr(cells, name)) or "") for name in names}
    if not files:
        return {}
    lines = [f"from {HELPERS}.{files[name].stem} import {name}\n" for name in sorted(names)]
    folder = HELPERS.replace(".", "/")
    made = {"literate/__init__.py": "", f"{folder}/__init__.py": "".join(lines)}
    return made | {f"{folder}/{f.name}": f.read_text("utf-8") for f in sorted({*files.values()})}


def archive(modules: dict[str, str]) -> str:
    """The modules as a zip archive, from which Python imports, in letters."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for path, text in modules.items():
            made.writestr(zipfile.ZipInfo(path, DAY), text, zipfile.ZIP_DEFLATED)
    return base64.b64encode(file.getvalue()).decode()


def bound_names(source: str) -> set[str]:
    """The names that running the code binds in the notebook."""

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            top = table.get_type() == "module" or symbol.is_declared_global()
            if top and (symbol.is_assigned() or symbol.is_imported()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(source, "cell", "exec")))
