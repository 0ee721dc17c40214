"""What looks like a cell and would not run is refused: with the line, the reason and the remedy."""

from pathlib import Path

import pytest

from literate.read.markdown import read_page
from literate.read.not_run import check_cells

CELL = "```{code-cell} python\n1 / 0\n```\n"
REFUSED = {
    "on a page": (CELL, 3, "a cell, but the page's header", "file_format: mystnb"),
    "in a comment": (f"<!--\n{CELL}-->\n", 4, "a cell inside of a comment is not", "take it out"),
    "in percents": ("% ```{code-cell} python\n% 1\n% ```\n", 3, "inside of a comment", "take it"),
    "in HTML": (
        f"<details>\n{CELL}</details>\n", 4, "a cell inside of HTML is not executed",
        "an empty line above it is enough",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, line, reason, remedy = REFUSED[which]
    page = read_page(Path("book/one.md"), f"# Title\n\n{text}\n")
    refused(lambda: check_cells(page), f"book/one.md:{line}: ", reason, remedy)
