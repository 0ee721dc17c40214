"""Prove that the check of an exercise is one: it refuses the starter and the known wrong answers.

That it accepts the solution needs no proof of its own, because the chapter's cells are run in
their order: starter, solution, check.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import random
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from literate.read.error import BookError
from literate.read.model import Cell, Exercise
from literate.read.order import WRONG_ANSWERS
from literate.run.here import run
from literate.run.plots import plots

FOLDER = WRONG_ANSWERS
FIELDS = {"exercise", "mistake", "code", "says"}


@dataclasses.dataclass(frozen=True)
class WrongAnswer:
    """An answer that a check refuses: the mistake in words, and a part of what the check says.

    `path` is the file that it stands in.
    """

    path: Path
    exercise: str
    mistake: str
    code: str
    says: str

    def __str__(self) -> str:
        return f"the wrong answer '{self.mistake}' of {self.path}"


def file(slug: str) -> Path:
    """The path, below the root, of the wrong answers to a chapter's exercises."""
    return FOLDER / f"{slug}.yml"


def load(root: Path, slug: str) -> list[WrongAnswer]:
    """The wrong answers to a chapter's exercises; none if there is no file."""
    path = file(slug)
    if not (root / path).is_file():
        return []
    try:
        entries = yaml.safe_load((root / path).read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BookError(path, None, str(error), "correct it") from None
    if not isinstance(entries, list) or not all(map(_is_whole, entries)):
        raise BookError(
            path, None, "it is not a list of wrong answers",
            f"give each of its entries these texts and no other: {', '.join(sorted(FIELDS))}",
        )  # fmt: skip
    return [WrongAnswer(path, **entry) for entry in entries]


def _is_whole(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == FIELDS
        and all(isinstance(text, str) and text for text in entry.values())
    )


def problems(
    exercise: Exercise, answers: Iterable[WrongAnswer], namespace: dict[str, Any]
) -> Iterator[BookError]:
    """What is wrong with the check, in a namespace where the starter has been run."""
    for answer in [None, *(a for a in answers if a.exercise == exercise.name)]:
        if fault := _fault(answer, _outcome(exercise, answer, namespace)):
            reason, remedy = fault
            yield exercise.check.error(
                f"the check of the exercise '{exercise.name}' {reason}", remedy
            )


def _fault(answer: WrongAnswer | None, error: BaseException | None) -> tuple[str, str] | None:
    """Reason and remedy, if `error` is not how a check refuses this answer, or the starter."""
    who = answer or "the starter"
    if error is None:
        return f"passes with {who}", "assert what is true only of a right answer"
    if isinstance(error, NotImplementedError) and not answer:
        return None
    if not isinstance(error, AssertionError):
        return (
            f"ends in {type(error).__name__} with {who}: {error}",
            "let an assertion fail before that, with a message that says what helps"
            + ("" if answer else ", or let the starter raise NotImplementedError"),
        )
    if not str(error):
        return f"fails without a message with {who}", "let the assertion say what helps"
    if answer and answer.says not in str(error):
        return (
            f"says with {who}:\n    {error}\n  and not:\n    {answer.says}",
            "correct the assertion, its message, or what the entry expects under 'says'",
        )
    return None


def _outcome(
    exercise: Exercise, answer: WrongAnswer | None, namespace: dict[str, Any]
) -> BaseException | None:
    """What the check raises after the starter and, if one is given, a wrong answer."""
    copy = dict(namespace)
    with _without_trace():
        try:
            if answer:
                run(_as_cell(answer, exercise.solution), copy)
            run(exercise.check, copy)
        except SyntaxError as error:
            return error
        except BookError as error:
            return error.__cause__
    return None


def _as_cell(answer: WrongAnswer, solution: Cell) -> Cell:
    """A wrong answer in the place of the solution."""
    tree = ast.parse(answer.code)
    return dataclasses.replace(
        solution, path=answer.path, line=1, source=answer.code.rstrip(), tree=tree
    )


@contextlib.contextmanager
def _without_trace() -> Iterator[None]:
    """Let nothing of a proof reach the chapter: random numbers go on as if it had not been run."""
    libraries = [
        (sys.modules[name], get, put)
        for name, get, put in (
            ("numpy.random", "get_state", "set_state"),
            ("torch", "get_rng_state", "set_rng_state"),
        )
        if name in sys.modules
    ]
    states = [getattr(module, get)() for module, get, _ in libraries]
    state = random.getstate()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        plots()
        random.setstate(state)
        for (module, _, put), before in zip(libraries, states, strict=True):
            getattr(module, put)(before)
