"""The processes that run answers, begun and asked: one for each chapter that somebody returned.

What runs in them is `runner`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from literate.files import BUILD
from literate.grade.answers import asked_for
from literate.read.model import CHAPTERS, Cell, Exercise

SECONDS = 10
"""Processor time that an answer may take with its check. The checks take far less than one."""
PATIENCE = 30
"""Seconds after which an answer is ended that only waits."""
MEMORY = 500_000_000
"""Bytes that it may take besides what its chapter has."""
RIGHT = "right"
Verdict = dict[str, str]
"""Its `kind`, and what is to be told: a `message`, a `line` of the answer, a `name`."""


class Runners:
    """The process that has imported the libraries, and forks for each chapter (see `runner`)."""

    def __init__(self, root: Path, work: Path) -> None:
        hidden = [root / name for name in (CHAPTERS, "tests", BUILD, ".git")] + [work.resolve()]
        # With more threads, what is forked may wait for one that it does not have.
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "literate.grade.runner"], cwd=root, stdin=theirs.fileno(),
                env=os.environ | one | {"MPLBACKEND": "agg"},
            )  # fmt: skip
        job = {"root": str(root), "hidden": [str(path) for path in hidden],
               "seconds": SECONDS, "patience": PATIENCE, "memory": MEMORY}  # fmt: skip
        self.kept = frozenset(_asked(self._socket, job))

    def __enter__(self) -> Runners:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        try:
            # It ends when it is asked no more, and with it what it has begun.
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def begin(self) -> Runner:
        """A process for one chapter."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._socket, [b"chapter"], [theirs.fileno()])
        return Runner(ours)


def _asked(through: socket.socket, what: Any) -> Any:
    """The answer of a process to a request; raises EOFError if it has ended."""
    try:
        through.sendall(json.dumps(what).encode() + b"\n")
        with through.makefile("r", encoding="utf-8") as lines:
            line = lines.readline()
    except ConnectionError:
        raise EOFError from None
    if not line:
        raise EOFError
    return json.loads(line)


class Runner:
    """The process that runs one chapter and judges answers."""

    def __init__(self, through: socket.socket) -> None:
        self._socket = through

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _ask(self, what: Any) -> Any:
        return _asked(self._socket, what)

    def run(self, cell: Cell, asked: set[str]) -> str:
        """Run a cell of the chapter, without what is `asked` for; return what is wrong with it."""
        told = self._ask({"run": cell.source, "path": str(cell.path), "line": cell.line,
                          "options": {"tags": cell.tags}, "asked": sorted(asked)})  # fmt: skip
        return str(told).split("\n")[0]

    def judge(self, exercise: Exercise, tries: Iterable[str]) -> Verdict:
        """What becomes of an answer: the first of its tries that is right, or the likeliest."""
        first: Verdict | None = None
        for source in tries:
            verdict: Verdict = self._ask(
                {"answer": source, "check": exercise.check.source,
                 "asked": sorted(asked_for(exercise))}
            )  # fmt: skip
            if verdict["kind"] == RIGHT:
                return verdict
            first = first or verdict
        assert first
        return first
