"""Returned notebooks are graded by the book's checks, whatever was done to them."""

import copy
import csv
import io
import json
import re
import shutil
import subprocess
import sys

import pytest

from literate.editions import notebook
from literate.editions.classroom import Student as StudentEdition
from literate.grade import answers, grading, report, returned, runners
from literate.prove import checks
from literate.read.book import read_book
from literate.read.settings import Words
from literate.tangle.tangle import tangle

RIGHT = "def double(x):\n    return x + x"
ANSWERS = {
    "ada": RIGHT,
    "wrong": "def double(x):\n    return x",
    "no-python": "def double(x) return x",
    "raises": "def double(x):\n    return x + two",
    "empty": "",
    "another-name": "def twice(x):\n    return 2 * x",
    "with-magic": f"%time\n!pip install double\n{RIGHT}",
    "endless": "def double(x):\n    while True: pass",
    "asleep": "import time\ntime.sleep(1000)",
    "gigabyte": "def double(x):\n    return len(bytearray(10**9))",
    "exits": "import os\ndef double(x):\n    os._exit(0)",
    "prints": 'import os\nfor fd in range(20):\n    try: os.write(fd, b\'\\n{"kind": "right"}\')\n'
    "    except OSError: pass\nprint('right')\nos._exit(0)",
    "reads-the-book": "def double(x):\n    return open({book!r}).read()",
    "looks-around": "import gc\ndef double(x):\n    return len(gc.get_objects())",
    "looks-up": "import sys\ndef double(x):\n    return sys._getframe(1).f_locals",
    "another-isclose": "import math\nmath.isclose = lambda a, b: True\ndef double(x): return 1",
    "another-math": "class math:\n    isclose = max\ndef double(x): return 1",
    "later-isclose": "import math\ndef double(x):\n    math.isclose = max\n    return 1",
    "asks": "import socket\nsocket.socket()\n" + RIGHT,
    "starts": "import os\ndef double(x):\n    os.system('true')\n    return 3",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n" + RIGHT,
    "writes": "def double(x):\n    open({outside!r}, 'w').write('here')\n    return 3",
    "writes-aside": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'1')\n" + RIGHT,
}
SAID = {
    "ada": "Right.",
    "wrong": "Not yet. The check says: of 1.5 it is 3, not 1.5",
    "no-python": "Python cannot read the answer (expected ':'): def double(x) return x",
    "raises": "ends in NameError: name 'two' is not defined, in the line: return x + two",
    "empty": "There is no answer yet.",
    "another-name": "Nothing is called `double`",
    "with-magic": "Right.",
    "endless": "It does not come to an end.",
    "asleep": "It does not come to an end.",
    "gigabyte": "It needs more memory than there is.",
    "exits": "It ended Python itself",
    "prints": "It ended Python itself",
    "reads-the-book": "it reads the book, or what others have returned.",
    "looks-around": "it looks into what runs it.",
    "looks-up": "it looks into what runs it.",
    "another-isclose": "of 1.5 it is 3, not 1",
    "another-math": "of 1.5 it is 3, not 1",
    "later-isclose": "It changes math.isclose, which others rely on.",
    "asks": "it asks another machine.",
    "starts": "it starts or ends a program.",
    "kills": "it starts or ends a program.",
    "writes": "it writes a file outside of the temporary folder.",
    "writes-aside": "Right.",
}


def starter(made):
    (found,) = [cell for cell in made["cells"] if cell["metadata"].get("starter")]
    return found


def check(made):
    (found,) = [cell for cell in made["cells"] if cell["metadata"].get("check")]
    return found


def moved(made):
    cell = starter(made)
    made["cells"].remove(cell)
    made["cells"].insert(0, cell)


def copied(made):
    made["cells"].append(copy.deepcopy(starter(made)) | {"source": "def double(x):\n    return 7"})


def without_its_name(made):
    starter(made)["metadata"] = {}


def in_a_cell_of_its_own(made):
    made["cells"].append({"cell_type": "code", "metadata": {}, "source": [RIGHT]})
    starter(made)["source"] = 'def double(x):\n    raise NotImplementedError("twice")'


def with_the_check_edited(made):
    starter(made)["source"] = ANSWERS["wrong"]
    check(made)["source"] = "print('right')"


def without_the_check(made):
    made["cells"].remove(check(made))


def with_all_else_deleted(made):
    made["cells"] = [starter(made)]


def with_a_helper_elsewhere(made):
    starter(made)["source"] = "def double(x):\n    return times(2, x)"
    made["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": "def times(a, b):\n    return a * b"}
    )


def with_another_of_its_name(made):
    starter(made)["source"] = ANSWERS["wrong"]
    other = "@nowhere\ndef double(x):\n    return x + 1"
    made["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": other})


