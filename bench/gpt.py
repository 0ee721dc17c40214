"""How fast the book's GPT trains: python -m bench.gpt

Each contestant takes the same steps of Adam from the same weights, with the same five names, in a
fresh interpreter; they take turns, and of each the best time counts. The reference is
`one_by_one`, which has a node for each operation. What was measured is held against what the book
promises, and a contestant with another loss is refused.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from typing import Any

NAMES = ("maria", "joseph", "linda", "andrew", "barbara")
ROUNDS, RATE, BETAS = 3, 0.01, (0.85, 0.99)
Step = Callable[[list[int]], float]
PROMISED = {"eager": 3, "compiled": 25, "arrays": 100}
"""How many times as fast as the reference they are to be."""


def ours(module: str = "micrograd") -> Any:
    """A module of the book; only what a contestant needs is imported."""
    return import_module(module)


def fresh() -> Any:
    random.seed(1337)
    return ours().GPT()


def tables() -> dict[str, Any]:
    """The weights with which all begin."""
    found: dict[str, Any] = ours("micrograd.array_gpt").tables(fresh())
    return found


def reference() -> Step:
    from bench.one_by_one import Adam, Number, loss

    w = {
        name: [[Number(float(x)) for x in row] for row in table] for name, table in tables().items()
    }
    adam = Adam([x for table in w.values() for row in table for x in row], RATE)

    def step(tokens: list[int]) -> float:
        told = loss(w, tokens, heads=4)
        told.backward()
        adam.step()
        return told.data

    return step


def values(compiled: bool) -> Step:
    gpt, package = fresh(), ours()
    programs = package.Programs(gpt)
    adam = package.Adam(gpt.parameters(), lr=RATE, betas=BETAS)

    def step(tokens: list[int]) -> float:
        adam.zero_grad()
        if compiled:
            told = float(programs.backward(tokens))
        else:
            loss = package.cross_entropy(gpt(tokens[:-1]), tokens[1:])
            loss.backward()
            told = float(loss.data)
        adam.step()
        return told

    return step


def arrays() -> Step:
    model = ours("micrograd.array_gpt").ArrayGPT(tables())
    adam = ours("micrograd.arrays").ArrayAdam(model, lr=RATE, betas=BETAS)

    def step(tokens: list[int]) -> float:
        model.grad.fill(0)
        loss = model.loss(tokens)
        loss.backward()
        adam.step()
        return float(loss.data)

    return step


def torch() -> Step:
    from literate.cells import GPTInPyTorch

    return GPTInPyTorch(tables(), lr=RATE, betas=BETAS).step


CONTESTANTS: dict[str, Callable[[], Step]] = {
    "reference": reference,
    "eager": lambda: values(compiled=False),
    "compiled": lambda: values(compiled=True),
    "arrays": arrays,
    "torch": torch,
}


def measure(contestant: str, memory: bool) -> dict[str, float]:
    """The seconds of a step, or its most bytes; the loss after the names have been read twice."""
    encode = ours().encode
    if memory:
        tracemalloc.start()
    texts, step = [encode(name) for name in NAMES], CONTESTANTS[contestant]()
    for text in texts:
        step(text)
    tracemalloc.reset_peak()
    started, count, loss = time.process_time(), 0, 0.0
    while not count or (not memory and time.process_time() - started < 1):
        told = [step(text) for text in texts]
        loss = loss or told[-1]
        count += len(texts)
    return {
        "seconds": (time.process_time() - started) / count,
        "bytes": tracemalloc.get_traced_memory()[1] if memory else 0,
        "loss": loss,
    }


def asked(*arguments: str) -> dict[str, float]:
    """What a fresh interpreter has measured."""
    command = [sys.executable, "-m", "bench.gpt", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> int:
    if arguments := sys.argv[1:]:
        print(json.dumps(measure(arguments[0], "memory" in arguments)))
        return 0
    best = dict.fromkeys(CONTESTANTS, math.inf)
    for _ in range(ROUNDS):
        told = {contestant: asked(contestant) for contestant in CONTESTANTS}
        best = {c: min(best[c], told[c]["seconds"]) for c in CONTESTANTS}
    for contestant in CONTESTANTS:
        if not math.isclose(told[contestant]["loss"], told["reference"]["loss"], rel_tol=1e-9):
            print(f"{contestant} has the loss {told[contestant]['loss']}", file=sys.stderr)
            return 1
        times = best["reference"] / best[contestant]
        memory = asked(contestant, "memory")["bytes"] / 1e6
        of_python = "" if contestant == "torch" else f"{memory:8.2f} MB"
        print(f"{contestant:10}{1000 * best[contestant]:8.2f} ms{times:8.1f} times{of_python}")
    missed = [c for c, least in PROMISED.items() if best["reference"] < least * best[c]]
    missed += ["arrays beside torch"] if best["arrays"] > best["torch"] else []
    print(f"not as promised: {', '.join(missed)}" if missed else "All as promised.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
