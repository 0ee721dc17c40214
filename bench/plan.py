"""Have all contestants take turns, each run in a fresh interpreter, and keep what was measured."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.contestants import CONTESTANTS, ENGINES, NEEDS, UNTRACED, takes_part
from bench.tasks import TASKS
from bench.worker import COLLECTOR
from literate.read.error import BookError

BARE = {"moons"}
"""The tasks that are measured bare, too."""
LIMIT = 600
"""Seconds that one run may take."""


@dataclass(frozen=True)
class Plan:
    """How often everybody runs, the longest chain that is tried, and how many run at once."""

    rounds: int
    longest: int
    at_once: int
    quick: bool


WHOLE = Plan(rounds=3, longest=1_000_000, at_once=1, quick=False)
QUICK = Plan(rounds=1, longest=2_000, at_once=os.cpu_count() or 1, quick=True)
"""A quick look whether everything works. Its times are worth nothing."""


@dataclass
class Results:
    """Of several runs the best: whatever else the machine does can only make a run slower.

    `seconds` and `prepared` by task, contestant and collector; `bytes` and `chains` by contestant.
    """

    longest: int
    seconds: dict[tuple[str, str, str], float] = field(default_factory=dict)
    prepared: dict[tuple[str, str, str], float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    chains: dict[str, int] = field(default_factory=dict)

    def faster(self, task: str, contestant: str, collector: str) -> float:
        """How many times as fast a contestant is as the published engine."""
        published = self.seconds[task, "published", collector]
        return published / self.seconds[task, contestant, collector]


def measure(root: Path, plan: Plan, say: Callable[[str], None]) -> Results:
    """Run everything; raises BookError where a contestant fails or comes to another loss."""
    found = Results(plan.longest)
    present = [c for c in CONTESTANTS if c not in NEEDS or find_spec(NEEDS[c])]
    for contestant in CONTESTANTS:
        if contestant not in present:
            say(f"  not measured: {contestant} needs {NEEDS[contestant]}, which is not installed")
    quick = ["--quick"] if plan.quick else []
    every = [
        (task, contestant, collector)
        for task, collector, contestant in itertools.product(TASKS, COLLECTOR, present)
        if (task in BARE or collector != "bare") and takes_part(contestant, TASKS[task](plan.quick))
    ]
    losses: dict[str, dict[str, float]] = {task: {} for task in TASKS}
    with ThreadPoolExecutor(plan.at_once) as pool:

        def run(key: tuple[str, str, str]) -> dict[str, float]:
            task, contestant, collector = key
            return worker(root, "worker", task, contestant, "--collector", collector, *quick)

        for number in range(plan.rounds):
            say(f"  round {number + 1} of {plan.rounds}")
            for key, told in zip(every, pool.map(run, every), strict=True):
                losses[key[0]][key[1]] = told["loss"]
                for best, what in ((found.seconds, "seconds"), (found.prepared, "prepared")):
                    best[key] = min(told[what], best.get(key, math.inf))
        compare(losses)
        say("  memory and chains")
        traced = [contestant for contestant in present if contestant not in UNTRACED]
        most = pool.map(lambda c: worker(root, "worker", "moons", c, "--memory", *quick), traced)
        found.bytes = {c: int(m["bytes"]) for c, m in zip(traced, most, strict=True)}
        engines = [contestant for contestant in present if contestant in ENGINES]
        lengths = pool.map(lambda c: deepest(root, c, plan.longest), engines)
        found.chains = dict(zip(engines, lengths, strict=True))
    return found


def compare(losses: dict[str, dict[str, float]]) -> None:
    """Refuse a comparison of contestants that do not compute the same as the first of them."""
    for task, told in losses.items():
        first = next(iter(told))
        for contestant, loss in told.items():
            if not math.isclose(loss, told[first], rel_tol=1e-9):
                raise BookError(
                    "bench", None,
                    f"at the task {task}, {contestant} comes to the loss {loss}, and {first} to "
                    f"{told[first]}", "find out which of the two is wrong",
                )  # fmt: skip


def deepest(root: Path, contestant: str, longest: int) -> int:
    """The longest chain that an engine survives, up to `longest`: doubling first, then halving."""
    lengths = [2**n for n in range(longest.bit_length()) if 2**n < longest] + [longest]
    survived = _survived(root, contestant, lengths)
    if survived == longest:
        return longest
    low, high = survived, lengths[lengths.index(survived) + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if _survived(root, contestant, [1, middle]) == middle:
            low = middle
        else:
            high = middle
    return low


def _survived(root: Path, contestant: str, lengths: list[int]) -> int:
    """The last length that was survived. A crash of the interpreter ends it, as an error does."""
    done = _run(root, ["bench.chain", contestant, *map(str, lengths)])
    told = done.stdout.split()
    if not told:
        raise _failed(["bench.chain", contestant, "1"], done)
    return int(told[-1])


def worker(root: Path, module: str, *arguments: str) -> dict[str, float]:
    """What a module of `bench` has measured in a process of its own; BookError if it fails."""
    command = [f"bench.{module}", *arguments]
    done = _run(root, command)
    if done.returncode:
        raise _failed(command, done)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _run(root: Path, module: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *module]
    options: Any = {"cwd": root, "env": os.environ | {"PYTHONPATH": str(root)}}
    try:
        return subprocess.run(
            command, **options, capture_output=True, encoding="utf-8", timeout=LIMIT
        )
    except subprocess.TimeoutExpired as error:
        told = (error.stdout or b"").decode()
        return subprocess.CompletedProcess(command, 1, told, f"longer than {LIMIT} seconds")


def _failed(module: list[str], done: subprocess.CompletedProcess[str]) -> BookError:
    told = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"]
    command = " ".join(["python", "-m", *module])
    return BookError("bench", None, f"'{command}' failed: {told[-1]}", "run it to see the rest")
