"""The expected outputs: one file per chapter, which a person reviews as a diff.

An entry is found by its section, the cell's last line of code, and how many cells before it in the
section end in the same line; so inserting a cell moves no other entry.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from literate.prove import elsewhere
from literate.read.error import BookError
from literate.read.model import Book, Cell, Chapter
from literate.read.numbers import OUTPUTS
from literate.run.here import fresh_process, run, run_removed
from literate.run.shown import Shown
from literate.run.watch import LIMIT, too_much

FOLDER = OUTPUTS
NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?")
ROUNDING = 1e-9
TOLERANCE = {"plots": 1e-6}
"""By how much numbers may differ, relative to them, where not only by rounding: in a plot, by less
than one sees."""
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
        facts = {name: text for name, text in _compared(show) if text}
        if facts:
            entries.append({"section": section, "cell": last, **facts})
    if not entries:
        return ""
    text = yaml.dump(entries, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return "# Written by 'make outputs'; the git diff is the review.\n" + text


def record(book: Book, chapter: Chapter) -> str:
    """Run a chapter and return the text of its file of expected outputs.

    What is on record stays as it is where only the rounding differs: another machine makes no diff.
    """
    names, on_record = keys(chapter), load(book.root, chapter.slug)
    found: dict[Key, Shown] = {}
    with fresh_process(book.root) as namespace:
        for cell in chapter.cells:
            shown = found[names[cell.fence]] = (
                run_removed(cell, namespace, functools.partial(run, cell, namespace))
                if cell.removed
                else run(cell, namespace)
            )
            if told := problem(cell, shown, shown):
                raise told
            before = on_record.get(names[cell.fence])
            if before and not problem(cell, before, shown):
                found[names[cell.fence]] = before
    return dump(found)


def problems(
    root: Path, chapter: Chapter, shown: Iterable[tuple[Cell, Shown]]
) -> Iterator[BookError]:
    """What is wrong with what the cells of a chapter have shown somewhere: on its page, say."""
    expected, names = load(root, chapter.slug), keys(chapter)
    for cell, now in shown:
        if told := problem(cell, expected.get(names[cell.fence]), now):
            yield told


def problem(cell: Cell, expected: Shown | None, shown: Shown) -> BookError | None:
    """What is wrong with what `cell` shows: the one judge of tests, notebooks and pages."""
    if cell.raises and not shown.raises:
        return cell.error(
            "the cell is tagged raises-exception, and raises nothing", "remove the tag"
        )
    # What a tagged cell writes there is for the notebook only: how far it has come.
    if shown.stderr and "remove-stderr" not in cell.tags:
        warns = re.search(r"\w+Warning: .*", shown.stderr)
        said = warns[0] if warns else [*shown.stderr.strip().splitlines(), ""][0]
        return cell.error(
            f"the cell writes to stderr: {said}",
            "a page shows results, not warnings or logs: fix what it warns of, or take it out",
        )
    for part, now in _compared(shown):
        if len(now) > LIMIT:
            return cell.error(*too_much())
        if told := elsewhere.problem(part, now):
            return cell.error(*told)
        text = (getattr(expected, part) if expected else "") or ""
        tolerance = cell.options.get("tolerance") or TOLERANCE.get(part, ROUNDING)
        if not alike(text, now, tolerance):
            return cell.error(_difference(part, text, now), REVIEW)
    return None


REVIEW = "correct the cell; or, if the new output is right, run 'make outputs' and review the diff"


def _compared(shown: Shown) -> list[tuple[str, str]]:
    """The parts of what a cell shows that a page shows, too."""
    parts = dataclasses.asdict(shown).items()
    return [(name, text) for name, text in parts if name != "stderr" and text is not None]


def _difference(part: str, expected: str, now: str) -> str:
    indent = "\n    "
    old, new = ((text or "(nothing)").replace("\n", indent) for text in (expected, now))
    return f"{part} differently than expected.\n  Expected:{indent}{old}\n  Now:{indent}{new}"


def alike(one: str, other: str, tolerance: float = ROUNDING) -> bool:
    """Are two texts the same, numbers with a point up to rounding in their last digits?"""
    ours, theirs = NUMBER.findall(one), NUMBER.findall(other)
    return (
        NUMBER.sub("#", one) == NUMBER.sub("#", other)
        and len(ours) == len(theirs)
        and all(_close(a, b, tolerance) for a, b in zip(ours, theirs, strict=True))
    )


def _close(one: str, other: str, tolerance: float) -> bool:
    if one == other:
        return True
    real = all(any(c in text for c in ".e") for text in (one, other))
    return real and math.isclose(
        float(one), float(other), rel_tol=tolerance, abs_tol=tolerance / 1000
    )
