"""Read the exercises of a chapter: prompt, hints, starter, solution and check.

An exercise is an admonition of the class `exercise` with a name; its dropdowns are the hints. The
cells that belong to it say so in an option: `:starter: name`, `:solution: name`, `:check: name`.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from docutils.parsers.rst.directives.admonitions import Admonition
from markdown_it.token import Token
from myst_parser.parsers.directives import parse_directive_text

from literate.read.markdown import tokens
from literate.read.model import PARTS, Book, BookError, Cell, Chapter

CLASS = "exercise"
# The reader runs these cells, and their proof (see `prove.checks`) expects that they do not raise.
REFUSED_TAGS = {"raises-exception", "remove-cell", "remove-input"}


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise; prompt and hints are Markdown, and a hint is its title and its text."""

    path: Path
    line: int
    name: str
    title: str
    prompt: str
    hints: tuple[tuple[str, str], ...]
    starter: Cell
    solution: Cell
    check: Cell


@dataclasses.dataclass(frozen=True)
class Block:
    """A directive with a body, such as an admonition: the lines that it fills, and its content."""

    lines: range
    kind: str
    title: str
    options: dict[str, object]
    body: str


def _blocks(text: str) -> Iterator[Block]:
    """The directives that stand in `text`, not those inside others."""
    for token in tokens(text):
        if token.type in ("fence", "colon_fence") and token.info.startswith("{"):
            yield read_block(token)


def read_block(token: Token) -> Block:
    kind, _, title = token.info.partition("}")
    # As MyST reads an admonition; the directive's own options do not matter here.
    parts = parse_directive_text(Admonition, "title", token.content, validate_options=False)
    start, end = token.map or (0, 0)
    body = "\n".join(parts.body).strip()
    return Block(range(start, end), f"{kind}}}", title.strip(), parts.options, body)


def exercises(chapter: Chapter) -> tuple[Exercise, ...]:
    """The exercises of a chapter in its order; raises BookError for one that is not whole."""
    found: list[Exercise] = []
    for block in _blocks(chapter.text):
        classes = str(block.options.get("class", "")).split()
        if block.kind == "{admonition}" and CLASS in classes:
            name = _name(chapter, block)
            for other in found:
                if other.name == name:
                    raise _named_twice(name, chapter.path, block.lines.start + 1, other)
            found.append(_exercise(chapter, block, name))
    names = {exercise.name for exercise in found}
    for cell in chapter.cells:
        for part in PARTS & cell.options.keys():
            if cell.options[part] not in names:
                raise BookError(
                    chapter.path, cell.fence,
                    f"':{part}: {cell.options[part]}': the chapter has no exercise of this name",
                    f"write the exercise above the cell: an admonition with ':class: {CLASS}' and "
                    f"':name: {cell.options[part]}', inside no other block",
                )  # fmt: skip
    return tuple(found)


def _name(chapter: Chapter, block: Block) -> str:
    name = block.options.get("name")
    if isinstance(name, str) and name.isidentifier():
        return name
    raise BookError(
        chapter.path, block.lines.start + 1,
        f"an exercise has a name, and '{name}' is none" if name else "the exercise has no name",
        "give it one that could be a variable's, such as ':name: slope_of_a_cubic'",
    )  # fmt: skip


def _exercise(chapter: Chapter, block: Block, name: str) -> Exercise:
    line = block.lines.start + 1
    hints = [inner for inner in _blocks(block.body) if inner.kind == "{dropdown}"]
    if not hints:
        raise BookError(
            chapter.path, line, f"the exercise '{name}' has no hint",
            "write one or, better, two that help in steps, each as a dropdown inside of it",
        )  # fmt: skip
    folded = {number for hint in hints for number in hint.lines}
    prompt = [text for n, text in enumerate(block.body.split("\n")) if n not in folded]
    starter, solution, check = _cells(chapter, name, line)
    return Exercise(
        chapter.path, line, name, block.title, "\n".join(prompt).strip(),
        tuple((hint.title, hint.body) for hint in hints), starter, solution, check,
    )  # fmt: skip


def _cells(chapter: Chapter, name: str, line: int) -> list[Cell]:
    """Starter, solution and check of an exercise."""
    cells = []
    for part in ("starter", "solution", "check"):
        found = [cell for cell in chapter.cells if cell.options.get(part) == name]
        if len(found) != 1:
            raise BookError(
                chapter.path, found[1].fence if found else line,
                f"the exercise '{name}' has {'more than one' if found else 'no'} {part}",
                f"give one cell below it, and only one, the option ':{part}: {name}'",
            )  # fmt: skip
        cells += found
    for before, cell in zip([line, *(cell.fence for cell in cells)], cells, strict=False):
        if cell.fence <= before:
            raise BookError(
                chapter.path, cell.fence, f"the parts of the exercise '{name}' are out of order",
                "put them in this order: the exercise, its starter, its solution, its check",
            )  # fmt: skip
        _check_cell(cell)
    for node in ast.walk(cells[-1].tree):
        if isinstance(node, ast.Assert) and node.msg is None:
            raise cells[-1].error(
                "an assertion of a check that does not say what helps",
                'give it a message: assert …, "what to look at"', node.lineno,
            )  # fmt: skip
    return cells


def _check_cell(cell: Cell) -> None:
    refused = sorted(REFUSED_TAGS.intersection(cell.tags))
    if cell.target or refused:
        what = f"the tag {refused[0]}" if refused else "':tangle:'"
        raise BookError(
            cell.path, cell.fence, f"a cell of an exercise cannot have {what}",
            "drop it: the reader writes and runs these cells, and none of them is in the package",
        )  # fmt: skip


def check_names(book: Book) -> None:
    """Read all exercises; refuse one that is not whole, or has the name of another."""
    seen: dict[str, Exercise] = {}
    for chapter in book.chapters:
        for exercise in exercises(chapter):
            other = seen.setdefault(exercise.name, exercise)
            if other is not exercise:
                raise _named_twice(exercise.name, exercise.path, exercise.line, other)


def _named_twice(name: str, path: Path, line: int, other: Exercise) -> BookError:
    return BookError(
        path, line, f"the exercise in {other.path}:{other.line} is named '{name}', too",
        "give one of the two another name",
    )  # fmt: skip