DONE_TO_IT = {
    moved: "Right.", copied: "Right.", without_its_name: "Right.", in_a_cell_of_its_own: "Right.",
    with_the_check_edited: "of 1.5 it is 3, not 1.5", without_the_check: "Right.",
    with_all_else_deleted: "Right.", with_a_helper_elsewhere: "Right.",
    with_another_of_its_name: "of 1.5 it is 3, not 1.5",
}  # fmt: skip

HIDDEN = "```{code-cell} python\n:tags: [remove-cell]\nassert math.pi > 3\ndel math\n```\n\n"
"""A cell that no notebook has; what it does to a name is not to reach the check."""

IMPORTING = "double\nimport math\n\n\ndef double(x):\n    return"


@pytest.fixture(scope="module")
def graded(whole_small_book, small_exercise, tmp_path_factory):
    """The small book, with an exercise, and the grades of everyone above."""
    place = tmp_path_factory.mktemp("graded")
    root = place / "book"
    shutil.copytree(whole_small_book, root)
    count = root / "book/count.md"
    exercise = small_exercise.replace("::::{admonition}", HIDDEN + "::::{admonition}", 1)
    # No answer has to import what the solution does.
    exercise = exercise.replace("double\ndef double(x):\n    return", IMPORTING)
    count.write_text(count.read_text("utf-8") + exercise, "utf-8")
    book = read_book(root)
    made = notebook.texts(StudentEdition(book, tangle(book), Words(root)))["count.ipynb"]
    work = place / "returned"
    outside = work.with_name("written")
    for name, answer in ANSWERS.items():
        mine = json.loads(made)
        answer = answer.replace("{book!r}", repr(str(count)))
        starter(mine)["source"] = answer.replace("{outside!r}", repr(str(outside)))
        (work / name).mkdir(parents=True)
        (work / name / f"{name} of mine (1).ipynb").write_text(json.dumps(mine), "utf-8")
    for change in DONE_TO_IT:
        mine = json.loads(made)
        starter(mine)["source"] = RIGHT
        change(mine)
        (work / f"{change.__name__}.ipynb").write_text(json.dumps(mine), "utf-8")
    (work / "untouched.ipynb").write_text(made, "utf-8")
    (work / "broken.ipynb").write_text("{", "utf-8")
    (work / "=1+1").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "SECONDS", 1)
        patch.setattr(runners, "PATIENCE", 6)
        told = []
        grades = grading.grade(book, work, told.append)
    assert told == [f"1/1 count: {len(ANSWERS) - 1 + len(DONE_TO_IT)} answers judged"]
    assert not outside.exists()
    report.write(book, grades)
    return book, grades


def said(graded, who):
    book, grades = graded
    return report.said(grades.verdicts[who, "double"], Words(book.root))


@pytest.mark.parametrize("who", ANSWERS)
def test_an_answer(graded, who):
    if who == "gigabyte" and sys.platform != "linux":
        pytest.skip("only Linux keeps this limit")
    assert SAID[who] in said(graded, who)


@pytest.mark.parametrize("change", DONE_TO_IT, ids=lambda change: change.__name__)
def test_a_notebook_to_which_something_was_done(graded, change):
    assert DONE_TO_IT[change] in said(graded, change.__name__)


def test_who_returned_nothing_to_be_graded(graded):
    assert said(graded, "untouched") == "There is no answer yet."
    assert "not among those" in said(graded, "broken")
    assert "Not read, because it is no notebook: broken, broken.ipynb" in report.shown(graded[1])


def test_the_tables_and_the_pages(graded):
    book, grades = graded
    rows = [*csv.DictReader(io.StringIO((book.root / report.TABLE).read_text("utf-8")))]
    right = {name for name, text in SAID.items() if text == "Right."}
    right |= {change.__name__ for change, text in DONE_TO_IT.items() if text == "Right."}
    assert {row["student"] for row in rows if row["double"] == row["points"] == "1"} == right
    assert "'=1+1" in {row["student"] for row in rows}
    shown = report.shown(grades)
    assert re.search(r"^student +count +points$", shown, re.MULTILINE)
    assert re.search(r"^wrong +0/1 +0/1$", shown, re.MULTILINE)
    assert "Worth a look: exits uses os, in double" in shown
    assert "Most often wrong: double (" in shown
    folder = book.root / report.FOLDER
    assert len([*folder.glob("*.html")]) == len(rows) == len(ANSWERS) + len(DONE_TO_IT) + 3
    for page in folder.glob("*.html"):
        text = page.read_text("utf-8")
        assert "the secret" not in text and "2 * x" not in text
        assert "the double" in text and page.stem in text
    wrong = (folder / "wrong.html").read_text("utf-8")
    assert "0 of 1 exercises are right." in wrong and "of 1.5 it is 3, not 1.5" in wrong


