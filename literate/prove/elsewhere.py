"""What a cell shows and would show otherwise elsewhere: tomorrow, or on another machine."""

from __future__ import annotations

import datetime
import functools
import json
import platform
import re
from pathlib import Path

from literate.cells import measure

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
FOLDER = re.compile(
    r"(?<![\w.:/~-])/(?:Users|home|mnt|opt|private|root|srv|tmp|usr|var)/[^\s'\":,)]*"
    r"|\b[A-Z]:\\[^\s'\":,)]*"
)
VERBS = {"value": "has as its value", "raises": "raises an exception with", "plots": "plots"}
ROOT = Path(__file__).parents[2]


def problem(part: str, text: str) -> tuple[str, str] | None:
    """Reason and remedy, if a part of what a cell shows (`prints`, `value`, …) is of here and now.

    What `book/times.json` has on record about date and machine is the same everywhere.
    """
    if found := ADDRESS.search(text):
        return _told(part, "an address", found[0], "in every run", "give the class a __repr__")
    if found := FOLDER.search(text) or re.search(rf"{re.escape(str(ROOT))}[^\s'\":,)]*", text):
        return _told(part, "a folder", found[0], "on every machine", "leave it out")
    for what, words, when in (
        ("the date", _dates(), "tomorrow"),
        ("a name of the machine", _machine(), "on every machine"),
    ):
        for word in sorted(words - _on_record(text)):
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                return _told(part, what, word, when, "leave it out")
    return None


def _told(part: str, what: str, word: str, when: str, remedy: str) -> tuple[str, str]:
    verb = VERBS.get(part, part)
    return f"the cell {verb} {what}, which is another one {when}: {word}", remedy


def _dates() -> set[str]:
    """Today, as it is often written."""
    today = datetime.date.today()
    day, month = today.day, f"{today:%B}"
    return {
        today.isoformat(), f"{today:%d.%m.%Y}", f"{today:%d/%m/%Y}", f"{today:%m/%d/%Y}",
        f"{today:%m/%d/%y}", f"{day} {month}", f"{month} {day}", f"{day} {month[:3]}",
        f"{month[:3]} {day}", f"{today:%b} {day:2}", f"{today:%b %d}", f"{today:%d %b}",
        f"{today.year}, {today.month}, {day}",
    }  # fmt: skip


@functools.cache
def _machine() -> frozenset[str]:
    """What this machine calls itself and its parts, where that is no word of a book."""
    names = {platform.node(), platform.release(), platform.version(), platform.python_version()}
    return frozenset(n for n in names if len(n) > 3 and (re.search(r"\d|-", n) or len(n) > 12))


@functools.cache
def _record() -> str:
    path = ROOT / measure.TIMES
    return str(json.loads(path.read_text("utf-8"))["where"]) if path.is_file() else ""


def _on_record(text: str) -> set[str]:
    """The words of date and machine in `text` that stand there because they are on record."""
    record = _record()
    if not record or record not in text:
        return set()
    return {word for word in _dates() | _machine() if word in record}
