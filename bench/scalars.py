"""A training with an engine of single numbers, of whose expressions each engine makes a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.tasks import Task


class Engine:
    """What makes numbers; `no_slope` is what a parameter has before it goes backwards."""

    def __init__(self, Value: Any, MLP: Any, leaf: Any = None, no_slope: Any = 0.0) -> None:
        self.Value, self.MLP = Value, MLP
        self.leaf = leaf or Value
        self.no_slope = no_slope


def steps(engine: Engine, task: Task) -> Callable[[], float]:
    made = task.expression(engine)

    def step() -> float:
        loss = sum(made.error(*map(engine.Value, example)) for example in task.examples)
        if made.price:
            loss = loss + made.price()
        for p in made.parameters:
            p.grad = engine.no_slope
        loss.backward()
        for p in made.parameters:
            p.data -= task.rate * p.grad
        return float(loss.data)

    return step
