"""The times on record: measure anew what the chapters measure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from literate import cells, files
from literate.cells import measure
from literate.commands import machine
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
    text = json.dumps({"where": machine.where(), "seconds": times}, indent=2, ensure_ascii=False)
    files.replace_files(book.root, {measure.TIMES: text + "\n"})
    return measure.TIMES
