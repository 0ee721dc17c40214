"""What a notebook has not: the answers that its reader is to write, and the cells of the tests."""

import os
import random

import pytest

from literate.prove import missing, outputs
from literate.read.error import BookError
from literate.run.aside import aside
from literate.run.here import run, run_removed

ANSWER = ":answer: double it\ndef double(x):\n    return 2 * x"


def told(chapter, *below, answer=ANSWER):
    """What is said of an answer above these cells, which are expected to show what they do."""
    cell, *rest = chapter(answer, *below).cells
    expected = {}
    space = {}
    for each in (cell, *rest):
        expected[each.fence] = run(each, space)
    before = {"seen": []}
    error = missing.problem(
        cell, rest, before, lambda c, shown: outputs.problem(c, expected[c.fence], shown)
    )
    assert before == {"seen": []}, "what was tried without the answer has left something behind"
    return str(error or "")


def test_an_answer_that_is_missed(chapter):
    assert not told(chapter, "1 + 1", "double(2)")
    assert not told(chapter, "x", answer=":answer: double it\nx = 2 * 3")
    assert not told(chapter, ":tags: [raises-exception]\ndouble(None)")


@pytest.mark.parametrize(
    ("below", "why"),
    [
        (["1 + 1"], "nobody notices that the answer 'double it' is missing"),
        (
            ["try:\n    double(2)\nexcept NotImplementedError:\n    pass"],
            "nobody notices that the answer 'double it' is missing",
        ),
        (
            ["try:\n    x = double(2)\nexcept NotImplementedError:\n    x = 0\nx"],
            "the cells below show something else:\nbook/one.md:15: value differently",
        ),
        (
            ["def f():\n    try:\n        return double(2)\n    except Exception:\n        pass",
             "f() + 1"],
            "something else fails before it is missed:\nbook/one.md:23: the cell raises TypeError",
        ),
        ([":tags: [remove-cell]\nassert double(1) == 2"], "nobody notices"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not(chapter, below, why):
    said = told(chapter, *below)
    assert said.startswith("book/one.md:10: ") and why in said, said
    assert "To fix it: " in said


def test_a_removed_cell_leaves_no_trace_but_its_own_names(chapter):
    """So that the cells below it show what they show in a notebook, which does not have it."""
    cells = chapter(
        "import random\nrandom.seed(1)\nseen = [1]",
        ":tags: [remove-cell]\nimport math\n\n\ndef twice(x):\n    return 2 * x\n\n\n"
        "seen.append(random.random())\nexpected = {1: twice(1)}\nassert len(seen) == 2",
        "seen, random.random()",
        ":tags: [remove-cell]\nassert seen == [1]\nassert twice(1) == expected[1] == math.floor(2)",
    ).cells
    space = {}
    shown = [
        run_removed(c, space, lambda c=c: run(c, space)) if c.removed else run(c, space)
        for c in cells
    ]
    assert [each.asserts for each in shown] == ["", "1", "", "2"]
    assert shown[2].value == f"([1], {random.Random(1).random()!r})"


def test_a_removed_cell_that_fails_says_where(chapter):
    (cell,) = chapter(":tags: [remove-cell]\nx = 1\nassert x == 2").cells
    with pytest.raises(BookError, match=r"book/one\.md:11: the cell raises AssertionError"):
        run_removed(cell, {}, lambda: run(cell, {}))


def test_a_copy_of_the_process_that_dies_or_fails_is_told():
    with pytest.raises(RuntimeError, match="died or hung"):
        aside(lambda: os._exit(0))
    with pytest.raises(RuntimeError, match="IndexError: list index out of range"):
        aside(lambda: [][0])