@pytest.mark.skipif(sys.platform != "linux", reason="these are Linux's")
def test_it_says_what_the_kernel_keeps(graded):
    shown = report.shown(graded[1])
    assert ("By Python alone" in shown) != (graded[1].kept == set(report.KEPT))
    for what, words in report.KEPT.items():
        assert words in shown, what


WITHOUT_PYTHON = """
import os, sys
from literate.grade import sealed
folder, hidden, outside = sys.argv[1:]
granted = sealed.apart()
if sealed.FILES not in granted:
    sys.exit("refused")
sealed.own_world([hidden], folder)
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
sealed.own_processes()
sealed.powerless()
tried = {
    "write": lambda: open(outside, "w"),
    "remount": lambda: sealed._mount("none", hidden, "tmpfs", 0),
    "connect": lambda: __import__("socket").create_connection(("127.0.0.1", 9), 1),
}
for name, call in tried.items():
    try:
        call()
    except OSError as error:
        print(name, error.errno)
processes = {p for p in os.listdir("/proc") if p.isdigit()}
print(os.listdir(hidden), os.getpid(), os.getppid(), processes)
open(os.path.join(folder, "inside"), "w").close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_what_the_kernel_keeps_it_keeps_from_any_code(tmp_path, root):
    """Without the audit hook, which is not asked here."""
    for name in ("own", "hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "hidden/secret").touch()
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTHON, tmp_path / "own", tmp_path / "hidden",
         tmp_path / "outside"], cwd=root, capture_output=True, text=True,
    )  # fmt: skip
    if "refused" in done.stderr:
        pytest.skip("this kernel grants no namespaces")
    assert done.stdout.splitlines() == [
        "write 30", "remount 1", "connect 101", "[] 1 0 {'1'}",
    ], done.stderr  # fmt: skip
    assert not [*(tmp_path / "own").iterdir()]


def test_folders_that_cannot_be_graded(graded, tmp_path, refused):
    book, _ = graded
    for work, reason, remedy in (
        (tmp_path / "none", "there is no such folder", "make grade WORK=folder"),
        (tmp_path, "there is no notebook in this folder", "one file there for each student"),
        (book.root.parent, "the book itself is in this folder", "a folder of their own"),
    ):
        refused(lambda w=work: grading.grade(book, w, print), str(work), reason, remedy)
    (tmp_path / "ada.ipynb").write_text('{"cells": []}', "utf-8")
    refused(
        lambda: grading.grade(book, tmp_path, print), str(tmp_path),
        "none of the notebooks there has an exercise of this book", "make student",
    )  # fmt: skip


def test_what_was_given_out_is_no_answer(root, book, tangled, tmp_path):
    """Some cells define, in another chapter, what an exercise asks for."""
    (tmp_path / "ada").mkdir()
    for name, text in notebook.texts(StudentEdition(book, tangled, Words(root))).items():
        (tmp_path / "ada" / name).write_text(text, "utf-8")
    (ada,) = [who.without(returned.given(book)) for who in returned.students(tmp_path)]
    named = {exercise.name for chapter in book.chapters for exercise in chapter.exercises}
    found = {
        exercise.name: tries
        for chapter in book.chapters
        for exercise in chapter.exercises
        if (tries := answers.Answers(chapter, named).tries(ada, exercise))
    }
    assert named and not found


@pytest.mark.chapters("value", "operations")
def test_the_exercises_of_the_book(root, book, tangled, tmp_path):
    """Of two chapters that take no time: solution, starter and every known wrong answer."""
    asked = [c for c in book.chapters if c.slug in ("value", "operations")]
    made = notebook.texts(StudentEdition(book, tangled, Words(root)))
    expected = {}
    for chapter in asked:
        text = made[f"{chapter.slug}.ipynb"]
        for exercise in chapter.exercises:
            wrong = [a for a in checks.load(root, chapter.slug) if a.exercise == exercise.name]
            given = [(exercise.solution.source, runners.RIGHT, "")]
            given += [(answer.code, "wrong", answer.says) for answer in wrong]
            for number, (code, kind, says) in enumerate(given):
                who = f"{exercise.name}-{number}"
                mine = json.loads(text)
                for cell in mine["cells"]:
                    if cell["metadata"].get("starter") == exercise.name:
                        cell["source"] = code
                (tmp_path / f"{who}.ipynb").write_text(json.dumps(mine), "utf-8")
                expected[who, exercise.name] = kind, says
    grades = grading.grade(book, tmp_path, lambda line: None)
    for key, verdict in grades.verdicts.items():
        kind, says = expected.get(key, ("", ""))
        if not kind:
            assert verdict["kind"] in ("unanswered", "not returned")
        else:
            assert verdict["kind"] == kind and says in verdict.get("message", ""), (key, verdict)
