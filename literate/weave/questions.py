"""What follows a question, in a fold that the reader's browser opens and closes (see `answers`).

The fold is open as the page is delivered, and so it stays where there is no JavaScript.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes

from literate.read.answers import answers
from literate.read.page import ANSWER_END, Block, Page
from literate.read.settings import Words


def fold_answers(document: nodes.document, page: Page, say: Words) -> None:
    """Fold what answers each question of a page."""
    labels = (f"<span class='{name}'>{html.escape(say(f'answer {name}'))}</span>"
              for name in ("show", "hide"))  # fmt: skip
    opening = f"<details class='answer' open><summary>{''.join(labels)}</summary>"
    questions = [
        node
        for node in document.findall(nodes.admonition)
        if "question" in node["classes"] and isinstance(node.parent, nodes.section)
    ]
    for node, (_, answer, mark) in zip(questions, list(answers(page)), strict=True):
        if answer:
            section: Any = node.parent
            start = section.index(node) + 1
            end = _end(section, start, answer)
            if mark:
                section.pop(end)
            section[start:end] = [
                nodes.raw("", opening, format="html"),
                *section[start:end],
                nodes.raw("", "</details>", format="html"),
            ]


def _end(section: nodes.section, start: int, answer: list[Block]) -> int:
    """Where among the blocks of a section an answer ends: behind its cells, and what is theirs.

    Blocks cannot be counted, for one that is read may become several on the page, or none.
    """
    cells = sum(block.kind == "cell" for block in answer)
    for place in range(start, len(section)):
        node: Any = section[place]
        begins = isinstance(node, nodes.admonition) and {"question", "exercise"} & {
            *node["classes"]
        }
        marked = isinstance(node, nodes.raw) and node.astext().strip() == ANSWER_END
        if begins or marked or isinstance(node, nodes.section):
            return place
        if node.get("nb_element") == "cell_code":
            if not cells:
                return place
            cells -= 1
        elif not cells and answer[-1].kind == "cell":
            return place
    return len(section)
