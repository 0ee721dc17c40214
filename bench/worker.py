"""Measure one contestant at one task, in this process: python -m bench.worker moons eager

Prints JSON. The time is the processor's, of which other programs take nothing away. It is the mean
over several steps, because the garbage collector comes in some and not in others, and its time
belongs to all of them; the first, in which Python is still warming up, does not count.

With the collector *bare*, what was there before the task is out of its sight (`gc.freeze`), as if
the process had imported nothing but the engine. With the collector *on*, it goes through that, too.

The memory is the most that Python's own objects take during the steps, the network and a compiled
program among them, as `tracemalloc` counts it: to the byte, and nearly the same in every run, which
cannot be said of what the operating system gives to a process.

`searches` says how often the collector came meanwhile, and `circles` how many objects it found that
only hold each other.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
import tracemalloc
from collections.abc import Callable

from bench.contestants import CONTESTANTS, load
from bench.tasks import TASKS, Task

COLLECTOR = ("bare", "on", "off")
"""How much the garbage collector sees: the engine alone, all that is imported as well, nothing."""
LEAST, SECONDS = 2, 0.5
"""At least so many times, and for at least so long."""


def timed(task: Task, step: Callable[[], float], quick: bool) -> tuple[float, float]:
    """The seconds that the steps of the task take, and the loss after the second round of them."""

    def steps() -> float:
        loss = 0.0
        for _ in range(task.steps):
            loss = step()
        return loss

    steps()
    count, loss, started = 0, 0.0, time.process_time()
    least, seconds = (1, 0.0) if quick else (LEAST, SECONDS)
    while count < least or time.process_time() - started < seconds:
        told = steps()
        loss = loss if count else told
        count += 1
    return (time.process_time() - started) / count, loss


def peak(step: Callable[[], float]) -> int:
    """The most bytes that there are at once in three steps."""
    tracemalloc.reset_peak()
    for _ in range(3):
        step()
    return tracemalloc.get_traced_memory()[1]


def collector() -> tuple[int, int]:
    """How often the garbage collector has come, and how many objects it has found."""
    found = gc.get_stats()
    return sum(f["collections"] for f in found), sum(f["collected"] for f in found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.worker", description=__doc__)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("contestant", choices=CONTESTANTS)
    parser.add_argument("--collector", choices=COLLECTOR, default="on")
    parser.add_argument("--memory", action="store_true", help="the memory instead of the time")
    parser.add_argument("--quick", action="store_true", help="a small task, once")
    given = parser.parse_args()
    task, make = TASKS[given.task](given.quick), load(given.contestant)
    if given.memory:
        tracemalloc.start()
    if given.collector == "bare":
        gc.collect()
        gc.freeze()
    started = time.process_time()
    step = make(task)
    told = {"prepared": time.process_time() - started}
    gc.collect()
    if given.collector == "off":
        gc.disable()
    before = collector()
    if given.memory:
        told |= {"bytes": peak(step)}
    else:
        seconds, loss = timed(task, step, given.quick)
        told |= {"seconds": seconds, "loss": loss}
    searches, circles = (now - then for now, then in zip(collector(), before, strict=True))
    print(json.dumps(told | {"searches": searches, "circles": circles}))


if __name__ == "__main__":
    main()
