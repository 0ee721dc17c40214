"""Compare the engine of the book with the published one: python -m bench"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import goals, moons, table
from bench.fetch import fetch
from bench.plan import QUICK, WHOLE, Results, measure
from literate.commands import machine
from literate.files import replace_files
from literate.read.book import read_book
from literate.read.model import BookError
from literate.read.settings import Words
from literate.tangle.package import after_files, write
from literate.tangle.tangle import tangle


def prepare(root: Path) -> None:
    """Get all that the contestants need; the lecture's engine is what a chapter left."""
    write(root, after_files(tangle(read_book(root))))
    fetch(root)
    replace_files(root, {moons.FILE: moons.text()})


def publish(root: Path, found: Results, text: str) -> None:
    """Write the table into the book; BookError, and all as it was, if a goal was not reached."""
    if told := goals.missed(found):
        raise BookError(
            "bench", None, "\n".join(["the engine does not do what the book promises", *told]),
            f"run it again when the machine is quiet; {table.PLACE} is as it was",
        )  # fmt: skip
    replace_files(root, {table.PLACE: text})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see whether everything works")
    given = parser.parse_args()
    try:
        root, plan = Path.cwd(), QUICK if given.quick else WHOLE
        prepare(root)
        found = measure(root, plan, lambda text: print(text, file=sys.stderr, flush=True))
        text = table.fragment(found, machine.facts(), plan.rounds, Words(root))
        print(text)
        if not given.quick:
            publish(root, found, text)
    except BookError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
