"""Exercises: how they are read, what is refused, and that their checks are proven to be checks."""

import random
import re
from pathlib import Path

import numpy as np
import pytest

from literate.prove import checks
from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.exercises import exercises
from literate.run.here import run

HEADER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# Title

"""
FIRST = HEADER.count("\n") + 1
PROMPT = """\
::::{admonition} Exercise: a double
:class: exercise
:name: a_double

Write *it*.

:::{dropdown} A first hint
There is a factor.
:::
:::{dropdown} A `second` hint
The factor is

$$
2
$$
:::

It takes one line.
::::
"""


def cell(content):
    return f"\n```{{code-cell}} python\n{content}\n```\n"


STARTER = cell(":starter: a_double\ndef double(x):\n    raise NotImplementedError")
SOLUTION = cell(":solution: a_double\ndef double(x):\n    return 2 * x")
CHECK = cell(
    ":check: a_double\nassert double(3) != 9, 'add, do not square'\n"
    "assert double(3) == 6, f'not {double(3)}'"
)
WHOLE = PROMPT + STARTER + SOLUTION + CHECK


def read(text):
    return exercises(read_chapter(Path("book/one.md"), HEADER + text))


def test_an_exercise_is_read():
    (exercise,) = read(WHOLE)
    assert (exercise.path, exercise.line) == (Path("book/one.md"), FIRST)
    assert (exercise.name, exercise.title) == ("a_double", "Exercise: a double")
    assert re.sub(r"\n+", "\n", exercise.prompt) == "Write *it*.\nIt takes one line."
    assert exercise.hints == (
        ("A first hint", "There is a factor."),
        ("A `second` hint", "The factor is\n\n$$\n2\n$$"),
    )
    assert exercise.starter.source == "def double(x):\n    raise NotImplementedError"
    assert exercise.solution.source == "def double(x):\n    return 2 * x"
    assert exercise.check.source.startswith("assert double(3) != 9")


def test_it_is_read_however_its_options_are_written():
    yaml = "---\nclass: exercise tip\nname: a_double\n---\n"
    text = WHOLE.replace(":class: exercise\n:name: a_double\n", yaml).replace("::::", "````")
    (exercise,) = read(text)
    assert (exercise.name, len(exercise.hints)) == ("a_double", 2)


def test_text_and_other_cells_may_stand_between_its_parts():
    (exercise,) = read(PROMPT + STARTER + "\nText.\n" + cell("x = 1") + SOLUTION + CHECK)
    assert exercise.check.source.startswith("assert")


def test_a_question_is_no_exercise():
    assert read(PROMPT.replace("class: exercise", "class: question")) == ()
    assert read(f"`````md\n{PROMPT}`````\n") == ()


def line_of(text, words):
    return FIRST + text[: text.index(words)].count("\n")


REFUSED = {
    "no-name": (
        WHOLE.replace(":name: a_double\n", ""), "::::",
        "the exercise has no name", "such as ':name: slope_of_a_cubic'",
    ),
    "no-identifier": (
        WHOLE.replace("a_double", "a-double"), "::::",
        "an exercise has a name, and 'a-double' is none", "that could be a variable's",
    ),
    "no-hint": (
        WHOLE.replace("{dropdown}", "{note}"), "::::",
        "the exercise 'a_double' has no hint", "each as a dropdown inside of it",
    ),
    "no-starter": (
        PROMPT + SOLUTION + CHECK, "::::",
        "the exercise 'a_double' has no starter", "the option ':starter: a_double'",
    ),
    "no-solution": (PROMPT + STARTER + CHECK, "::::", "has no solution", "':solution: a_double'"),
    "no-check": (PROMPT + STARTER + SOLUTION, "::::", "has no check", "':check: a_double'"),
    "two-checks": (
        WHOLE + cell(":check: a_double\nassert double(4) == 8, 'again'"),
        "```{code-cell} python\n:check: a_double\nassert double(4)",
        "the exercise 'a_double' has more than one check", "only one, the option ':check: a_double",
    ),
    "solution-first": (
        PROMPT + SOLUTION + STARTER + CHECK, "```{code-cell} python\n:solution",
        "the parts of the exercise 'a_double' are out of order",
        "in this order: the exercise, its starter, its solution, its check",
    ),
    "check-before-solution": (
        PROMPT + STARTER + CHECK + SOLUTION, "```{code-cell} python\n:check", "out of", "in this",
    ),
    "cells-first": (
        STARTER + SOLUTION + CHECK + "\n" + PROMPT, "```{code-cell}", "out of order", "in this",
    ),
    "two-parts-in-one": (
        PROMPT + STARTER.replace(":starter", ":solution: a_double\n:starter") + CHECK,
        "```{code-cell}", "out of order", "in this order",
    ),
    "unknown": (
        WHOLE + cell(":starter: a_triple\nx = 1"), "```{code-cell} python\n:starter: a_triple",
        "':starter: a_triple': the chapter has no exercise of this name",
        "an admonition with ':class: exercise' and ':name: a_triple', inside no other block",
    ),
    "inside": (
        f":::::{{note}}\n{PROMPT}:::::\n{STARTER}{SOLUTION}{CHECK}", "```{code-cell}",
        "no exercise of this name", "inside no other block",
    ),
    "twice": (
        WHOLE + "\n" + PROMPT.replace("a double", "another"),
        "::::{admonition} Exercise: another",
        f"the exercise in book/one.md:{FIRST} is named 'a_double', too",
        "give one of the two another name",
    ),
    "tangled": (
        WHOLE.replace(":solution:", ":tangle: micrograd/engine.py\n:solution:"),
        "```{code-cell} python\n:tangle",
        "a cell of an exercise cannot have ':tangle:'", "drop it: the reader writes and runs",
    ),
    "raises": (
        WHOLE.replace(":starter:", ":tags: [raises-exception]\n:starter:"), "```{code-cell}",
        "a cell of an exercise cannot have the tag raises-exception", "drop it",
    ),
    "hidden": (
        WHOLE.replace(":check:", ":tags: [remove-cell]\n:check:"), "```{code-cell} python\n:tags",
        "cannot have the tag remove-cell", "drop it",
    ),
    "bare-assert": (
        WHOLE.replace(", f'not {double(3)}'", ""), "assert double(3) == 6",
        "an assertion of a check that does not say what helps", "give it a message: assert …,",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, words, reason, remedy = REFUSED[which]
    refused(lambda: read(text), f"book/one.md:{line_of(text, words)}: ", reason, remedy)


ANSWER = {
    "exercise": "a_double", "mistake": "squares", "code": "def double(x):\n    return x * x",
    "says": "add, do not square",
}  # fmt: skip


def problems(*answers, check=CHECK, starter=STARTER, **namespace):
    """What is told about the exercise, with these wrong answers to it."""
    (exercise,) = read(PROMPT + starter + SOLUTION + check)
    run(exercise.starter, namespace)
    path = checks.file("one")
    given = [checks.WrongAnswer(path, **(ANSWER | answer)) for answer in answers]
    return exercise, [str(problem) for problem in checks.problems(exercise, given, namespace)]


def test_a_check_that_is_one():
    assert problems({})[1] == []
    failing = STARTER.replace("raise NotImplementedError", "return None")
    assert problems({}, starter=failing)[1] == []


BAD = "tests/wrong_answers/one.yml"
UNPROVEN = {
    "starter-passes": (
        {"starter": cell(":starter: a_double\ndef double(x):\n    return 2 * x")}, [],
        "passes with the starter", "assert what is true only of a right answer",
    ),
    "starter-raises": (
        {"starter": cell(":starter: a_double\ndouble = None")}, [],
        "ends in TypeError with the starter: 'NoneType' object is not callable",
        "let the starter raise NotImplementedError",
    ),
    "starter-without-a-message": (
        {"check": CHECK.replace("'add, do not square'", "''").replace("!= 9", "== 6"),
         "starter": STARTER.replace("raise NotImplementedError", "return 0")}, [],
        "fails without a message with the starter", "let the assertion say what helps",
    ),
    "answer-passes": (
        {}, [{"code": "def double(x):\n    return x + x"}],
        f"passes with the wrong answer 'squares' of {BAD}", "assert what is true only of a right",
    ),
    "answer-raises": (
        {}, [{"code": "def double(x):\n    return y"}],
        f"ends in NameError with the wrong answer 'squares' of {BAD}: name 'y' is not defined",
        "let an assertion fail before that, with a message that says what helps",
    ),
    "answer-is-not-implemented": (
        {}, [{"code": "def double(x):\n    raise NotImplementedError"}],
        "ends in NotImplementedError with the wrong answer", "let an assertion fail before that",
    ),
    "answer-that-is-not-python": (
        {}, [{"code": "def double(x)"}], "ends in SyntaxError with the wrong answer", "let an",
    ),
    "answer-without-a-message": (
        {"check": CHECK.replace("'add, do not square'", "''")}, [{}],
        "fails without a message with the wrong answer 'squares'", "let the assertion say",
    ),
    "answer-is-told-something-else": (
        {}, [{"code": "def double(x):\n    return x"}],
        "says with the wrong answer 'squares' of tests/wrong_answers/one.yml:\n    not 3\n"
        "  and not:\n    add, do not square",
        "correct the assertion, its message, or what the entry expects under 'says'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", UNPROVEN)
def test_a_check_that_is_none(which):
    parts, answers, reason, remedy = UNPROVEN[which]
    exercise, (told,) = problems(*answers, **parts)
    start = f"book/one.md:{exercise.check.line}: the check of the exercise 'a_double' "
    assert told.startswith(start + reason), told
    assert remedy in told.split("To fix it: ")[1]


def test_wrong_answers_to_other_exercises_are_not_tried():
    assert problems({"exercise": "a_triple", "code": "1 / 0"})[1] == []


def test_a_proof_leaves_nothing_behind(capsys):
    import matplotlib.pyplot as plt

    check = CHECK.replace(
        "assert double(3) != 9",
        "import random, warnings\nimport numpy as np\nimport matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\nprint(random.random(), np.random.rand())\nwarnings.warn('w')\nseen = 1\n"
        "assert double(3) != 9",
    )
    random.seed(1)
    np.random.seed(1)
    states = random.getstate(), np.random.get_state()[1].tolist()
    namespace: dict[str, object] = {}
    (exercise,) = read(PROMPT + STARTER + SOLUTION + check)
    run(exercise.starter, namespace)
    before = dict(namespace)
    answer = checks.WrongAnswer(checks.file("one"), **ANSWER)
    assert not list(checks.problems(exercise, [answer], namespace))
    assert namespace == before
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert not plt.get_fignums() and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text",
    [
        "1", "{exercise: a_double}", "- a", "- {exercise: a_double, mistake: m, code: c}", "",
        "- {exercise: a_double, mistake: m, code: c, says: ''}",
        "- {exercise: a_double, mistake: m, code: c, says: s, more: x}",
        "- {exercise: a_double, mistake: m, code: c, says: 3}",
    ],
)  # fmt: skip
def test_wrong_answers_that_are_not_whole(tmp_path, text):
    (tmp_path / checks.FOLDER).mkdir(parents=True)
    (tmp_path / checks.file("one")).write_text(text, "utf-8")
    with pytest.raises(BookError) as error:
        checks.load(tmp_path, "one")
    assert str(error.value).startswith(f"{BAD}: it is not a list of wrong answers")
    assert "these texts and no other: code, exercise, mistake, says" in str(error.value)


def test_wrong_answers_that_are_not_yaml(tmp_path):
    (tmp_path / checks.FOLDER).mkdir(parents=True)
    (tmp_path / checks.file("one")).write_text("- {a: [}", "utf-8")
    with pytest.raises(BookError, match=r"(?s)tests/wrong_answers/one\.yml: .*correct it"):
        checks.load(tmp_path, "one")


def test_a_chapter_may_have_no_wrong_answers(tmp_path):
    assert checks.load(tmp_path, "one") == []


def test_no_exercise_of_the_book_is_overlooked(root, book):
    """The class is looked for in the chapters' text, in a way that knows nothing of Markdown."""
    for chapter in book.chapters:
        names = re.findall(r"^:class: exercise\n:name: (\w+)$", chapter.text, re.MULTILINE)
        count = len(re.findall(r"\{admonition\} Exercise", chapter.text))
        assert [exercise.name for exercise in exercises(chapter)] == names, chapter.path
        assert len(names) == count, f"{chapter.path}: an exercise without the class and a name"


