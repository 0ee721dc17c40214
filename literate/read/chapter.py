"""Read a chapter: the cells of a page that is a MyST notebook (`file_format: mystnb`).

Whatever could be read in two ways by the page builder, the test runner and the tangler is refused,
with the place and the remedy (see `rules`).
"""

from __future__ import annotations

from pathlib import Path

from literate.read import not_run, rules
from literate.read.imports import state_imports
from literate.read.markdown import read_page
from literate.read.model import Cell, Chapter
from literate.read.numbers import with_numbers
from literate.read.page import Block, Page
from literate.read.text import lines


def read_chapter(path: Path, text: str) -> Chapter:
    """The chapter that `text` is, if it is one; `path` is for messages."""
    return chapter(read_page(path, text))


def chapter(page: Page) -> Chapter:
    """The chapter that a page is. Its cells have the places that they have in its notebook."""
    needs = rules.check_header(page)
    not_run.check_blocks(page)
    text = lines(page.text)
    cells: list[Cell] = []
    heading, index, end = "", 0, 0
    for block in page.blocks:
        if block.kind == "heading":
            heading = block.words
        elif block.kind in ("cell", "front_matter", "myst_block_break"):
            # The text above is a cell of the notebook, too.
            index += bool("".join(text[end : block.line - 1]).strip())
            end = block.lines.stop - 1
        if block.kind == "cell":
            cells.append(_cell(page, block, index, heading))
            index += 1
    states = (state for _, state, _ in state_imports(tuple(cells)) if state)
    made = Chapter(page, with_numbers(page, cells), needs, tuple(dict.fromkeys(states)))
    rules.check_needs(made)
    rules.check_hidden(made)
    return made


def _cell(page: Page, block: Block, index: int, heading: str) -> Cell:
    rules.check_options(page, block)
    line = block.first if block.source else block.line + 1
    tree = rules.parse(page, line, block.source)
    options = dict(block.options)
    return Cell(page.path, index, block.line, line, heading, block.source, options, tree)
