"""What looks like a cell and would not run, on the page or under test.

Page, test runner and tangler each find the cells by themselves. What one of them takes for a cell
and another does not is refused, so that no code stands on a page that nobody has run.
"""

from __future__ import annotations

import re

from literate.read.page import CELL, SPELLING, Block, Page
from literate.read.text import lines

PYTHON_FENCES = {"python", "python3", "py", "pycon", "ipython", "ipython3"}


def check_cells(page: Page) -> None:
    """Refuse cells of a page that is no notebook, and those inside of comments and of HTML."""
    for block in page.blocks:
        if not page.is_chapter and block.kind == "cell" and block.token.type == "fence":
            raise page.error(
                block.line,
                "a cell, but the page's header does not make it a notebook",
                "begin the file with the header of a chapter (file_format: mystnb)",
            )
    for block in page.walk():
        html = "html" in block.kind
        said = block.title if block.kind == "comment" else block.token.content if html else ""
        if CELL in said:
            raise page.error(
                block.line + said[: said.index(CELL)].count("\n"),
                f"a cell inside of {'HTML' if html else 'a comment'} is not executed",
                "take it out of there; in HTML, an empty line above it is enough",
            )


def check_blocks(page: Page) -> None:
    """Refuse what the page would run and the test runner skip, or the other way round."""
    text = lines(page.text)

    def check(blocks: tuple[Block, ...], around: Block | None) -> None:
        for block in blocks:
            if block.kind == "cell":
                _check_spelling(page, block, around, text[block.line - 1].rstrip())
            elif block.kind == "listing" and _language(block) in PYTHON_FENCES:
                raise page.error(
                    block.line,
                    "this listing would be tested but not executed on the page",
                    f"make it a cell (```{SPELLING})",
                )
            check(block.inside, block)

    check(page.blocks, None)


def _check_spelling(page: Page, cell: Block, around: Block | None, line: str) -> None:
    if around and around.kind == "directive":
        raise page.error(
            cell.line,
            "a cell inside another block is not executed",
            "move it out of the block; to fold it, give it a tag such as hide-input",
        )
    if around or line != f"```{SPELLING}":
        place = "inside another block" if around else f"between {cell.token.markup}"
        raise page.error(
            cell.line,
            f"the test runner would skip a cell spelled '{cell.token.info.strip()}' {place}",
            f"begin it with ```{SPELLING} at the start of a line, outside of other blocks",
        )


def _language(listing: Block) -> str:
    found = re.search(r"[\w-]+", listing.title.lower())
    return found[0] if found else ""
