"""The student edition has no answers and works with them put back; the instructor's has notes."""

import ast
import functools
import importlib.util
import os
import re
import sys
import types
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml

from literate.editions import notebook
from literate.editions.classroom import Instructor, Student
from literate.prove import outputs
from literate.read.model import Book
from literate.read.settings import Words
from literate.run.shown import NOTHING
from literate.tangle.standalone import standalone
from literate.tangle.stub import stub
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def chapters(book):
    return {chapter.slug: chapter for chapter in book.chapters}


@pytest.fixture(scope="module")
def student(book, tangled):
    """The notebooks of the student edition, by slug."""
    made = notebook.texts(Student(book, tangled, Words(book.root)))
    return {name.removesuffix(".ipynb"): nbformat.reads(text, 4) for name, text in made.items()}


@pytest.fixture(scope="module")
def whole(book, tangled):
    """The notebooks with everything in them, by slug."""
    made = notebook.texts(notebook.Edition(book, tangled, Words(book.root)))
    return {name.removesuffix(".ipynb"): nbformat.reads(text, 4) for name, text in made.items()}


@pytest.fixture(scope="module")
def pairs(book, tangled, student):
    """Of each chapter, its cells and where they stand in the student's notebook."""

    def match(chapter):
        places = [n for n, c in enumerate(student[chapter.slug].cells) if c.cell_type == "code"]
        alone = standalone(chapter, tangled)
        places = places[1:] if alone.first else places
        cells = [c for c in alone.cells if "solution" not in c.options]
        return dict(zip(places, cells, strict=True))

    return {chapter.slug: match(chapter) for chapter in book.chapters}


@functools.cache
def statements(text: str) -> list[str]:
    """The lines of code, without comments, docstrings and the heads of blocks."""
    found = [
        " ".join(line.split("  #")[0].split()) for line in ast.unparse(ast.parse(text)).split("\n")
    ]
    return [line for line in found if not line.endswith(":") and not line.startswith(("'", '"'))]


@functools.cache
def bodies(text: str) -> set[str]:
    """What the functions in the code do."""
    return {
        ast.dump(ast.Module(node.body, []))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name != "_backward"
    }


def makes_a_class(source: str) -> bool:
    """Does the code make a new class? Objects of the old one do not become better by that."""
    return any(isinstance(n, ast.ClassDef) and not n.decorator_list for n in ast.parse(source).body)


def test_no_answer_stands_in_the_notebook(chapters, tangled, student, pairs, slug):
    modules = [*standalone(chapters[slug], tangled).modules.values()]
    by_cell = {cell.index: place for place, cell in pairs[slug].items()}
    sources = [c.source if c.cell_type == "code" else "" for c in student[slug].cells]
    for cell in chapters[slug].cells:
        if not {"solution", "answer"} & cell.options.keys():
            continue
        place = by_cell.get(cell.index)
        if place is None:
            (starter,) = [
                n
                for n, c in pairs[slug].items()
                if c.options.get("starter") == cell.options["solution"]
            ]
            place = starter
        # What stood there before the question was asked is no secret, nor is what is kept.
        before = [*modules, *sources[:place]]
        given = {line for source in [*before, sources[place]] for line in statements(source)}
        secret = set(statements(cell.source)) - given
        assert secret, f"{cell.path}:{cell.line}: the answer has nothing of its own"
        for source in sources:
            assert not secret & set(statements(source)), f"{cell.path}:{cell.line}"
            new = {b for b in bodies(cell.source) if not any(b in bodies(s) for s in before)}
            assert not new & bodies(source), f"{cell.path}:{cell.line}"


IN_A_KERNEL = [
    pytest.param("value", marks=pytest.mark.chapters("value")),
    pytest.param("neuron", marks=pytest.mark.chapters("neuron")),
]
"""A chapter that draws graphs, and one that plots as well. Of the others the proof of the chapters
shows the same, without a kernel: see `literate.prove.missing`, and `run_removed`."""


