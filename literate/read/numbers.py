"""Numbers in prose: those that a cell computes, and those that somebody typed.

    The loss falls to {n}`loss.data:.4f` in {n}`steps` steps.

What stands in the role is what could stand in the braces of an f-string. It is evaluated in the
chapter after the last cell above it, and what comes out is one of the expected outputs of that
cell. Page and notebook take it from there, so no number has to be typed.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from literate.read.error import BookError
from literate.read.model import Cell, slug
from literate.read.page import Page
from literate.read.prose import spans

ROLE = "n"
OUTPUTS = Path("tests/outputs")
TYPED = re.compile(
    r"(?<![\w.,])[−-]?(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{2,}|\d+(?= ?%))(?![\w]|\.\d)"
)
"""A number of more than one digit, with a decimal point, or of a percentage."""


def code(text: str) -> str:
    """The expression that makes the words of a role."""
    return f'f"""{{{text}}}"""'


def roles(page: Page) -> Iterator[tuple[int, str]]:
    """Line and text of every number of a page that a cell computes."""
    for block in page.walk():
        for line, span in spans(block):
            if span.type == "myst_role" and span.meta["name"] == ROLE:
                yield line, span.content


def with_numbers(page: Page, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells, each with the numbers that the text below it takes from there."""
    found: dict[int, list[str]] = {}
    for line, text in roles(page):
        above = [cell for cell in cells if cell.fence < line]
        if not above:
            remedy = "write it below the cell that makes it"
            raise page.error(line, f"no cell stands above the number '{text}'", remedy)
        try:
            ast.parse(code(text), mode="eval")
        except SyntaxError as error:
            raise page.error(
                line,
                f"the number '{text}' cannot be computed: {error.msg}",
                "write what could stand in the braces of an f-string, such as {n}`loss:.4f`",
            ) from None
        found.setdefault(above[-1].index, []).append(text)
    return tuple(
        dataclasses.replace(cell, numbers=tuple(dict.fromkeys(found.get(cell.index, ()))))
        for cell in cells
    )


def written(values: Mapping[str, str]) -> str:
    """The numbers below a cell, one in a line, as the expected outputs have them."""
    return "\n".join(f"{text} = {value}" for text, value in values.items())


@functools.lru_cache(4)
def _read(file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in yaml.safe_load(file) or []:
        for line in entry.get("numbers", "").splitlines():
            text, _, value = line.rpartition(" = ")
            if found.setdefault(text, value) != value:
                raise ValueError(text)
    return found


def number(root: Path, path: Path, text: str) -> str:
    """What a number on the page at `path` is, with a minus as wide as a plus.

    Raises BookError for one that is not among the expected outputs, or is there with two values.
    """
    file = OUTPUTS / f"{slug(path)}.yml"
    try:
        values = _read((root / file).read_text("utf-8"))
    except ValueError as error:
        raise BookError(
            path, None, f"the number '{error}' has two values on this page",
            "give the value a name of its own in a cell, and use that",
        ) from None  # fmt: skip
    except OSError:
        values = {}
    if text not in values:
        raise BookError(path, None, f"the number '{text}' is not in {file}", "run 'make outputs'")
    return re.sub(r"-(?=[\d.])", "−", values[text])


def typed(page: Page) -> Iterator[tuple[int, str]]:
    """Line and text of the numbers in the words of a page, which nothing keeps right."""
    for block in page.walk():
        for line, span in spans(block):
            if span.type == "text":
                yield from ((line, found[0]) for found in TYPED.finditer(span.content))
