"""Measure one way of training the book's GPT, in this process: python -m bench.gpt compiled

Every contestant takes the same steps of Adam from the same weights with the same names, and must
come to the same loss. The reference is `one_by_one`, which has a node for each operation.

Prints JSON. Time, memory and the bare garbage collector are those of `bench.worker`.

With `--race`, it reads the names of the training set one after the other, until the loss on the
validation set is `GOOD`, as the field's leaderboards have it. Looking at that set does not count;
the writing of programs does.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

NAMES = ("maria", "joseph", "barbara")
LR, BETAS = 0.01, (0.85, 0.99)
SECONDS, GOOD, LOOK = 0.5, 2.4, 10
"""Measure for at least so long; the loss of the race; look at it after so many names."""
CONTESTANTS = ("reference", "eager", "compiled", "arrays", "torch-batched")
RACERS = ("compiled", "arrays", "torch-batched")
"""Who is fast enough to be trained until the loss is good."""


@dataclass
class Training:
    """`step` reads a name and returns its loss; `tables` are the weights, by name."""

    step: Callable[[list[int]], float]
    tables: Callable[[], dict[str, Any]]


def package(module: str = "micrograd") -> Any:
    """A module of the book. Only what a contestant needs is imported."""
    return import_module(module)


def fresh() -> Any:
    """The GPT of Values with which all begin."""
    random.seed(1337)
    return package().GPT()


def tables(gpt: Any) -> dict[str, Any]:
    found: dict[str, Any] = package("micrograd.array_gpt").tables(gpt)
    return found


def reference() -> Training:
    from bench.one_by_one import Adam, Number, loss

    by_row: dict[str, dict[str, list[Number]]] = {}
    for name, number in fresh().state_dict().items():
        matrix, row, _ = name.rsplit(".", 2)
        by_row.setdefault(matrix, {}).setdefault(row, []).append(Number(number))
    w = {matrix: [*rows.values()] for matrix, rows in by_row.items()}
    adam = Adam([x for table in w.values() for row in table for x in row], LR)

    def step(tokens: list[int]) -> float:
        told = loss(w, tokens, heads=4)
        told.backward()
        adam.step()
        return told.data

    return Training(step, lambda: w)


def values(compiled: bool) -> Training:
    gpt, ours = fresh(), package()
    programs = ours.Programs(gpt)
    adam = ours.Adam(gpt.parameters(), lr=LR, betas=BETAS)
    lines: list[bytes] = []  # a part of the programs

    def step(tokens: list[int]) -> float:
        adam.zero_grad()
        if compiled:
            if tracemalloc.is_tracing():
                lines.append(untraceable(programs._prepared(tokens)[0]._program))
            told = float(programs.backward(tokens))
        else:
            loss = ours.cross_entropy(gpt(tokens[:-1]), tokens[1:])
            loss.backward()
            told = float(loss.data)
        adam.step()
        return told

    return Training(step, lambda: tables(gpt))


def untraceable(program: Any) -> bytes:
    """Take the line numbers out of a program, and return them.

    `tracemalloc` asks for the line of each number that is made, and Python looks for it from the
    first line on: of a program with 50,000 lines, that takes minutes.
    """
    lines: bytes = program.__code__.co_linetable
    if lines:
        program.__code__ = program.__code__.replace(co_linetable=b"")
    return lines


def arrays() -> Training:
    model = package("micrograd.array_gpt").ArrayGPT(tables(fresh()))
    adam = package("micrograd.arrays").ArrayAdam(model, lr=LR, betas=BETAS)

    def step(tokens: list[int]) -> float:
        model.grad.fill(0)
        loss = model.loss(tokens)
        loss.backward()
        adam.step()
        return float(loss.data)

    return Training(step, lambda: {name: w.data for name, w in model.weights.items()})


def torch() -> Training:
    from literate.cells import GPTInPyTorch

    model = GPTInPyTorch(tables(fresh()), lr=LR, betas=BETAS)
    weights = model.weights.items()
    return Training(model.step, lambda: {name: w.detach().numpy() for name, w in weights})


MAKE: dict[str, Callable[[], Training]] = {
    "reference": reference,
    "eager": lambda: values(compiled=False),
    "compiled": lambda: values(compiled=True),
    "arrays": arrays,
    "torch-batched": torch,
}


def timed(step: Callable[[list[int]], float], names: tuple[str, ...], least: float) -> Any:
    """The seconds of a step, and the loss of the last name when all have been read twice.

    Python makes its code faster in the first calls, so there are some that do not count.
    """
    texts = [package().encode(name) for name in names]

    def read() -> tuple[float, float]:
        """The names, again and again: the seconds of a step, and the first loss of the last."""
        count, loss, started = 0, 0.0, time.process_time()
        while not count or time.process_time() - started < least:
            told = [step(text) for text in texts]
            loss = loss if count else told[-1]
            count += len(texts)
        return (time.process_time() - started) / count, loss

    for text in texts:
        step(text)
    tracemalloc.reset_peak()
    _, loss = read()
    seconds, _ = read()
    return {"seconds": seconds, "loss": loss}


def race(training: Training, most: int) -> dict[str, float]:
    """How many names are read until the loss is good, and how many seconds that takes."""
    array_gpt, ours = package("micrograd.array_gpt"), package()
    names, unseen, _ = ours.split(ours.load_names())
    rows: dict[int, list[list[int]]] = {}
    for name in unseen:
        rows.setdefault(len(name) + 1, []).append(ours.encode(name))
    letters = sum(count * len(some) for count, some in rows.items())

    def loss() -> float:
        model = array_gpt.ArrayGPT(training.tables())
        sums = (model.loss(some).data * count * len(some) for count, some in rows.items())
        return float(sum(sums)) / letters

    taken = 0.0
    for number, name in enumerate(names[:most]):
        if number % LOOK == 0 and loss() <= GOOD:
            return {"names": number, "seconds": taken}
        started = time.process_time()
        training.step(ours.encode(name))
        taken += time.process_time() - started
    return {"names": most, "seconds": taken}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gpt", description=__doc__)
    parser.add_argument("contestant", choices=CONTESTANTS)
    parser.add_argument("--memory", action="store_true", help="the memory instead of the time")
    parser.add_argument("--race", action="store_true", help="the time until the loss is good")
    parser.add_argument("--quick", action="store_true", help="a short name, no whole race")
    given = parser.parse_args()
    MAKE[given.contestant]()  # so that everything has been imported
    gc.collect()
    gc.freeze()
    if given.memory:
        tracemalloc.start()
    training = MAKE[given.contestant]()
    if given.race:
        told = race(training, most=2 if given.quick else 2000)
    else:
        least = 0.0 if given.quick or given.memory else SECONDS
        told = timed(training.step, ("al",) if given.quick else NAMES, least)
    if given.memory:
        told = {"bytes": tracemalloc.get_traced_memory()[1]}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
