"""What a cell did to the package, as data: in words, as lines that changed, and as a diff.

Pages and notebooks show it each in their own way (see `weave.captions` and `editions.notebook`).
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Sequence

from literate.read.model import PACKAGE
from literate.read.settings import Words
from literate.read.text import lines
from literate.tangle.state import Edit


def caption(edits: Sequence[Edit], say: Words) -> Iterator[tuple[str, str]]:
    """File, class, what is added and replaced, how many lines go and come, one after another.

    Each with its kind: "file", "name", "counts", or "words" for what stands between these:

        micrograd/engine.py · class Value · adds __neg__, replaces __add__ (−2 +5)
    """
    yield "file", f"{PACKAGE}/{edits[0].file}"
    for class_name, group in itertools.groupby(edits, key=lambda e: e.class_name):
        if class_name:
            yield "words", f" · class {class_name}"
        said = ""
        for edit in group:
            verb = say("replaces") if edit.before else say("adds")
            yield "words", (", " if said else " · ") + (f"{verb} " if verb != said else "")
            yield "words" if " " in edit.name else "name", edit.name
            said = verb
    removed, added = (sum(numbers) for numbers in zip(*(e.counts for e in edits), strict=True))
    yield "counts", f" (−{removed} +{added})" if removed else f" (+{added})"


def changed_lines(edits: Iterable[Edit]) -> list[int]:
    """The lines of the cell, counted from 1, that differ from the definitions they replace."""
    marked = []
    for edit in edits:
        if edit.before:
            before, after = lines(edit.before), lines(edit.after)
            for kind, _, _, start, end in difflib.SequenceMatcher(
                None, before, after, autojunk=False
            ).get_opcodes():
                if kind != "equal":
                    marked += [edit.start + number + 1 for number in range(start, end)]
    return marked


def diff(before: str, after: str, name: str, context: int = 3) -> str:
    """A unified diff without places of any machine."""
    names = f"{name}, before", f"{name}, after", "", ""
    return "\n".join(
        difflib.unified_diff(lines(before), lines(after), *names, n=context, lineterm="")
    )
