"""Times that a chapter measures. A notebook measures them; the book shows those on record.

A time is another one in every run, and a page has to be the same. So the pages and the tests take
times from `book/times.json`, which `make bench` writes anew, together with when and where they were
measured. What is measured runs there all the same, once.
"""

from __future__ import annotations

import json
import os
import time
import timeit
from collections.abc import Callable
from pathlib import Path

TIMES = Path("book", "times.json")
RECORD = "BOOK_TIMES"
"""The environment variable that names the file with the times on record, if they are to be used."""


def seconds(name: str, action: Callable[[], object], *, collector: bool = True) -> float:
    """The shortest time of three that `action()` keeps the processor busy, in seconds.

    Python's garbage collector is called before each; with `collector=False` it rests meanwhile.
    Where the book is built or tested, `action` runs once, and the time is the one on record under
    this name. Raises LookupError if there is none.
    """
    if record := os.environ.get(RECORD):
        action()
        times = json.loads(Path(record).read_text("utf-8"))["seconds"]
        if name not in times:
            raise LookupError(f"book/times.json has no time for {name!r}: run 'make bench'")
        return float(times[name])
    setup = "import gc; gc.collect()" + ("; gc.enable()" if collector else "")
    return min(timeit.repeat(action, setup, time.process_time, number=1, repeat=3))


def where() -> str:
    """When and where the times were measured, for the text beside a chart."""
    if record := os.environ.get(RECORD):
        return str(json.loads(Path(record).read_text("utf-8"))["where"])
    return "measured now, on this machine"
