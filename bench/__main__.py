"""Compare the engine of the book with the published one: python -m bench"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import goals, gpt_plan, moons, table
from bench.fetch import fetch
from bench.plan import QUICK, WHOLE, measure
from literate.commands import machine
from literate.files import replace_files
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.settings import Words
from literate.tangle.package import after_files, write
from literate.tangle.tangle import tangle

MEASURED = "library", "compiled"
"""The chapters whose engines are measured beside the finished one."""


def prepare(root: Path) -> None:
    """Get all that the contestants need; the lecture's engine is what a chapter left."""
    book = read_book(root)
    for slug in MEASURED:
        if slug not in {chapter.slug for chapter in book.chapters}:
            raise BookError(
                "make bench", None, f"it measures what the chapter '{slug}' ends with, which this "
                "book does not have", "leave the table as it is, or measure in a book that has it",
            )  # fmt: skip
    write(root, after_files(tangle(book)))
    fetch(root)
    replace_files(root, {moons.FILE: moons.text()})


def refuse(missed: list[str]) -> None:
    """BookError if a goal was not reached."""
    if missed:
        raise BookError(
            "bench", None, "\n".join(["the engine does not do what the book promises", *missed]),
            f"run it again when the machine is quiet; {table.PLACE} is as it was",
        )  # fmt: skip


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see whether everything works")
    parser.add_argument("--gpt", action="store_true", help="only the GPT; no table is written")
    given = parser.parse_args()
    root, plan = Path.cwd(), QUICK if given.quick else WHOLE
    missed: list[str] = []
    try:
        words = Words(root)
        if not given.gpt:
            prepare(root)
        trained = gpt_plan.measure(root, plan, say)
        missed += goals.missed(trained, goals.GPT_GOALS)
        text = table.gpt(trained, words)
        if not given.gpt:
            found = measure(root, plan, say)
            missed += goals.missed(found, goals.GOALS)
            text = table.fragment(found, trained, machine.facts(), plan.rounds, words)
        print(text)
        if not given.quick:
            refuse(missed)
            if not given.gpt:
                replace_files(root, {table.PLACE: text})
    except BookError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
