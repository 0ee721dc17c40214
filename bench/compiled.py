"""A training with the program that is written, once, of the expression for one example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.scalars import Engine
from bench.tasks import Task


def steps(engine: Engine, compile_: Any, task: Task) -> Callable[[], float]:
    made = task.expression(engine)
    inputs = [engine.Value(number) for number in task.examples[0]]
    programs = [(compile_(made.error(*inputs), made.parameters, inputs), task.examples)]
    if made.price:
        programs.append((compile_(made.price(), made.parameters), [[]]))

    def step() -> float:
        for p in made.parameters:
            p.grad = 0.0
        loss = sum(program.backward(examples) for program, examples in programs)
        for p in made.parameters:
            p.data -= task.rate * p.grad
        return float(loss)

    return step
