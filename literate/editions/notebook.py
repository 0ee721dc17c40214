"""Notebooks that run anywhere: each chapter as one `.ipynb`, with nothing of ours installed.

The imports of ours become a folded cell of plain code (see `standalone`), the text becomes
Markdown that every notebook shows (see `notebook_markdown`), and above a cell stands what its page
says of it. They come without outputs: those are what running it is for, and without them a notebook
is small, the same every time it is made, and made without running anything.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import bs4
import nbformat
from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook

from literate.editions.notebook_markdown import Plain
from literate.editions.standalone import Standalone, standalone
from literate.files import BUILD, digest, replace_files
from literate.read.markdown import parser_config
from literate.read.model import PARTS, TITLE, Book, Cell, Chapter
from literate.read.settings import Words, settings
from literate.tangle.tangle import Tangled
from literate.weave.captions import caption

INSTALLED_AS = {"sklearn": "scikit-learn", "torchgen": "torch"}
"""What to install for a module, where that has another name."""
FOLDED = {"hide-input", "remove-cell", "remove-input"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class Edition:
    """The whole notebooks. Another edition overrides what it has otherwise."""

    folder = "notebooks"

    def __init__(self, book: Book, tangled: Tangled, say: Words) -> None:
        self.book, self.tangled, self.say = book, tangled, say

    def check(self, chapter: Chapter) -> None:
        """Raise BookError for a chapter of which this edition cannot be made."""

    def code(self, cell: Cell, source: str) -> str | None:
        """What the cell's code becomes; None leaves the cell out."""
        return source

    def head(self, chapter: Chapter) -> str:
        """What stands below the notebook's title."""
        return ""

    def section(self, chapter: Chapter, words: str, moments: list[str]) -> str:
        """What stands below a heading."""
        return ""

    def after(self, chapter: Chapter, cell: Cell) -> str:
        """What stands below a cell."""
        return ""


def texts(edition: Edition) -> dict[str, str]:
    """The text of every chapter's notebook in this edition, by file name."""
    made = settings(edition.book.root)
    plain = Plain(edition.book, str((made.get("html") or {}).get("baseurl") or ""))
    for page, words in plain.titles.items():
        plain.titles[page] = words.replace(TITLE, str(made.get("title", "")))
    found = {}
    for chapter in edition.book.chapters:
        edition.check(chapter)
        text = nbformat.writes(_notebook(edition, chapter, plain, made))
        found[f"{chapter.slug}.ipynb"] = text.rstrip("\n") + "\n"
    return found


def write(edition: Edition, beside: dict[str, str]) -> Path:
    """Write the edition's notebooks, and what lies beside them, all or nothing, into its folder;
    return that."""
    folder = BUILD / edition.folder
    files = {folder / name: text for name, text in (texts(edition) | beside).items()}
    replace_files(edition.book.root, files)
    for found in (edition.book.root / folder).iterdir():
        if found.is_file() and folder / found.name not in files:
            found.unlink()
    return folder


def _notebook(edition: Edition, chapter: Chapter, plain: Plain, made: dict[str, Any]) -> Any:
    """A chapter as a notebook."""
    alone = standalone(chapter, edition.tangled)
    origin = _origin(edition, chapter, alone, plain, made)
    by_index = {cell.index: cell for cell in chapter.cells}
    titled = False

    def below(level: int, words: str, moments: list[str]) -> str:
        nonlocal titled
        parts = [] if titled else [origin, edition.head(chapter)]
        titled = True
        return "\n\n".join(p for p in [*parts, edition.section(chapter, words, moments)] if p)

    cells: list[Any] = []
    notebook = read_myst_markdown_notebook(chapter.text, parser_config(), add_source_map=True)
    for index, read in enumerate(notebook.cells):
        if read.cell_type == "markdown":
            _write(cells, plain.convert(read.source, chapter.path, below))
            continue
        cell = by_index[index]
        if cell is alone.first:
            cells.append(_code(_folded(alone, edition.say), {"cellView": "form"}, folded=True))
        source = edition.code(cell, alone.sources[index])
        if not source:
            continue
        _write(cells, _said(edition, cell))
        kept = {name: value for name, value in cell.options.items() if name in ("tags", *PARTS)}
        folded = "solution" in cell.options or bool(FOLDED.intersection(cell.tags))
        cells.append(_code(source, kept, folded))
        _write(cells, edition.after(chapter, cell))
    if not titled:
        cells.insert(0, nbformat.v4.new_markdown_cell(below(1, "", [])))
    _name(cells)
    whole = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(whole)
    return whole


