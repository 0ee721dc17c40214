"""What a teacher is told of a section: how long the lecture takes, where learners stumble."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from literate.read.error import BookError
from literate.read.model import CHAPTERS
from literate.read.settings import Words
from literate.read.timeline import lasts, lecture, timeline

STUMBLING = Path(CHAPTERS, "stumbling.yml")


class Notes:
    """The notes of a book, which may do without a lecture and without stumbling blocks."""

    def __init__(self, root: Path, say: Words) -> None:
        self._root, self._say = root, say
        self._moments = timeline(root)
        self._stumbles = _stumbles(root)

    def lasts(self, moments: Sequence[str]) -> int:
        """Seconds that the lecture takes from each of these moments to its next, together."""
        return sum(lasts(moment, self._moments) for moment in moments)

    def section(self, chapter: str, heading: str, moments: Sequence[str]) -> list[str]:
        """What is to be told of the section of a page that has this heading, with these moments."""
        notes = [
            self._say("teacher moment", moment=lecture(self._root, moment)[0], length=clock(length))
            for moment in moments
            if (length := self.lasts([moment]))
        ]
        notes += [
            self._say(
                "teacher stumble", stumble=entry["stumble"], how=self._say(f"met as {met['as']}")
            )
            for entry in self._stumbles
            for met in entry["met"]
            if (met["chapter"], met["section"]) == (chapter, heading)
        ]
        return notes


def clock(length: int) -> str:
    """Of a number of seconds, the minutes and the rest: 8:08."""
    return f"{length // 60}:{length % 60:02}"


def _stumbles(root: Path) -> Any:
    if not (root / STUMBLING).is_file():
        return []
    try:
        return yaml.safe_load((root / STUMBLING).read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BookError(STUMBLING, None, str(error), "correct it") from None