def problems(book: Book, chapter, made, by_place, kernel) -> list[str]:
    """Run a student's notebook, and where something is missing, put back the one answer that is
    asked for. Tell what fails otherwise, and what is shown otherwise than in the chapter."""
    expected, keys = outputs.load(book.root, chapter.slug), outputs.keys(chapter)
    answers = {c.options["answer"]: c for c in chapter.cells if "answer" in c.options}
    solutions = {c.options["solution"]: c for c in chapter.cells if "solution" in c.options}
    starters = {
        message: cell.options["starter"]
        for cell in by_place.values()
        if "starter" in cell.options
        for message in re.findall(r'NotImplementedError\("(.*)"\)', cell.source)
    }
    assert len(answers) == len([c for c in chapter.cells if "answer" in c.options])
    assert not answers.keys() & starters.keys()
    waiting = {f"answer: {m}" for m in answers} | {f"solution: {name}" for name in solutions}
    filled: dict[int, str] = {}
    told: list[str] = []

    def judge(place: int, shown) -> list[str]:
        cell = by_place.get(place)
        if cell is None:
            told.extend([f"the folded cell shows {shown}"] * (shown != NOTHING))
            return []
        kind, _, message = shown.raises.partition(": ")
        if kind == "NotImplementedError" and f"answer: {message}" in waiting:
            waiting.remove(f"answer: {message}")
            written = next(n for n, c in by_place.items() if c is answers[message])
            again: list[int] = []
            if makes_a_class(answers[message].source):
                # What a student gets who restarts and runs all of it.
                again = [n for n in by_place if written < n < place]
            again += [] if written == place else [place]
            original = filled[written] = answers[message].source
            return [original, *(filled.get(n, made.cells[n].source) for n in again)]
        name = cell.options.get("check") or starters.get(message, "")
        if f"solution: {name}" in waiting and (
            kind == "AssertionError" or (kind == "NotImplementedError" and message in starters)
        ):
            assert message, f"{cell.path}:{cell.line}: the check says nothing"
            waiting.remove(f"solution: {name}")
            return [solutions[name].source, made.cells[place].source]
        if shown.raises and not cell.raises:
            told.append(f"{cell.path}:{cell.line}: {shown.raises}")
        elif cell.raises and kind == "NotImplementedError":
            told.append(f"{cell.path}:{cell.line}: not for the reason that it is to: {message}")
        elif wrong := outputs.problem(cell, expected.get(keys[cell.fence]), shown):
            told.append(str(wrong))
        return []

    kernel.run(made, judge)
    return told + [f"nobody notices that it is missing: {one}" for one in sorted(waiting)]


@pytest.mark.parametrize("slug", IN_A_KERNEL)
def test_it_fails_only_where_something_is_missing_and_passes_with_that(
    book, chapters, student, pairs, alone, slug
):
    told = problems(book, chapters[slug], student[slug], pairs[slug], alone())
    assert not told, "\n".join(told)


def test_what_is_missing_is_asked_for_in_words_of_its_own(chapters):
    """So that who runs a notebook knows which of its answers it is."""
    for chapter in chapters.values():
        asked = [c.options["answer"] for c in chapter.cells if "answer" in c.options]
        for cell in chapter.cells:
            if "starter" in cell.options:
                asked += re.findall(r'NotImplementedError\("(.*)"\)', cell.source)
        assert len({*asked}) == len(asked), chapter.path


def test_with_its_answers_it_has_the_code_of_the_whole_notebook(student, whole, pairs, slug):
    """So that what is proven of the one is proven of the other."""
    code, all_code = (
        {place: c.source for place, c in enumerate(made.cells) if c.cell_type == "code"}
        for made in (student[slug], whole[slug])
    )
    answers = {place: c.source for place, c in pairs[slug].items() if "answer" in c.options}
    assert [*(code | answers).values()] == [*all_code.values()]


STUBS = {
    "function": (
        "def f(x, y=2):\n    return x", 'def f(x, y=2):\n    raise NotImplementedError("do")',
    ),
    "docstring": (
        'def f(x):\n    """Says.\n\n    More.\n    """\n    # Why.\n    return x  # that',
        'def f(x):\n    """Says.\n\n    More.\n    """\n    raise NotImplementedError("do")',
    ),
    "signature-of-lines": (
        "def f(\n    x,  # one\n):\n\n    # Why.\n    return x",
        'def f(\n    x,  # one\n):\n    raise NotImplementedError("do")',
    ),
    "one-line": ("def f(x): return x", 'def f(x):\n    raise NotImplementedError("do")'),
    "one-line-with-words": (
        'class A:\n    def f(self): "é"; return 1',
        'class A:\n    def f(self):\n        "é"\n        raise NotImplementedError("do")',
    ),
    "methods": (
        '"""Top."""\nimport math\n\n\n@reopen\nclass A(B):\n    """Is."""\n\n    n = 1\n\n'
        "    def f(self):  # f\n        return 1\n\n    @property\n    async def g(self):\n"
        "        @cached\n        def h():\n            return 2\n        return h()\n",
        '"""Top."""\nimport math\n\n\n@reopen\nclass A(B):\n    """Is."""\n\n    n = 1\n\n'
        '    def f(self):  # f\n        raise NotImplementedError("do")\n\n    @property\n'
        '    async def g(self):\n        raise NotImplementedError("do")\n',
    ),
    "assignments": (
        "a.grad = 1.0\nb = c = (\n    2\n)\nd += 3\ne: int = 4\nfor x in b:\n    x.go()\na.grad, b",
        'raise NotImplementedError("do")\n# a.grad = …\n# b = c = …\n# d = …\n# e = …\na.grad, b',
    ),
    "quotes": ("def f():\n    1", 'def f():\n    raise NotImplementedError("do")'),
}  # fmt: skip


