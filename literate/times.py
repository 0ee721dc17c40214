"""The times on record: measure anew what the chapters measure."""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path

from literate import measure, package
from literate.chapter import Book
from literate.run import fresh_process, run
from literate.tangle import tangle


def write(book: Book) -> Path:
    """Run the chapters that measure, and write the file with their times; returns its path."""
    package.write(book.root, package.after_files(tangle(book)))
    os.environ[measure.RECORD] = ""
    live, times = measure.seconds, {}

    def seconds(name: str, action: Callable[[], object], *, collector: bool = True) -> float:
        times[name] = float(f"{live(name, action, collector=collector):.3g}")
        return times[name]

    measure.seconds = seconds
    for chapter in book.chapters:
        if measure.measures(chapter.text):
            with fresh_process(book.root) as namespace:
                for cell in chapter.cells:
                    run(cell, namespace)
    text = json.dumps({"where": where(), "seconds": times}, indent=2, ensure_ascii=False)
    package.replace_files(book.root, {measure.TIMES: text + "\n"})
    return measure.TIMES


def where() -> str:
    """When and on which machine it is now, for readers of a table."""
    today = datetime.date.today()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"measured on {today.day} {today:%B %Y} with {python} on {processor()}, "
        f"{os.cpu_count()} cores, {platform.system()}"
    )


def processor() -> str:
    """What the processor calls itself, as far as one can find out."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
