"""What is taken for the answer to a question."""

from pathlib import Path

import pytest

from literate.read.answers import answers
from literate.read.markdown import read_page
from literate.read.page import ANSWER_END, SLIDE

BLOCKS = {
    "?": ":::{admonition} Before you read on\n:class: question\nWhy?\n:::",
    "!": ":::{admonition} Exercise\n:class: exercise\nDo it:\n:::",
    "note": ":::{note}\nSee.\n:::",
    "text": "It is 14.",
    "text:": "- By nudging\n- we find:",
    "formula": "$$\nx\n$$",
    "cell": "```{code-cell} python\n1\n```",
    "removed": "```{code-cell} python\n:tags: [remove-cell]\n1\n```",
    "slide": SLIDE,
    "end": ANSWER_END,
    "part": "## A part\n\nMore.",
}


def folded(page):
    """The names of the blocks of a page, with the answers in brackets."""
    names = page.split()
    read = read_page(Path("book/one.md"), "\n\n".join(BLOCKS[name] for name in names))
    lines = {}
    for place, name in enumerate(names):
        above = "\n\n".join(BLOCKS[name] for name in names[:place])
        lines[above.count("\n") + (3 if above else 1)] = name
    first, last = {}, {}
    for _, answer, end in answers(read):
        if answer:
            first[answer[0].line], last[answer[-1].line] = "( ", " )"
        if end:
            lines[end.line] = ""
    said = (f"{first.get(line, '')}{name}{last.get(line, '')}" for line, name in lines.items())
    return " ".join(name for name in said if name)


@pytest.mark.parametrize(
    "woven",
    [
        "text ? ( text cell )",
        "? ( text formula text cell cell ) text cell",
        "? ( cell cell text note ) cell text",
        "? ( text text )",
        "? ( cell )",
        "? ( cell text ) part",
        "? ( text ) ? ( cell ) ! cell",
        "? ( cell text text: cell ) text cell",
        "? ( text: cell ) text",
        "? ( cell text: )",
        "? ( cell removed cell text ) removed cell",
        "? ( cell slide cell text ) slide cell",
        "text cell ?",
        "? ? ( text )",
        "? ! cell",
        "? part",
        "note text cell",
    ],
)
def test_the_answer_is_what_follows_a_question(woven):
    assert folded(woven.replace("( ", "").replace(" )", "")) == woven


@pytest.mark.parametrize(
    ("written", "woven"),
    [
        ("? cell text end text cell", "? ( cell text ) text cell"),
        ("? text cell text cell text end ! cell", "? ( text cell text cell text ) ! cell"),
        ("? text cell cell end part", "? ( text cell cell ) part"),
        ("? text end ? text cell text end", "? ( text ) ? ( text cell text )"),
    ],
)
def test_an_author_may_say_where_the_answer_ends(written, woven):
    assert folded(written) == woven
