"""What code imports, name by name, and what of it is ours: a state of the package, or a helper."""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Iterator

from literate.read.model import PACKAGE, Cell

HELPERS = "literate.cells"
"""What a chapter may import from us besides the package."""
OURS = {PACKAGE, "literate"}


@dataclasses.dataclass(frozen=True)
class Import:
    """One imported name: `import module` when `name` is empty, else `from module import name`.

    The module begins with a dot for each level of a relative import. `line` is where it stands.
    """

    module: str
    name: str = ""
    alias: str = ""
    line: int = dataclasses.field(default=1, compare=False)

    @property
    def binds(self) -> str:
        """The name that the import gives a value to."""
        return self.alias or self.name or self.module.split(".")[0]

    @property
    def root(self) -> str:
        """The package that has to be installed for it; empty for a relative import."""
        return self.module.split(".")[0]

    @property
    def is_ours(self) -> bool:
        return self.root in OURS

    @property
    def state(self) -> str:
        """The slug of the chapter whose state it takes; empty if it takes none.

        "value" for `from micrograd.after.value.engine import Value` and
        `from micrograd.after import value`.
        """
        parts = self.module.split(".")
        parts += [self.name] if len(parts) == 2 else []
        return parts[2] if parts[:2] == [PACKAGE, "after"] and len(parts) > 2 else ""


@functools.lru_cache(4096)  # A dozen checks ask it of each cell.
def imports(tree: ast.AST) -> tuple[Import, ...]:
    """Every import in the code."""
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", alias.asname or "", node.lineno)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield Import(module, alias.name, alias.asname or "", node.lineno)


def roots(tree: ast.AST) -> set[str]:
    """The packages that the code imports, or whose files it reads."""
    return {found.root for found in imports(tree)} | data_packages(tree)


def data_packages(tree: ast.AST) -> set[str]:
    """The packages whose files of data the code reads, as with files("names")."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [node.args[0] for node in calls if getattr(node.func, "id", "") == "files"]
    texts = [node.value for node in named if isinstance(node, ast.Constant)]
    return {text.split(".")[0] for text in texts if isinstance(text, str)}


def state_imports(cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, str, int]]:
    """Each import of the package: the cell, the slug whose state it takes, the code's line.

    The slug is empty where the finished package is imported instead of a chapter's state.
    """
    for cell in cells:
        for found in imports(cell.tree):
            if found.root == PACKAGE:
                yield cell, found.state, found.line
