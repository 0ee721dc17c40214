"""Two more editions of the notebooks: one for students, one for who teaches them.

In the student edition the answers are absent: the solutions of the exercises are left out, and of a
cell with the option `:answer:` only what is asked for is kept. Functions keep signature and
docstring; an assignment keeps its target, in a comment. What is to be done there says the option,
and says the stub when it is run. The instructor edition has everything, and notes: how long the
lecture takes for a section, where learners stumble, and which answers the checks know to be wrong.
"""

from __future__ import annotations

import ast
import functools
import html
from collections.abc import Iterable
from typing import Any

from literate.editions.notebook import Edition
from literate.editions.notebook_markdown import BOX, FOLD
from literate.prove import checks
from literate.read.model import Cell, Chapter
from literate.read.teaching import Notes, clock
from literate.tangle.standalone import standalone
from literate.tangle.stub import stub_of


def code_lines(nodes: Iterable[ast.AST]) -> set[str]:
    """Every statement within `nodes`, however it is written; of a block those in it. Words alone,
    such as docstrings, are none.
    """
    return {
        ast.unparse(node)
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    }


@functools.lru_cache(4096)  # Most chapters have modules of the chapters before.
def _lines_of(text: str) -> frozenset[str]:
    return frozenset(code_lines([ast.parse(text)]))


GRADER = """\
# For a course with nbgrader: the notebooks beside this file are the source of its assignments. They
# have no solutions, so there are none to be cleared, and the signatures in the cells stay.
c = get_config()
c.GenerateAssignment.preprocessors = [
    f"nbgrader.preprocessors.{name}"
    for name in (
        "IncludeHeaderFooter", "LockCells", "ClearOutput", "CheckCellMetadata",
        "ComputeChecksums", "SaveCells", "ComputeChecksums", "CheckCellMetadata",
    )
]
"""
GRADER_CONFIGURATION = {"nbgrader_config.py": GRADER}


class Student(Edition):
    """The notebooks without answers."""

    folder = "student"

    def check(self, chapter: Chapter) -> None:
        """Refuse a chapter in which the code of an answer stands in a later cell, too."""
        alone = standalone(chapter, self.tangled)
        given = {line for text in alone.modules.values() for line in _lines_of(text)}
        answers: list[tuple[Cell, set[str]]] = []
        for cell in alone.cells:
            here = _lines_of(self.code(cell) or "")
            for answer, secret in answers:
                if told := sorted(secret & here):
                    raise cell.error(
                        f"the student edition would tell here what line {answer.line} asks for: "
                        f"{told[0]}",
                        "give this cell the option ':answer:', too, or write it in another way",
                    )
            if "solution" in cell.options:
                answers.append((cell, code_lines([cell.tree]) - given))
            elif "answer" in cell.options:
                answers.append((cell, code_lines(stub_of(cell).taken) - given))
            given |= here

    def code(self, cell: Cell) -> str | None:
        if "solution" in cell.options:
            return None
        return stub_of(cell).text if "answer" in cell.options else cell.source

    def metadata(self, cell: Cell) -> dict[str, Any]:
        """What nbgrader, which other courses grade with, wants to know of a cell.

        An answer of the reader's has no solution beside it; a check is worth a point, and locked.
        """
        name = cell.options.get(cell.part) or ""
        if cell.part == "starter":
            return _for_nbgrader(name, solution=True)
        if cell.part == "check":
            return _for_nbgrader(f"{name}_check", grade=True, locked=True, points=1)
        return {}

    def head(self, chapter: Chapter) -> str:
        return BOX.format(
            kind="info", title=self.say("student"), body=self.say("student what to do")
        )


def _for_nbgrader(name: str, **told: Any) -> dict[str, Any]:
    """The metadata of a cell in nbgrader's format, version 3."""
    kinds = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **kinds, **told}}


class Instructor(Edition):
    """The notebooks with everything, and notes for who teaches with them."""

    folder = "instructor"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.notes = Notes(self.book.root, self.say)

    def head(self, chapter: Chapter) -> str:
        length = self.notes.lasts([moment for _, moment in chapter.timecodes])
        if not length:
            return ""
        body = self.say("teacher lecture", length=clock(length))
        return BOX.format(kind="warning", title=self.say("teacher"), body=body)

    def section(self, chapter: Chapter, words: str, moments: list[str]) -> str:
        notes = self.notes.section(chapter.path.stem, words, moments)
        body = "\n".join(f"- {note}" for note in notes)
        return BOX.format(kind="warning", title=self.say("teacher"), body=body) if notes else ""

    def after(self, chapter: Chapter, cell: Cell) -> str:
        if "answer" in cell.options:
            return f"*{self.say('teacher asked', message=cell.options['answer'])}*"
        wrong = [
            f"- {a.mistake}: “… {a.says} …”\n\n  ```python\n{_indented(a.code)}\n  ```"
            for a in checks.load(self.book.root, chapter.slug)
            if a.exercise == cell.options.get("check")
        ]
        title = html.escape(self.say("teacher wrong answers", count=len(wrong)))
        return FOLD.format(title=title, body="\n\n".join(wrong)) if wrong else ""


def _indented(code: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in code.rstrip().split("\n"))
