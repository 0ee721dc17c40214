"""Answers: what follows a question, up to where it ends.

The answer is the text and the cells that follow, or, where cells come first, these and the text
below them, which says what they show. A text that ends with a colon takes the next cells with it.
The answer never goes on behind another question, an exercise or the section's end. Where it ends
elsewhere, the author says so (`ANSWER_END`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from literate.read.page import ANSWER_END, SAME_SLIDE, SLIDE, Block, Page


def answers(page: Page) -> Iterator[tuple[Block, list[Block], Block | None]]:
    """Each question of a page, the blocks that answer it, and the mark that says where they end."""
    shown = [block for block in page.blocks if _is_shown(block)]
    for place, question in enumerate(shown):
        if "question" in question.classes:
            below = shown[place + 1 :]
            answer = below[: _extent(below)]
            after = below[len(answer) : len(answer) + 1]
            yield question, answer, after[0] if answer and after and _ends(after[0]) else None


def _is_shown(block: Block) -> bool:
    if block.kind in ("comment", "myst_block_break"):
        return False
    tags = block.options.get("tags") if block.kind == "cell" else None
    return block.title not in (SLIDE, SAME_SLIDE) and "remove-cell" not in (tags or ())


def _extent(below: Sequence[Block]) -> int:
    """How many of the blocks below a question are its answer."""
    own = list(itertools.takewhile(lambda block: not _is_over(block), below))
    for number, block in enumerate(own):
        if _ends(block):
            return number
    runs = [list(run) for _, run in itertools.groupby(own, key=lambda block: block.kind == "cell")]
    answer, rest = runs[:2], runs[2:]
    if answer and rest and answer[-1][-1].words.endswith(":"):
        answer.append(rest[0])
    return sum(map(len, answer))


def _is_over(block: Block) -> bool:
    """Whether this block begins something else."""
    return block.kind == "heading" or bool({"question", "exercise"} & block.classes)


def _ends(block: Block) -> bool:
    return block.kind == "mark" and block.title == ANSWER_END