@pytest.mark.parametrize("which", STUBS)
def test_a_stub(which):
    source, expected = STUBS[which]
    made = stub(source, "do")
    assert made.text == expected
    ast.parse(made.text)


def test_a_stub_says_what_is_missing():
    namespace = {}
    exec(stub("def f():\n    return 1", 'the "half" of x, \\ and ½').text, namespace)
    with pytest.raises(NotImplementedError, match=r'^the "half" of x, \\ and ½$'):
        namespace["f"]()


def test_an_answer_that_a_later_cell_tells(chapter, refused):
    cells = [
        "def f(x):\n    y = x\n    return y",
        ":answer: half of it\ndef g(x):\n    y = x\n    z = y / 2\n    return z",
        "def h(x):\n    if x:\n        z = y  /  2\n    return y",
    ]
    book = Book(ROOT, (chapter(*cells),), {})
    refused(
        lambda: notebook.texts(Student(book, tangle(book), Words(ROOT))), "book/one.md:",
        "the student edition would tell here what line 16 asks for: z = y / 2",
        "the option ':answer:', too",
    )  # fmt: skip
    cells[2] = f":answer: more\n{cells[2]}"
    book = Book(ROOT, (chapter(*cells),), {})
    assert "z = y" not in notebook.texts(Student(book, tangle(book), Words(ROOT)))["one.ipynb"]


@pytest.mark.parametrize("code", ["import math\nmath.pi", "class A:\n    n = 1", '"""Words."""'])
def test_an_answer_without_one(chapter, refused, code):
    book = Book(ROOT, (chapter(f":answer: do it\n{code}"),), {})
    refused(
        lambda: notebook.texts(Student(book, tangle(book), Words(ROOT))), "book/one.md:",
        "nothing in it is one", "write a function or an assignment in it, or drop the option",
    )  # fmt: skip


def test_an_answer_that_asks_for_nothing(chapter, refused):
    for option in (":answer: 3", ":answer: [a]"):
        refused(lambda o=option: chapter(f"{o}\nx = 1"), "book/one.md:", "':answer:", "what is to")


@pytest.fixture
def nbgrader(monkeypatch):
    """The part of nbgrader that knows its format; the rest of it needs a server to be imported."""
    found = importlib.util.find_spec("nbgrader")
    if found is None:
        told = "nbgrader, which judges this, is not installed: make test installs it"
        (pytest.fail if os.environ.get("BROWSER") == "required" else pytest.skip)(told)
    bare = types.ModuleType("nbgrader")
    bare.__path__ = found.submodule_search_locations
    monkeypatch.setitem(sys.modules, "nbgrader", bare)
    yield importlib.import_module("nbgrader.nbgraderformat")
    for name in [name for name in sys.modules if name.startswith("nbgrader.")]:
        del sys.modules[name]


def test_a_course_with_nbgrader_can_use_it(chapters, student, nbgrader, slug):
    nbgrader.MetadataValidator().validate_nb(student[slug])
    told = {cell.metadata.nbgrader.grade_id: cell for cell in student[slug].cells
            if "nbgrader" in cell.metadata}  # fmt: skip
    for exercise in chapters[slug].exercises:
        answer, check = told.pop(exercise.name), told.pop(f"{exercise.name}_check")
        assert answer.metadata.nbgrader.solution and not answer.metadata.nbgrader.locked
        assert check.metadata.nbgrader.points == 1 and check.metadata.nbgrader.locked
    assert not told


def test_no_check_shows_a_number_that_nbgrader_would_take_for_a_part_of_its_point(book):
    for chapter in book.chapters:
        expected, keys = outputs.load(book.root, chapter.slug), outputs.keys(chapter)
        for exercise in chapter.exercises:
            shown = expected.get(keys[exercise.check.fence], NOTHING)
            assert not re.fullmatch(r"0?\.\d+(e-\d+)?|[01](\.0)?", shown.value), exercise.name


