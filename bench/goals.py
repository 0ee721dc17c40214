"""What the book promises of its engine, held against what was measured.

The ratios differ from machine to machine, and so does what the collector costs the published
engine. A promise is what was reached on a slow one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.gpt_plan import Trained
from bench.plan import Results

Found = TypeVar("Found")


@dataclass(frozen=True)
class Goal(Generic[Found]):
    """A number that is to be at least so large."""

    what: str
    least: float
    measured: Callable[[Found], float]


GOALS: tuple[Goal[Results], ...] = (
    Goal("times as fast on the two moons, bare", 30, lambda r: r.faster("moons", "eager", "bare")),
    Goal("times as fast on the two moons", 30, lambda r: r.faster("moons", "eager", "on")),
    Goal(
        "times as fast on the two moons, the collector off for both", 5,
        lambda r: r.faster("moons", "eager", "off"),
    ),
    Goal(
        "times as fast on the two moons, compiled", 400,
        lambda r: r.faster("moons", "compiled", "on"),
    ),
    Goal(
        "times as fast on the two moons, compiled, the collector off for both", 50,
        lambda r: r.faster("moons", "compiled", "off"),
    ),
    Goal(
        "times as fast at the mixed operations, the collector off for both", 0.8,
        lambda r: r.faster("mixed", "eager", "off"),
    ),
    Goal(
        "times less memory than the published engine", 13,
        lambda r: r.bytes["published"] / r.bytes["eager"],
    ),
    Goal("nodes in the longest chain survived", 1_000_000, lambda r: r.chains["eager"]),
)  # fmt: skip


GPT_GOALS: tuple[Goal[Trained], ...] = (
    Goal("times as fast a step of the GPT", 3, lambda t: t.faster("eager")),
    Goal("times as fast a step of the GPT, compiled", 20, lambda t: t.faster("compiled")),
    Goal("times as fast a step of the GPT, on arrays", 100, lambda t: t.faster("arrays")),
    Goal(
        "times as fast a step of the GPT as PyTorch, on arrays", 1,
        lambda t: t.faster("arrays", than="torch-batched"),
    ),
)  # fmt: skip


def missed(found: Found, goals: Iterable[Goal[Found]]) -> list[str]:
    """For each goal that was not reached, what was measured instead."""
    return [
        f"{goal.measured(found):,.4g} {goal.what}, and it is to be {goal.least:,} at least"
        for goal in goals
        if goal.measured(found) < goal.least
    ]
