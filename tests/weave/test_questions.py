"""What is folded as the answer to a question."""

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document

from literate.read.settings import Words
from literate.weave.questions import END, fold_answers

BLOCKS = {
    "?": lambda: nodes.admonition("", classes=["question"]),
    "!": lambda: nodes.admonition("", classes=["exercise"]),
    "note": lambda: nodes.admonition("", classes=["note"]),
    "text": lambda: nodes.paragraph("", "It is 14."),
    "text:": lambda: nodes.paragraph("", "By nudging we find:"),
    "formula": lambda: nodes.math_block("", "x"),
    "cell": lambda: nodes.container("", nb_element="cell_code"),
    "end": lambda: nodes.raw("", f"{END}\n", format="html"),
    "part": lambda: nodes.section("", nodes.title("", "A part"), nodes.paragraph("", "More.")),
}
NAMES = {"<details class='answer' open>": "(", "</details>": ")"}


@pytest.fixture
def folded(root):
    """Folds the answers of a page that is given by the names of its blocks."""

    def fold(page):
        document = new_document("page", get_default_settings())
        section = nodes.section()
        document += section
        made = {}
        for name in page.split():
            block = BLOCKS[name]()
            made[id(block)] = name
            section += block
        fold_answers(document, Words(root))
        return " ".join(
            made.get(id(block)) or NAMES[block.astext().split("<summary>")[0]] for block in section
        )

    return fold


@pytest.mark.parametrize(
    "page",
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
        "text cell ?",
        "? ? ( text )",
        "? ! cell",
        "? part",
        "note text cell",
    ],
)
def test_the_answer_is_what_follows_a_question(folded, page):
    assert folded(page.replace("( ", "").replace(") ", "").removesuffix(" )")) == page


@pytest.mark.parametrize(
    ("written", "woven"),
    [
        ("? cell text end text cell", "? ( cell text ) text cell"),
        ("? text cell text cell text end ! cell", "? ( text cell text cell text ) ! cell"),
        ("? text cell cell end part", "? ( text cell cell ) part"),
        ("? text end ? text cell text end", "? ( text ) ? ( text cell text )"),
    ],
)
def test_an_author_may_say_where_the_answer_ends(folded, written, woven):
    assert folded(written) == woven


def test_the_end_of_no_answer_is_refused(built_book):
    text = (built_book.root / "book/aside.md").read_text("utf-8")
    question = ":::{admonition} Before you read on\n:class: question\nWhy?\n:::"
    built_book.write("book/aside.md", f"{text}\n{question}\n\n## Later\n\n{END}\n")
    built_book.literate("book").tells("book/aside.md:", "this ends no answer")


def test_an_answer_can_be_shown_and_hidden_and_is_open_at_first(root):
    document = new_document("page", get_default_settings())
    document += nodes.section("", BLOCKS["?"](), BLOCKS["text"]())
    fold_answers(document, Words(root))
    opening = document[0][1].astext()
    assert opening == (
        "<details class='answer' open><summary><span class='show'>Show the answer</span>"
        "<span class='hide'>Hide the answer</span></summary>"
    )
