"""Answers: what follows a question, in a fold that the reader's browser opens and closes.

The answer is the text and the cells that follow, or, where cells come first, these and the text
below them, which says what they show. A text that ends with a colon takes the next cells with it.
The answer never goes on behind another question, an exercise or the section's end. Where it ends
elsewhere, the author says so (`END`).

The fold is open as the page is delivered, and so it stays where there is no JavaScript.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence

from docutils import nodes
from sphinx.util import logging

from literate.read.settings import Words

END = "<!-- the answer ends here -->"
"""What an author writes below the last block of an answer."""
logger = logging.getLogger(__name__)


def fold_answers(document: nodes.document, say: Words) -> None:
    """Fold what answers each question of a page."""
    labels = (f"<span class='{name}'>{html.escape(say(f'answer {name}'))}</span>"
              for name in ("show", "hide"))  # fmt: skip
    opening = f"<details class='answer' open><summary>{''.join(labels)}</summary>"
    for question in list(document.findall(nodes.admonition)):
        if "question" in question["classes"]:
            section = question.parent
            start = section.index(question) + 1
            answer = section[start : start + extent(section[start:])]
            if answer:
                section[start : start + len(answer)] = [
                    nodes.raw("", opening, format="html"),
                    *answer,
                    nodes.raw("", "</details>", format="html"),
                ]
                # The mark has done its work.
                after = start + len(answer) + 2
                if after < len(section) and ends(section[after]):
                    section.pop(after)
    for node in document.findall(nodes.raw):
        if ends(node):
            logger.error("this ends no answer, for no question stands before it", location=node)


def extent(below: Sequence[nodes.Node]) -> int:
    """How many of the blocks below a question are its answer."""
    own = list(itertools.takewhile(lambda block: not is_over(block), below))
    for number, block in enumerate(own):
        if ends(block):
            return number
    runs = [list(run) for _, run in itertools.groupby(own, key=is_cell)]
    answer, rest = runs[:2], runs[2:]
    if answer and rest and answer[-1][-1].astext().endswith(":"):
        answer.append(rest[0])
    return sum(map(len, answer))


def is_over(block: nodes.Node) -> bool:
    """Whether this block begins something else."""
    classes = block["classes"] if isinstance(block, nodes.admonition) else []
    return isinstance(block, nodes.section) or bool({"question", "exercise"} & {*classes})


def is_cell(block: nodes.Node) -> bool:
    return isinstance(block, nodes.container) and block.get("nb_element") == "cell_code"


def ends(block: nodes.Node) -> bool:
    return isinstance(block, nodes.raw) and block.astext().strip() == END
