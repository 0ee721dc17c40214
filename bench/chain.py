"""Find out which chains an engine survives: python -m bench.chain eager 1000 1000000

Of each length in turn: forwards, backwards, freed. Prints the lengths that were survived.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from bench.contestants import ENGINES


def survive(engine: Any, length: int) -> None:
    x = engine.leaf(1.0)
    end = x
    for _ in range(length):
        end = end + x
    end.backward()
    if end.data != length + 1 or x.grad != length + 1:
        raise ArithmeticError(f"a chain of {length} has the slope {x.grad}")
    del end
    gc.collect()


def main() -> None:
    contestant, *lengths = sys.argv[1:]
    engine = ENGINES[contestant]()
    for length in map(int, lengths):
        try:
            survive(engine, length)
        except RecursionError:
            break
        print(length, flush=True)


if __name__ == "__main__":
    main()
