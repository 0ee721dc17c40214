"""The judge of an answer on its page: what cannot pass, and what is told of it."""

import json
import subprocess
import sys

import pytest


def cell(index, source, raises=False):
    return {"index": index, "source": source, "raises": raises}


CHECK = """\
found = double(Value(3.0).data)
assert found is not None, 'a return'
assert found != 9, 'add'
assert math.isclose(abs(found), 6.0), f'not {found}'
list_of
"""
CHAPTER = {
    "modules": {"micrograd/__init__.py": "", "micrograd/one.py": "FACTORS = [2]\n"},
    "absent": ["nothing_here"],
    "words": {},
    "cells": [
        cell(1, "import math\nimport nothing_here as nh\nlist_of = [1, 2]"),
        cell(2, "class Value:\n    def __init__(self, data):\n        self.data = data"),
        cell(4, "def double(x):\n    raise NotImplementedError('twice')"),
        cell(6, "print('no'); 1 / 0", raises=True),
        cell(7, "list_of"),
    ],
    "exercises": {"a_double": {"starter": 4, "defines": ["double"], "check": CHECK}},
}
RUN = """\
import json, sys
from literate.live.session import open_chapter
session = open_chapter(sys.argv[1], lambda source: "", lambda: None)
print(json.dumps([json.loads(session.ask(json.dumps(wish))) for wish in json.loads(sys.argv[2])]))
"""


@pytest.fixture
def ask(root, tmp_path):
    """What a chapter's page gets for these wishes, from a Python of its own."""

    def ask_all(*wishes):
        chapter = json.dumps(CHAPTER | {"folder": str(tmp_path / "chapter")})
        done = subprocess.run(
            [sys.executable, "-c", RUN, chapter, json.dumps(wishes)], cwd=tmp_path,
            env={"PYTHONPATH": str(root)}, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask_all


def check(answer):
    return {"do": "check", "exercise": "a_double", "answer": answer}


def run(cell, **edited):
    return {"do": "run", "cell": cell, "edited": {n.strip("c"): s for n, s in edited.items()}}


RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 1"
FOUL = {
    "empty": "",
    "only-a-comment": "# it is right",
    "raises": "raise SystemExit(0)",
    "raises-later": "def double(x):\n    raise SystemExit(0)",
    "another-judge": f"import math\nmath.isclose = lambda *given: True\n{WRONG}",
    "another-builtin": f"import builtins\nbuiltins.abs = lambda x: 6.0\n{WRONG}",
    "another-name": f"class math:\n    isclose = lambda *given: True\n{WRONG}",
    "another-class": "Value.__init__ = lambda self, x: setattr(self, 'data', 6)\n"
                     "def double(x):\n    return x",
    "another-error": f"AssertionError = ValueError\n{WRONG}",
    "equal-to-all": "class All(float):\n    __ne__ = __eq__ = lambda *given: True\n"
                    "def double(x):\n    return All(6)",
    "the-check-itself": f"import sys\nsys.modules['math'] = None\n{WRONG}",
}  # fmt: skip


def test_no_foul_answer_passes_and_none_harms_the_next(ask):
    answers = [answer for foul in FOUL.values() for answer in (foul, RIGHT)]
    verdicts = ask(*map(check, answers))
    passed = [name for name, verdict in zip(FOUL, verdicts[::2]) if verdict["passed"]]
    assert not passed
    assert all(verdict["passed"] for verdict in verdicts[1::2])


TOLD = {
    "the-message": ("def double(x):\n    return x * x", "says", "add"),
    "the-starter's": ("", "says", "twice"),
    "a-module-that-is-not-here": (
        "import nothing_here\nnothing_here.ones(3)",
        "lacks",
        "nothing_here",
    ),
    "the-line": ("def double(x):\n    y = x\n    return y + z", "line", 3),
    "the-code-of-the-line": ("def double(x):\n    return y", "code", "return y"),
    "the-error": ("def double(x)\n    return x", "message", "expected ':'"),
}


def test_what_is_told(ask):
    verdicts = ask(*(check(answer) for answer, _, _ in TOLD.values()))
    for (_, what, expected), verdict in zip(TOLD.values(), verdicts):
        assert not verdict["passed"]
        assert {**(verdict["failure"] or {}), **verdict}[what] == expected, verdict


def test_an_answer_that_changes_what_the_cells_made_leaves_it_to_the_next_as_it_was(ask):
    spoiling = f"list_of.clear()\nfrom micrograd.one import FACTORS\nFACTORS.clear()\n{RIGHT}"
    verdicts = ask(check(spoiling), check(RIGHT), check(f"{RIGHT}\nfrom micrograd.one import *\n"
                                                        "FACTORS"))  # fmt: skip
    assert [verdict["check"]["value"] for verdict in verdicts] == ["[]", "[1, 2]", "[1, 2]"]
    assert verdicts[2]["answer"]["value"] == "[2]"


def test_a_cell_runs_what_stands_above_it_once_and_anew_where_that_was_changed(ask):
    more = "list_of.append(3); list_of"
    shown = ask(run(7), run(7, c7=more), run(7, c7=more), run(7, c1="list_of = [5]"),
                run(7, c2="1 / 0"), run(6))  # fmt: skip
    assert [s["value"] for s in shown[:4]] == ["[1, 2]", "[1, 2, 3]", "[1, 2, 3]", "[5]"]
    assert (shown[4]["above"], shown[4]["failure"]["kind"]) == (2, "ZeroDivisionError")
    assert (shown[5]["prints"], shown[5]["failure"]["kind"]) == ("no\n", "ZeroDivisionError")
