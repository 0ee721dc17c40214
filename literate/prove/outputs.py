"""The expected outputs: one file per chapter, which a person reviews as a diff.

An entry is found by its section, the cell's last line of code, and how many cells before it in the
section end in the same line; so inserting a cell moves no other entry.
"""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import yaml

from literate.read.model import Book, Cell, Chapter
from literate.run.here import fresh_process, run
from literate.run.shown import Shown

FOLDER = Path("tests/outputs")
NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?")
TOLERANCE = 1e-9
Key = tuple[str, str, int]


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which a diff shows line by line."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def file(slug: str) -> Path:
    """The path, below the root, of the expected outputs of a chapter."""
    return FOLDER / f"{slug}.yml"


def keys(chapter: Chapter) -> dict[int, Key]:
    """The key of every cell of the chapter, by the line of its fence."""
    found: dict[int, Key] = {}
    for cell in chapter.cells:
        last = cell.source.rsplit("\n", 1)[-1].strip()
        count = sum((h, c) == (cell.heading, last) for h, c, _ in found.values())
        found[cell.fence] = (cell.heading, last, count)
    return found


def load(root: Path, slug: str) -> dict[Key, Shown]:
    """The expected outputs of a chapter; none if there is no file."""
    path = root / file(slug)
    entries = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    found: dict[Key, Shown] = {}
    for entry in entries or []:
        section, last = entry.pop("section"), entry.pop("cell")
        count = sum((s, c) == (section, last) for s, c, _ in found)
        found[section, last, count] = Shown(**entry)
    return found


def dump(shown: dict[Key, Shown]) -> str:
    """The text of a file of expected outputs. Cells that show nothing are left out."""
    entries: list[dict[str, Any]] = []
    for (section, last, _), show in shown.items():
        facts = {name: text for name, text in dataclasses.asdict(show).items() if text}
        if facts:
            entries.append({"section": section, "cell": last, **facts})
    if not entries:
        return ""
    text = yaml.dump(entries, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return "# Written by 'make outputs'; the git diff is the review.\n" + text


def record(book: Book, chapter: Chapter) -> str:
    """Run a chapter and return the text of its file of expected outputs."""
    names = keys(chapter)
    found: dict[Key, Shown] = {}
    with fresh_process(book.root) as namespace:
        for cell in chapter.cells:
            shown = found[names[cell.fence]] = run(cell, namespace)
            if told := problem(cell, shown, shown):
                raise cell.error(told, "correct the cell; nothing was written")
    return dump(found)


def problem(cell: Cell, expected: Shown | None, shown: Shown) -> str | None:
    """What is wrong with what `cell` shows, if anything."""
    if cell.raises and not shown.raises:
        return "the cell is tagged raises-exception, and raises nothing"
    for part, now in dataclasses.asdict(shown).items():
        text = getattr(expected, part) if expected else ""
        if re.search(r" at 0x[0-9a-f]+", now):
            return f"{part} an address, which is another in every run:\n    {now}"
        if not alike(text, now):
            indent = "\n    "
            return (
                f"{part} differently than expected.\n  Expected:{indent}"
                + (text or "(nothing)").replace("\n", indent)
                + f"\n  Now:{indent}"
                + (now or "(nothing)").replace("\n", indent)
                + "\n  If the new output is right, run 'make outputs' and review the diff."
            )
    return None


def alike(one: str, other: str) -> bool:
    """Are two texts the same, numbers with a point up to rounding in their last digits?"""
    ours, theirs = NUMBER.findall(one), NUMBER.findall(other)
    return (
        NUMBER.sub("#", one) == NUMBER.sub("#", other)
        and len(ours) == len(theirs)
        and all(map(_close, ours, theirs))
    )


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    real = all(any(c in text for c in ".e") for text in (one, other))
    return real and math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=1e-12)
