"""Compare the code of a translated chapter with that of its original, cell by cell.

What a translator may change: comments, docstrings, the messages of assertions, and the words in the
options `answer` and `mystnb`. Everything else is code.
"""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.model import Cell, Chapter

PROSE = ("answer", "mystnb")
"""The options whose words are for readers."""
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def compare(original: Path, translation: Path) -> int:
    """Raise BookError for the first cell that has other code; return how many cells there are."""
    one, other = _read(original), _read(translation)
    for ours, theirs in itertools.zip_longest(one.cells, other.cells):
        if theirs is None:
            raise BookError(
                translation, None,
                f"there is no cell for the one at {original}:{ours.line}: {_first(ours)}",
                f"put it in; the original has {len(one.cells)} cells, and this {len(other.cells)}",
            )  # fmt: skip
        if ours is None:
            raise theirs.error(
                f"{original} has no such cell: {_first(theirs)}",
                f"take it out; the original has {len(one.cells)} cells, and this "
                f"{len(other.cells)}",
            )
        if _options(ours) != _options(theirs):
            raise BookError(
                translation, theirs.fence,
                f"this cell has other options than the one at {original}:{ours.fence}",
                "copy them from there; only the words in `answer` and `mystnb` may be others",
            )  # fmt: skip
        for line, instead in itertools.zip_longest(_code(ours), _code(theirs), fillvalue="nothing"):
            if line != instead:
                raise theirs.error(
                    f"this cell has other code than the one at {original}:{ours.line}:\n"
                    f"  there: {line.strip()}\n  here:  {instead.strip()}",
                    "copy it from there; only comments, docstrings and the messages of assertions "
                    "may be in another language",
                )  # fmt: skip
    return len(one.cells)


def _read(path: Path) -> Chapter:
    try:
        return read_chapter(path, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BookError(
            path, None, f"cannot be read: {error}", "name two chapters, the original first"
        ) from None


def _first(cell: Cell) -> str:
    return cell.source.split("\n")[0]


def _options(cell: Cell) -> dict[str, object]:
    """The options without the words in them."""
    return {name: None if name in PROSE else value for name, value in cell.options.items()}


def _code(cell: Cell) -> list[str]:
    """The lines of the code, without the words that may be others."""
    tree = ast.parse(cell.source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            node.msg = None
        # What a cell without a target begins with is no docstring, but a value.
        mere = node is tree and not cell.target
        if isinstance(node, DOCUMENTED) and not mere and ast.get_docstring(node) is not None:
            node.body[0] = ast.Expr(ast.Constant("…"))
    return ast.unparse(tree).split("\n")
