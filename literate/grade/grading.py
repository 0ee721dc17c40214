"""Grade what students returned: every answer, by the book's own check, in a process of its own.

This process reads the book and the notebooks, and runs nothing of either: `runners` does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from literate.grade.answers import Answers, asked_for, unusual
from literate.grade.returned import Student, given, students
from literate.grade.runners import RIGHT, Runners, Verdict
from literate.read.error import BookError
from literate.read.model import Book, Cell, Chapter, Exercise
from literate.run.processes import at_once

UNANSWERED, NOT_RETURNED, UNJUDGED = "unanswered", "not returned", "unjudged"
"""What an answer that is not judged comes to."""


@dataclasses.dataclass(frozen=True)
class Grades:
    """What became of every exercise, by student and name; and what a teacher may want to look at.

    `exercises` are those of the chapters that somebody returned, in the book's order; `kept` is
    what the kernel keeps from the answers, besides what Python does; `left` names what was not
    judged.
    """

    students: tuple[Student, ...]
    exercises: tuple[tuple[Chapter, Exercise], ...]
    verdicts: dict[tuple[str, str], Verdict]
    unusual: dict[tuple[str, str], tuple[str, ...]]
    kept: frozenset[str]
    left: tuple[str, ...] = ()

    def points(self, student: Student, names: Iterable[str]) -> int:
        """How many of these exercises the student has right."""
        return sum(self.verdicts[student.name, name]["kind"] == RIGHT for name in names)


@dataclasses.dataclass(frozen=True)
class _Task:
    """A chapter, the exercises of it that are asked for, and who answered what."""

    chapter: Chapter
    exercises: tuple[Exercise, ...]
    tries: dict[tuple[str, str], list[str]]


def grade(book: Book, work: Path, progress: Callable[[str], None]) -> Grades:
    """Grade all notebooks in `work`; `progress` is told each chapter that is done."""
    if book.root.resolve().is_relative_to(work.resolve()):
        raise BookError(
            work, None, "the book itself is in this folder",
            "put the returned notebooks into a folder of their own",
        )  # fmt: skip
    out = given(book)
    whole = [who.without(out) for who in students(work)]
    verdicts: dict[tuple[str, str], Verdict] = {}
    tasks: list[_Task] = []
    left: list[str] = []
    named = {exercise.name for chapter in book.chapters for exercise in chapter.exercises}
    for chapter in book.chapters:
        if task := _task(chapter, Answers(chapter, named), whole, verdicts):
            tasks.append(task)
            if chapter.missing:
                left.append(chapter.lacks("grade"))
    if not tasks:
        raise BookError(
            work, None, "none of the notebooks there has an exercise of this book",
            "hand out those that 'make student' writes, and put here what comes back",
        )  # fmt: skip
    ready = [task for task in tasks if not task.chapter.missing]
    # One more than there are processors, because some answers only wait.
    with Runners(book.root, work) as runners, ThreadPoolExecutor(at_once() + 1) as pool:
        # The later chapters take longer.
        done = {pool.submit(_judge, runners, task, verdicts): task for task in reversed(ready)}
        for number, judged in enumerate(as_completed(done), 1):
            judged.result()
            task, count = done[judged], len(done[judged].tries)
            progress(f"{number}/{len(done)} {task.chapter.path.stem}: {count} answers judged")
    odd = {
        key: found
        for task in tasks
        for key, tries in task.tries.items()
        if (found := tuple(dict.fromkeys(name for each in tries for name in unusual(each))))
    }
    asked = tuple((task.chapter, exercise) for task in tasks for exercise in task.exercises)
    return Grades(tuple(whole), asked, verdicts, odd, runners.kept, tuple(left))


def _task(
    chapter: Chapter,
    answers: Answers,
    whole: Sequence[Student],
    verdicts: dict[tuple[str, str], Verdict],
) -> _Task | None:
    """What is to be judged of a chapter, if anybody returned it; tells `verdicts` the rest."""
    returned = [who for who in whole if answers.are_in(who)]
    if not (returned and chapter.exercises):
        return None
    tries: dict[tuple[str, str], list[str]] = {}
    for who in whole:
        for exercise in chapter.exercises:
            key = who.name, exercise.name
            if who not in returned:
                verdicts[key] = {"kind": NOT_RETURNED}
            elif found := answers.tries(who, exercise):
                tries[key] = found
                verdicts[key] = {"kind": UNJUDGED}
            else:
                verdicts[key] = {"kind": UNANSWERED}
    return _Task(chapter, chapter.exercises, tries)


def _judge(runners: Runners, task: _Task, verdicts: dict[tuple[str, str], Verdict]) -> None:
    """Have the answers to a chapter's exercises judged; `verdicts` is filled in.

    The same answer is judged once, however many have given it.
    """
    waiting = [*task.exercises]
    alike: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    for key, found in task.tries.items():
        alike.setdefault((key[1], tuple(found)), []).append(key)
    open_answers = {exercise.name: [tries for name, tries in alike if name == exercise.name]
                    for exercise in waiting}  # fmt: skip
    while any(open_answers.values()):
        with runners.begin() as runner:
            answering = False
            try:
                for cell in _needed(task.chapter, waiting, open_answers):
                    begun = [e for e in waiting if e.starter is cell]
                    if fault := runner.run(cell, {n for e in begun for n in asked_for(e)}):
                        raise _cannot_run(task.chapter, fault)
                    for exercise in begun:
                        while open_answers[exercise.name]:
                            tries = open_answers[exercise.name].pop(0)
                            keys = alike[exercise.name, tries]
                            verdicts.update((key, {"kind": "ended"}) for key in keys)
                            answering = True
                            verdict = runner.judge(exercise, tries)
                            verdicts.update((key, verdict) for key in keys)
                            answering = False
            except EOFError:
                # The answer has ended even what runs it; for the others, that is begun anew.
                if not answering:
                    raise _cannot_run(task.chapter, "the process that runs it ended") from None


def _needed(
    chapter: Chapter, exercises: Iterable[Exercise], open_answers: dict[str, Any]
) -> list[Cell]:
    """The cells of a chapter's notebook up to the last exercise that has answers, without any
    solution."""
    last = max(e.starter.fence for e in exercises if open_answers[e.name])
    there = [cell for cell in chapter.cells if cell.fence <= last and not cell.removed]
    return [cell for cell in there if cell.part not in ("solution", "check")]


def _cannot_run(chapter: Chapter, reason: str) -> BookError:
    return BookError(
        chapter.path, None, f"the chapter does not run as far as its exercises: {reason}",
        "'make test' says more; run it before you grade",
    )  # fmt: skip