def _write(cells: list[Any], text: str) -> None:
    """Add text to the notebook: to its last cell, if that is text."""
    if text and cells and cells[-1].cell_type == "markdown":
        cells[-1].source += f"\n\n{text}"
    elif text:
        cells.append(nbformat.v4.new_markdown_cell(text))


def _code(source: str, metadata: dict[str, Any], folded: bool) -> Any:
    tags = [*metadata.get("tags", ())]
    if folded:
        # Jupyter folds by the one, the tools that make pages of notebooks by the other.
        metadata = metadata | {"jupyter": {"source_hidden": True}}
        tags += [] if FOLDED.intersection(tags) else ["hide-input"]
    return nbformat.v4.new_code_cell(source, metadata=metadata | ({"tags": tags} if tags else {}))


def _folded(alone: Standalone, say: Words) -> str:
    """The code that the chapter builds on, under a title that Colab shows in its place."""
    imports = "\n".join(f"#   {line}" for line in alone.lines)
    return f"#@title {say('notebook code')}\n# {say('notebook imports')}\n{imports}\n\n{alone.code}"


def _said(edition: Edition, cell: Cell) -> str:
    """What stands above a cell on its page: where the code goes, or its part in an exercise."""
    if edits := [edit for edit in edition.tangled.edits if edit.cell is cell]:
        marks: dict[type, str] = {nodes.strong: "**", nodes.literal: "`"}
        parts = ((marks.get(type(p), ""), p.astext()) for p in caption(edits, edition.say).children)
        return "".join(f"{mark}{text}{mark}" for mark, text in parts)
    for part in sorted(PARTS & cell.options.keys()):
        return f"*{edition.say('notebook solution' if part == 'solution' else part)}*"
    return ""


def _origin(
    edition: Edition, chapter: Chapter, alone: Standalone, plain: Plain, made: dict[str, Any]
) -> str:
    """Where the notebook comes from, under which licence, and what it needs."""
    say, page = edition.say, plain.url(chapter.path.with_suffix("").as_posix())
    footer = str((made.get("html") or {}).get("extra_footer") or "")
    licence = " ".join(bs4.BeautifulSoup(footer, "html.parser").get_text().split())
    key = "notebook origin" if page else "notebook origin unlinked"
    title, author = made.get("title", ""), made.get("author", "")
    course = say("notebook course", course=made["course"]) if made.get("course") else ""
    lines = [say(key, title=title, author=author, page=page), course, licence]
    used = packages(alone)
    names = ", ".join(f"`{name}`" for name in used)
    needs = [say("notebook runs", packages=names)] if names else []
    needs += [say("notebook draws")] if "graphviz" in used else []
    return "\n\n".join(
        [" ".join(line for line in lines if line), *([" ".join(needs)] if needs else [])]
    )


def packages(alone: Standalone) -> list[str]:
    """What is to be installed for what the cells import, sorted."""
    found = set()
    for source in [alone.code, *alone.sources.values()]:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[0])
    return sorted({INSTALLED_AS.get(name, name) for name in found - sys.stdlib_module_names})


def _name(cells: list[Any]) -> None:
    """Give the cells ids that follow from what they say, so that they stay from run to run."""
    seen: Counter[str] = Counter()
    for cell in cells:
        name = digest([cell.cell_type, cell.source])
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
