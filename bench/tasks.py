"""What is to be computed. An engine is what makes numbers: `Value`, `leaf` and the class `MLP`.

A task is a training, and what is measured are its steps: forwards, backwards, and the change of the
parameters. So a wrong slope shows in the loss of the next step.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench import moons

SEED = 1337


@dataclass(frozen=True)
class Expression:
    """A loss as an engine builds it: `error` of one example's numbers, summed, and `price`."""

    parameters: list[Any]
    error: Callable[..., Any]
    price: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Task:
    """`steps` steps of a training are measured as one. An example is a list of numbers."""

    examples: list[list[float]]
    rate: float
    steps: int

    def expression(self, engine: Any) -> Expression:
        raise NotImplementedError


@dataclass(frozen=True)
class Training(Task):
    """A network learns the last number of each example from the others.

    `error` is what an answer costs, for Values and tensors; `by_hand` is the same for floats and
    arrays, together with its slope. `price` is that of the squares of the parameters.
    """

    inputs: int
    layers: list[int]
    error: Callable[[Any, Any], Any]
    by_hand: Callable[[Any, Any], tuple[Any, Any]]
    price: float = 0.0

    def expression(self, engine: Any) -> Expression:
        random.seed(SEED)
        network = engine.MLP(self.inputs, self.layers)
        parameters = network.parameters()

        def error(*example: Any) -> Any:
            return self.error(network([*example[:-1]]), example[-1])

        def price() -> Any:
            return self.price * sum(p * p for p in parameters)

        return Expression(parameters, error, price if self.price else None)


@dataclass(frozen=True)
class Mixed(Task):
    """Rows of values, each made from two neighbours of the row before.

    Means and the larger of two: the numbers stay between those of the first row, and none of them
    has a slope that is large. A row is short enough for engines that follow it with recursion.
    """

    rows: int
    width: int = 500

    def expression(self, engine: Any) -> Expression:
        rng = random.Random(SEED)
        first = [engine.leaf(rng.uniform(0.5, 1.5)) for _ in range(self.width)]

        def error() -> Any:
            row, kinds = first, itertools.cycle(MEANS)
            for _ in range(self.rows):
                pairs = zip(row, [*row[1:], row[0]], strict=True)
                row = [kind(a, b) for kind, (a, b) in zip(kinds, pairs, strict=False)]
            return sum(row)

        return Expression(first, error)


# Two operations, two, and four.
MEANS: Sequence[Callable[[Any, Any], Any]] = (
    lambda a, b: (a + b) * 0.5,
    lambda a, b: (a * b) ** 0.5,
    lambda a, b: (a + b * -1.0).relu() + b,
)


def margin(count: int) -> Callable[[Any, Any], Any]:
    return lambda score, label: (1 + -1.0 * label * score).relu() * (1 / count)


def margin_by_hand(count: int) -> Callable[[Any, Any], tuple[Any, Any]]:
    def by_hand(score: Any, label: Any) -> tuple[Any, Any]:
        missing = 1 - label * score
        short = missing > 0
        return short * missing / count, -(short * label) / count

    return by_hand


def two_moons(count: int) -> Training:
    """The training of the published demo: 337 parameters, and all points in each step."""
    return Training(
        examples=moons.read()[:count], rate=0.1, steps=1, inputs=2, layers=[16, 16, 1],
        error=margin(count), by_hand=margin_by_hand(count), price=1e-4,
    )  # fmt: skip


def tiny() -> Training:
    """The lecture's four examples, with the network that the published package makes for them."""
    return Training(
        examples=[
            [2.0, 3.0, -1.0, 1.0], [3.0, -1.0, 0.5, -1.0], [0.5, 1.0, 1.0, -1.0],
            [1.0, 1.0, -1.0, 1.0],
        ],
        rate=0.01, steps=20, inputs=3, layers=[4, 4, 1],
        error=lambda answer, target: (answer + -1.0 * target) ** 2,
        by_hand=lambda answer, target: ((answer - target) ** 2, 2 * (answer - target)),
    )  # fmt: skip


TASKS: dict[str, Callable[[bool], Task]] = {
    "moons": lambda quick: two_moons(5 if quick else 100),
    "tiny": lambda quick: tiny(),
    "mixed": lambda quick: Mixed([[]], rate=1e-4, steps=1, rows=3 if quick else 75),
}
"""The tasks, and smaller ones for a quick look whether everything works."""