def plant(small_book, page, text, answers=""):
    before = (small_book.root / page).read_text("utf-8")
    small_book.write(page, before + "\n" + text)
    if answers:
        (small_book.root / checks.FOLDER).mkdir(exist_ok=True)
        small_book.write(str(checks.file(Path(page).stem)), answers)


ANSWERS = """\
- exercise: a_double
  mistake: squares
  code: |
    def double(x):
        return x * x
  says: add, do not square
"""


def test_a_whole_exercise_passes(small_book):
    plant(small_book, "book/aside.md", WHOLE, ANSWERS)
    result = small_book.pytest()
    assert result.status == 0, result.text


def test_a_check_that_proves_nothing(small_book):
    check = CHECK.replace("!= 9", "!= 10").replace("double(3) == 6", "double(2) == 4")
    plant(small_book, "book/aside.md", PROMPT + STARTER + SOLUTION + check, ANSWERS)
    small_book.run("pytest", "book/aside.md").tells(
        f"{small_book.line('book/aside.md', '!= 10')}: the check of the exercise 'a_double' passes"
        " with the wrong answer 'squares' of tests/wrong_answers/aside.yml",
        "assert what is true only of a right answer",
        "3 skipped",
    )


def test_a_solution_that_its_check_refuses(small_book):
    plant(small_book, "book/aside.md", WHOLE.replace("return 2 * x", "return x + 2"))
    small_book.run("pytest", "book/aside.md").tells(
        f"{small_book.line('book/aside.md', 'double(3) == 6')}: the cell raises AssertionError:"
        " not 5",
        "To fix it: correct the solution of the exercise, or its check",
    )


def test_a_wrong_answer_to_no_exercise(small_book):
    answers = ANSWERS + ANSWERS.replace("a_double", "a_triple")
    plant(small_book, "book/aside.md", WHOLE, answers)
    small_book.run("pytest", "book/aside.md").tells(
        "tests/wrong_answers/aside.yml: book/aside.md has no exercise 'a_triple'",
        "name one (a_double), or take the entry out",
        "1 failed",
    )


def test_wrong_answers_of_no_chapter(small_book):
    (small_book.root / checks.FOLDER).mkdir()
    small_book.write("tests/wrong_answers/gone.yml", ANSWERS)
    small_book.run("pytest", "tests/read/test_cells.py").tells("gone.yml belongs to no chapter")


def test_an_exercise_of_another_chapter_with_the_same_name(small_book):
    plant(small_book, "book/count.md", WHOLE)
    plant(small_book, "book/aside.md", WHOLE)
    first = small_book.line("book/count.md", "{admonition}")
    for command in (small_book.pytest, lambda: small_book.literate("tangle")):
        command().tells(
            f"{small_book.line('book/aside.md', '{admonition}')}: the exercise in {first} is named"
            " 'a_double', too",
            "give one of the two another name",
        )
