"""The times on record: measure anew what the chapters measure."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
from collections.abc import Callable
from pathlib import Path

from literate import cells, files
from literate.cells import measure
from literate.read.model import Book
from literate.run.cache import measures
from literate.run.here import fresh_process, run
from literate.tangle import package
from literate.tangle.tangle import tangle


def write(book: Book) -> Path:
    """Run the chapters that measure, and write the file with their times; returns its path."""
    package.write(book.root, package.after_files(tangle(book)))
    os.environ[measure.RECORD] = ""
    live, times = measure.seconds, {}

    def seconds(name: str, action: Callable[[], object], *, collector: bool = True) -> float:
        times[name] = float(f"{live(name, action, collector=collector):.3g}")
        return times[name]

    cells.seconds = seconds  # which the chapters import
    for chapter in book.chapters:
        if measures(chapter):
            with fresh_process(book.root, watched=False) as namespace:
                for cell in chapter.cells:
                    run(cell, namespace)
    text = json.dumps({"where": where(), "seconds": times}, indent=2, ensure_ascii=False)
    files.replace_files(book.root, {measure.TIMES: text + "\n"})
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
    """Its model. Where Linux says it, Python does not."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        told = ""
    found = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()
