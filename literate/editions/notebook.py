"""Notebooks that run anywhere: each chapter as one `.ipynb`, with nothing of ours installed.

A folded cell above the first import of ours brings the modules along (see `standalone`), the text
becomes Markdown that every notebook shows (see `notebook_markdown`), and above a cell stands what
its page says of it. The solution of an exercise is text in a fold, and no code: who runs all cells
is stopped by the first check that is not answered yet. They come without outputs: those are what
running it is for, and without them a notebook is small, the same every time it is made, and made
without running anything.
"""

from __future__ import annotations

import ast
import functools
import html
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import bs4
import nbformat

from literate.editions.notebook_markdown import FOLD, Plain, joined
from literate.files import BUILD, digest, replace_files
from literate.read.imports import OURS, roots
from literate.read.model import PARTS, TITLE, Book, Cell, Chapter
from literate.read.settings import Words, settings
from literate.tangle.caption import caption
from literate.tangle.standalone import Standalone, archive, standalone
from literate.tangle.state import Tangled

INSTALLED_AS = {"sklearn": "scikit-learn", "torchgen": "torch"}
"""What to install for a module, where that has another name."""
FOLDED = {"hide-input", "remove-input"}
MODULES = """\
#@title {title}
# {note}
import base64, sys, tempfile

with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as modules:
    modules.write(base64.b64decode("{archive}"))
sys.path.insert(0, modules.name)
"""
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

    def code(self, cell: Cell) -> str | None:
        """What the cell's code becomes; None leaves the cell out."""
        return cell.source

    def head(self, chapter: Chapter) -> str:
        """What stands below the notebook's title."""
        return ""

    def section(self, chapter: Chapter, words: str, moments: list[str]) -> str:
        """What stands below a heading."""
        return ""

    def metadata(self, cell: Cell) -> dict[str, Any]:
        """What the notebook says of a cell to other programs, besides its tags and its exercise."""
        return {}

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
    by_fence = {cell.fence: cell for cell in alone.cells}
    titled = False

    def below(level: int, words: str, moments: list[str]) -> str:
        nonlocal titled
        parts = [] if titled else [origin, edition.head(chapter)]
        titled = True
        return "\n\n".join(p for p in [*parts, edition.section(chapter, words, moments)] if p)

    cells: list[Any] = []
    text, at = plain.lines(chapter.page, below), 0
    for block in chapter.page.cells:
        _write(cells, joined(text[at : block.line - 1]))
        at = block.lines.stop - 1
        cell = by_fence.get(block.line)
        source = edition.code(cell) if cell else None
        if not cell or not source:
            continue
        if cell is alone.first:
            _write_modules(cells, alone, edition.say)
        _write_cell(cells, edition, cell, source)
        _write(cells, edition.after(chapter, cell))
    _write(cells, joined(text[at:]))
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


def _write_modules(cells: list[Any], alone: Standalone, say: Words) -> None:
    """Bring along what the chapter builds on: packed, to be imported, and as text, to be read.

    Colab shows the title of a cell in the place of its code.
    """
    code = MODULES.format(
        title=say("notebook code"), note=say("notebook packed"), archive=archive(alone.modules)
    )
    cells.append(_code(code.rstrip("\n"), {"cellView": "form"}, folded=True))
    for path, text in alone.modules.items():
        if text:
            _write(cells, _listing(path, text))


def _write_cell(cells: list[Any], edition: Edition, cell: Cell, source: str) -> None:
    """Add a cell of the chapter, below what is said of it."""
    if cell.part == "solution":
        _write(cells, _listing(edition.say("solution"), source))
        return
    _write(cells, _said(edition, cell))
    kept = {name: value for name, value in cell.options.items() if name in ("tags", *PARTS)}
    kept |= edition.metadata(cell)
    folded = bool(FOLDED.intersection(cell.tags))
    if cell.part == "check":
        # Its code tells the answer.
        source, folded = f"#@title {edition.say('check')}\n{source}", True
        kept["cellView"] = "form"
    cells.append(_code(source, kept, folded))


def _listing(title: str, source: str) -> str:
    """Code to be read, in a fold."""
    body = f"````python\n{source.strip()}\n````"
    return FOLD.format(title=html.escape(title), body=body)


def _said(edition: Edition, cell: Cell) -> str:
    """What stands above a cell on its page: where the code goes, or that an exercise starts."""
    if edits := [edit for edit in edition.tangled.edits if edit.cell is cell]:
        marks = {"file": "**", "name": "`"}
        said = ((marks.get(kind, ""), text) for kind, text in caption(edits, edition.say))
        return "".join(f"{mark}{text}{mark}" for mark, text in said)
    return f"*{edition.say('starter')}*" if cell.part == "starter" else ""


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
    sources = [*alone.modules.values(), *(cell.source for cell in alone.cells)]
    found = {root for source in sources for root in _roots(source)}
    return sorted({INSTALLED_AS.get(n, n) for n in found - OURS - sys.stdlib_module_names - {""}})


@functools.lru_cache(4096)  # Most chapters have modules of the chapters before.
def _roots(source: str) -> frozenset[str]:
    return frozenset(roots(ast.parse(source)))


def _name(cells: list[Any]) -> None:
    """Give the cells ids that follow from what they say, so that they stay from run to run."""
    seen: Counter[str] = Counter()
    for cell in cells:
        name = digest([cell.cell_type, cell.source])
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