@pytest.fixture(scope="module")
def instructor(book, tangled):
    made = notebook.texts(Instructor(book, tangled, Words(book.root)))
    return {name.removesuffix(".ipynb"): nbformat.reads(text, 4) for name, text in made.items()}


def test_the_instructor_edition_has_all_of_the_code(whole, instructor):
    for slug, made in instructor.items():
        code, all_code = (
            [c.source for c in n.cells if c.cell_type == "code"] for n in (made, whole[slug])
        )
        assert code == all_code


def words(made) -> str:
    return "\n\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def lengths(root):
    """The seconds from each moment of the lecture to the next; the last has none."""
    timeline = yaml.safe_load((root / "book/timeline.yml").read_text("utf-8"))
    times = [
        (moment["timecode"], datetime.strptime(moment["timecode"], "%H:%M:%S"))
        for moment in timeline["moments"]
    ]
    return {code: int((end - time).total_seconds()) for (code, time), (_, end) in pairwise(times)}


def clock(seconds):
    return f"{seconds // 60}:{seconds % 60:02}"


def test_it_says_how_long_the_lecture_takes(chapters, instructor, lengths):
    told = 0
    for slug, made in instructor.items():
        text = words(made).replace("`", "")
        whole = sum(lengths.get(code, 0) for _, code in chapters[slug].timecodes)
        said = re.findall(r"The lecture takes (\S+) minutes for this chapter\.", text)
        assert said == ([clock(whole)] if whole else [])
        for heading in chapters[slug].page.headings:
            (_, after) = re.split(rf"^#+ {re.escape(heading.words)}$", text, flags=re.MULTILINE)
            section = re.split(r"^#+ ", after, flags=re.MULTILINE)[0]
            said = re.findall(r"In the lecture this begins at (\S+), and takes (\S+) min", section)
            assert said == [
                (re.sub("^(00:)?0?", "", code), clock(lengths[code]))
                for code in heading.timecodes
                if code in lengths
            ]
            told += len(said)
    assert told


def test_it_says_where_learners_stumble(root, instructor):
    stumbles = yaml.safe_load((root / "book/stumbling.yml").read_text("utf-8"))
    for entry in stumbles:
        for met in entry["met"]:
            if met["chapter"] in instructor:
                after = words(instructor[met["chapter"]]).split(f"# {met['section']}\n")[1]
                note = after.split("</div>")[0]
                assert f"- Often asked: {entry['stumble']} (" in note, entry["stumble"]


def test_it_says_what_students_answer_instead(root, chapters, instructor):
    told = 0
    for slug, made in instructor.items():
        text = words(made)
        file = root / f"tests/wrong_answers/{slug}.yml"
        wrong = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else []
        for exercise, count in Counter(answer["exercise"] for answer in wrong).items():
            assert exercise in {cell.options.get("check") for cell in chapters[slug].cells}
            assert f"instead, and what the check says ({count})</summary>" in text, exercise
        for answer in wrong:
            first, _, _ = answer["code"].partition("\n")
            said = f"- {answer['mistake']}: “… {answer['says']} …”\n\n  ```python\n  {first}\n"
            assert said in text
        asked = [c.options["answer"] for c in chapters[slug].cells if "answer" in c.options]
        for message in asked:
            assert f"*Missing in the student edition, which asks: {message}*" in text
        told += len(wrong) * len(asked)
    assert told


def test_students_are_told_nothing_of_that(student):
    for made in student.values():
        assert not re.search("For the teacher|Often asked|instead, and what", words(made))
        assert "This is the student edition" in made.cells[0].source


def test_make_student_and_make_instructor(small_book):
    small_book.edit(
        "book/count.md",
        ":tangle: micrograd/engine.py",
        ":tangle: micrograd/engine.py\n:answer: count",
    )
    for command in ("student", "instructor"):
        result = small_book.literate(command)
        assert result.status == 0 and f"notebooks are in _build/{command}" in result.text
        more = command == "student"
        assert len(small_book.snapshot(f"_build/{command}")) == 3 + more
    configuration = (small_book.root / "_build/student/nbgrader_config.py").read_text("utf-8")
    compile(configuration, "nbgrader_config.py", "exec")
    told = [(small_book.root / f"_build/{c}/count.ipynb").read_text("utf-8") for c in
            ("student", "instructor")]  # fmt: skip
    assert ["self.n = start" in text for text in told] == [False, True]
    before = small_book.snapshot("_build/student")
    small_book.edit("book/count.md", ":answer: count", ":answer: [count]")
    small_book.literate("student").tells("book/count.md:", "':answer:")
    assert small_book.snapshot("_build/student") == before
