"""Two more editions of the notebooks: one for students, one for who teaches them.

In the student edition the answers are absent: the solutions of the exercises are left out, and of a
cell with the option `:answer:` only what is asked for is kept. Functions keep signature and
docstring; an assignment keeps its target, in a comment. What is to be done there says the option,
and says the stub when it is run. The instructor edition has everything, and notes: how long the
lecture takes for a section, where learners stumble, and which answers the checks know to be wrong.
"""

from __future__ import annotations

import ast
import dataclasses
import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from literate.editions.notebook import Edition
from literate.editions.notebook_markdown import BOX, FOLD
from literate.prove import checks
from literate.read.model import CHAPTERS, BookError, Cell, Chapter
from literate.read.settings import TIMELINE, lecture, seconds
from literate.tangle.standalone import standalone

STUMBLING = Path(CHAPTERS, "stumbling.yml")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(frozen=True)
class Stub:
    """What an answer leaves when it is taken out, and what was taken."""

    text: str
    taken: tuple[ast.stmt, ...]


def stub(source: str, message: str) -> Stub:
    """The code without its answers: in each function, and where something is assigned."""
    lines: list[str | None] = [*source.split("\n")]
    raising = f"raise NotImplementedError({json.dumps(message, ensure_ascii=False)})"
    taken: list[ast.stmt] = []
    body = ast.parse(source).body
    for function in _functions(body):
        kept = function.body[:1] if ast.get_docstring(function, clean=False) is not None else []
        rest = function.body[len(kept) :]
        end, head = _after_words(function, lines) if kept else _head(function, lines)
        if head:
            lines[end - 1] = head
        last = function.end_lineno or end
        lines[end:last] = [None] * (last - end)
        lines[end - 1] = f"{lines[end - 1]}\n{' ' * (function.col_offset + 4)}{raising}"
        taken += rest
    asked = [node for place, node in enumerate(body) if _is_asked(node, place, len(body))]
    for node in asked:
        said = [*([raising] if node is asked[0] else []), *_left(node)]
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        lines[start:end] = ["\n".join(said) if said else None, *[None] * (end - start - 1)]
        taken.append(node)
    text = "\n".join(line for line in lines if line is not None)
    return Stub(text, tuple(taken))


def _functions(body: Iterable[ast.stmt]) -> Iterator[Function]:
    """The functions of a cell, and the methods of its classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _after_words(function: Function, lines: list[str | None]) -> tuple[int, str]:
    """The last line of the docstring, counted from 1, and its text without what follows there."""
    words = function.body[0]
    end = words.end_lineno or 0
    text = (lines[end - 1] or "").encode()[: words.end_col_offset].decode()
    if words.lineno == end == function.lineno:
        before = text.encode()[: words.col_offset].decode().rstrip()
        text = f"{before}\n{' ' * (function.col_offset + 4)}{text[len(before) :].strip()}"
    return end, text


def _head(function: Function, lines: list[str | None]) -> tuple[int, str]:
    """The last line of a signature, counted from 1; and its text, if the body begins in it."""
    first = function.body[0]
    start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    line = lines[start - 1] or ""
    if before := line.encode()[: first.col_offset].decode().strip():
        return start, " " * function.col_offset + before if start == function.lineno else before
    end = start - 1
    while (lines[end - 1] or "").strip().startswith("#") or not (lines[end - 1] or "").strip():
        end -= 1
    return end, ""


def _is_asked(node: ast.stmt, place: int, count: int) -> bool:
    """Is this statement of a cell an answer? The words at its top and its last line are not."""
    if isinstance(node, ast.Expr) and (place == count - 1 or isinstance(node.value, ast.Constant)):
        return False
    return not isinstance(
        node, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    )


def _left(node: ast.stmt) -> list[str]:
    """What is left of a statement: of an assignment, to what something is assigned."""
    match node:
        case ast.Assign(targets=targets):
            return [f"# {' = '.join(map(ast.unparse, targets))} = …"]
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return [f"# {ast.unparse(target)} = …"]
    return []


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


class Student(Edition):
    """The notebooks without answers."""

    folder = "student"

    def check(self, chapter: Chapter) -> None:
        """Refuse a chapter in which the code of an answer stands in a later cell, too."""
        alone = standalone(chapter, self.tangled)
        given = code_lines([ast.parse(text) for text in alone.modules.values()])
        answers: list[tuple[Cell, set[str]]] = []
        for cell in alone.cells:
            here = code_lines([ast.parse(self.code(cell) or "")])
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
                answers.append((cell, code_lines(_stub(cell).taken) - given))
            given |= here

    def code(self, cell: Cell) -> str | None:
        if "solution" in cell.options:
            return None
        return _stub(cell).text if "answer" in cell.options else cell.source

    def head(self, chapter: Chapter) -> str:
        return BOX.format(
            kind="info", title=self.say("student"), body=self.say("student what to do")
        )


def _stub(cell: Cell) -> Stub:
    made = stub(cell.source, str(cell.options["answer"]))
    if not made.taken:
        raise cell.error(
            "the cell has the option ':answer:', and nothing in it is one",
            "write a function or an assignment in it, or drop the option",
        )
    return made


class Instructor(Edition):
    """The notebooks with everything, and notes for who teaches with them."""

    folder = "instructor"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.moments = [str(m["timecode"]) for m in self._read(TIMELINE, {}).get("moments", [])]
        self.stumbles = self._read(STUMBLING, [])

    def _read(self, path: Path, without: Any) -> Any:
        """A file of the book, which it may do without."""
        if not (self.book.root / path).is_file():
            return without
        try:
            return yaml.safe_load((self.book.root / path).read_text("utf-8"))
        except yaml.YAMLError as error:
            raise BookError(path, None, str(error), "correct it") from None

    def head(self, chapter: Chapter) -> str:
        lengths = [self._length(moment) for _, moment in chapter.timecodes]
        if not any(lengths):
            return ""
        body = self.say("teacher lecture", length=_clock(sum(lengths)))
        return BOX.format(kind="warning", title=self.say("teacher"), body=body)

    def section(self, chapter: Chapter, words: str, moments: list[str]) -> str:
        notes = [
            self.say("teacher moment", moment=lecture(self.book.root, moment)[0],
                     length=_clock(length))
            for moment in moments
            if (length := self._length(moment))
        ]  # fmt: skip
        notes += [
            self.say(
                "teacher stumble", stumble=entry["stumble"], how=self.say(f"met as {met['as']}")
            )
            for entry in self.stumbles
            for met in entry["met"]
            if (met["chapter"], met["section"]) == (chapter.path.stem, words)
        ]
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

    def _length(self, moment: str) -> int:
        """The seconds of the lecture from this moment to the next; 0 if that is not known."""
        later = [other for other in self.moments if other > moment]
        return seconds(later[0]) - seconds(moment) if later and moment in self.moments else 0


def _clock(length: int) -> str:
    return f"{length // 60}:{length % 60:02}"


def _indented(code: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in code.rstrip().split("\n"))
