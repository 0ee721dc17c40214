"""Which executed chapters are still what their code would show."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from myst_nb.core.read import read_myst_markdown_notebook

from literate.cells import measure
from literate.files import BUILD, digest
from literate.read.markdown import parser_config
from literate.read.model import CHAPTERS, Book, Cell, Chapter
from literate.read.numbers import written
from literate.run.shown import Shown, of_outputs
from literate.tangle.tangle import Tangled

NUMBERS = "numbers"
"""Where an executed chapter has the numbers that its text takes from the cells."""
CACHE = BUILD / "executed"
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
"""What a kernel says of its language, for the colours of the code."""
RUNS = (
    "literate/cells/*.py", "literate/run/*.py", "constraints.txt", "requirements.txt",
    "requirements-pytorch.txt", f"{CHAPTERS}/matplotlibrc",
)  # fmt: skip
"""The files, besides the chapters, that decide what a cell shows."""
WEAVES = (*RUNS, "literate/**/*.py", "_config.yml", "literate/weave/static/**/*",
          f"{CHAPTERS}/_static/*", f"{CHAPTERS}/*.yml")  # fmt: skip
"""The files, besides the chapters, that decide how a page looks."""


def machinery(root: Path, patterns: Iterable[str] = RUNS) -> str:
    """A digest of everything but the chapters that decides what their cells show."""
    files = [file for pattern in patterns for file in sorted(root.glob(pattern))]
    return digest(hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file())


def measures(chapter: Chapter) -> bool:
    """Whether the chapter measures times, which the page takes from those on record."""
    return any(
        node.module == "literate.cells" and alias.name == "seconds"
        for cell in chapter.cells
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def builds_on(root: Path, chapter: Chapter, tangled: Tangled) -> str:
    """A digest of what the results of a chapter depend on besides its own code."""
    states = [tangled.states[slug] for slug in chapter.builds_on]
    texts = [text for state in states for text in state.values()]
    if measures(chapter):
        texts.append((root / measure.TIMES).read_text("utf-8"))
    texts += [text for cell in chapter.cells for text in (str(cell.index), *cell.numbers)]
    return digest([machinery(root), *texts, *(f"without {name}" for name in chapter.missing)])


def read_notebook(text: str, builds_on: str, executed: bool = True) -> Any:
    """The chapter as a notebook whose kernel metadata say what it builds on (a MyST-NB reader).

    One that is not `executed` is shown as it is, with its cells but without their outputs.
    """
    notebook = read_myst_markdown_notebook(text, parser_config(), add_source_map=True)
    notebook.metadata.setdefault("kernelspec", {"name": "python3", "display_name": "Python 3"})
    notebook.metadata["kernelspec"]["builds_on"] = builds_on
    if not executed:
        notebook.metadata["mystnb"] = {"execution_mode": "off"}
        notebook.metadata["language_info"] = LANGUAGE
    return notebook


def executed(
    book: Book, chapter: Chapter, tangled: Tangled
) -> Iterator[tuple[Cell, Shown, list[Any]]]:
    """What each cell of a chapter shows, and its outputs, of which the page is made; KeyError if
    the chapter was not executed."""
    notebook = read_notebook(chapter.text, builds_on(book.root, chapter, tangled))
    cache = get_cache(str(book.root / CACHE))
    record = cache.match_cache_notebook(notebook)
    made = [c for c in cache.get_cache_bundle(record.pk).nb.cells if c.cell_type == "code"]
    for cell, run in zip(chapter.cells, made, strict=True):
        numbers = written(record.data[NUMBERS].get(str(cell.index), {}))
        yield cell, dataclasses.replace(of_outputs(run.outputs), numbers=numbers), run.outputs
