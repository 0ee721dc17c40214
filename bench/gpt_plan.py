"""Have all train the book's GPT in turns, each in a fresh interpreter; keep what was measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from bench.contestants import NEEDS, UNTRACED
from bench.gpt import CONTESTANTS, RACERS
from bench.plan import Plan, compare, worker


@dataclass
class Trained:
    """By contestant: the seconds of a step, the best of several runs; the bytes; and the race.

    Of the race the `names` that were read, and the `seconds` that this took.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    races: dict[str, dict[str, float]] = field(default_factory=dict)

    def faster(self, contestant: str, than: str = "reference") -> float:
        """How many times as fast as another one; infinite where that one was not measured."""
        return self.seconds.get(than, math.inf) / self.seconds[contestant]


def measure(root: Path, plan: Plan, say: Callable[[str], None]) -> Trained:
    """Run everything; raises BookError where a contestant fails or comes to another loss."""
    found, losses = Trained(), {}
    present = [c for c in CONTESTANTS if c not in NEEDS or find_spec(NEEDS[c])]
    quick = ["--quick"] if plan.quick else []
    with ThreadPoolExecutor(plan.at_once) as pool:

        def everybody(contestants: list[str], *options: str) -> dict[str, dict[str, float]]:
            told = pool.map(lambda c: worker(root, "gpt", c, *options, *quick), contestants)
            return dict(zip(contestants, told, strict=True))

        for number in range(plan.rounds):
            say(f"  the GPT, round {number + 1} of {plan.rounds}")
            for contestant, told in everybody(present).items():
                best = found.seconds.get(contestant, math.inf)
                found.seconds[contestant] = min(told["seconds"], best)
                losses[contestant] = told["loss"]
        compare({"gpt": losses})
        say("  the memory of the GPT, and its race")
        memory = everybody([c for c in present if c not in UNTRACED], "--memory")
        found.bytes = {contestant: int(told["bytes"]) for contestant, told in memory.items()}
        racers = ["arrays"] if plan.quick else [c for c in present if c in RACERS]
        found.races = everybody(racers, "--race")
    return found
