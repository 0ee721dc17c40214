"""Read the exercises of a chapter: prompt, hints, starter, solution and check.

An exercise is an admonition of the class `exercise` with a name; its dropdowns are the hints. The
cells that belong to it say so in an option: `:starter: name`, `:solution: name`, `:check: name`.
"""

from __future__ import annotations

import ast

from literate.read.error import BookError
from literate.read.model import PARTS, Book, Cell, Chapter, Exercise
from literate.read.page import Block
from literate.read.text import lines

CLASS = "exercise"
# The reader runs these cells, and their proof (see `prove.checks`) expects that they do not raise.
REFUSED_TAGS = {"raises-exception", "remove-cell", "remove-input"}


def exercises(chapter: Chapter) -> tuple[Exercise, ...]:
    """The exercises of a chapter in its order; raises BookError for one that is not whole."""
    found: list[Exercise] = []
    for block in chapter.page.blocks:
        if block.name == "admonition" and CLASS in block.classes:
            name = _name(chapter, block)
            for other in found:
                if other.name == name:
                    raise _named_twice(chapter, block.line, other)
            found.append(_exercise(chapter, block, name))
    names = {exercise.name for exercise in found}
    for cell in chapter.cells:
        for part in PARTS:
            asked = cell.options.get(part)
            if asked and asked not in names:
                raise chapter.page.error(
                    cell.fence,
                    f"':{part}: {asked}': the chapter has no exercise of this name",
                    f"write the exercise above the cell: an admonition with ':class: {CLASS}' and "
                    f"':name: {asked}', inside no other block",
                )
    return tuple(found)


def _name(chapter: Chapter, block: Block) -> str:
    name = block.options.get("name")
    if isinstance(name, str) and name.isidentifier():
        return name
    raise chapter.page.error(
        block.line,
        f"an exercise has a name, and '{name}' is none" if name else "the exercise has no name",
        "give it one that could be a variable's, such as ':name: slope_of_a_cubic'",
    )


def _exercise(chapter: Chapter, block: Block, name: str) -> Exercise:
    hints = [inner for inner in block.inside if inner.name == "dropdown"]
    if not hints:
        raise chapter.page.error(
            block.line,
            f"the exercise '{name}' has no hint",
            "write one or, better, two that help in steps, each as a dropdown inside of it",
        )
    folded = {number for hint in hints for number in hint.lines}
    text = enumerate(lines(block.source), block.first)
    prompt = "\n".join(line for number, line in text if number not in folded).strip()
    said = tuple((hint.title, hint.source.strip()) for hint in hints)
    parts = _cells(chapter, name, block.line)
    return Exercise(chapter.path, block.line, name, block.title, prompt, said, *parts)


def _cells(chapter: Chapter, name: str, line: int) -> list[Cell]:
    """Starter, solution and check of an exercise."""
    cells = []
    for part in PARTS:
        found = [cell for cell in chapter.cells if cell.options.get(part) == name]
        if len(found) != 1:
            raise chapter.page.error(
                found[1].fence if found else line,
                f"the exercise '{name}' has {'more than one' if found else 'no'} {part}",
                f"give one cell below it, and only one, the option ':{part}: {name}'",
            )
        cells += found
    for before, cell in zip([line, *(cell.fence for cell in cells)], cells, strict=False):
        if cell.fence <= before:
            raise chapter.page.error(
                cell.fence,
                f"the parts of the exercise '{name}' are out of order",
                "put them in this order: the exercise, its starter, its solution, its check",
            )
        refused = sorted(REFUSED_TAGS.intersection(cell.tags))
        if cell.target or refused:
            what = f"the tag {refused[0]}" if refused else "':tangle:'"
            raise chapter.page.error(
                cell.fence,
                f"a cell of an exercise cannot have {what}",
                "drop it: the reader writes and runs these cells, and none is in the package",
            )
    for node in ast.walk(cells[-1].tree):
        if isinstance(node, ast.Assert) and node.msg is None:
            raise cells[-1].error(
                "an assertion of a check that does not say what helps",
                'give it a message: assert …, "what to look at"',
                node.lineno,
            )
    return cells


def check_names(book: Book) -> None:
    """Refuse an exercise that has the name of one in another chapter."""
    seen: dict[str, Exercise] = {}
    for chapter in book.chapters:
        for exercise in chapter.exercises:
            other = seen.setdefault(exercise.name, exercise)
            if other is not exercise:
                raise _named_twice(chapter, exercise.line, other)


def _named_twice(chapter: Chapter, line: int, other: Exercise) -> BookError:
    return chapter.page.error(
        line,
        f"the exercise in {other.path}:{other.line} is named '{other.name}', too",
        "give one of the two another name",
    )
