"""What the speaker sees of a slide, and nobody else: notes, and how long the slide may take.

reveal.js shows both, with its clock, in the window that S opens. The notes are what the instructor
edition says of a section, on its first slide, and the hints of a question. The time is the
lecture's: what it takes for a section, in equal parts for its slides. A slide of a section that
follows no lecture has a minute.
"""

from __future__ import annotations

import html
from typing import Any

from literate.read.model import Chapter
from literate.read.page import Block
from literate.read.teaching import Notes

OPTIONS = {"defaultTiming": 60}
"""Seconds of a slide that does not say how long it takes."""


class Speaker:
    """Writes the notes and the times for the slides of a chapter."""

    def __init__(self, app: Any, chapter: Chapter) -> None:
        self._notes, self._page = Notes(app.book.root, app.words), chapter.path.stem

    def attribute(self, heading: Block, slides: int) -> str:
        """How long each of the slides of a section takes, as an attribute of them."""
        lasts = self._notes.lasts(heading.timecodes) // slides
        return f' data-timing="{lasts}"' if lasts else ""

    def aside(self, heading: Block, number: int, hints: list[str]) -> str:
        """The notes for the slide of a section that has this number, with hints in HTML."""
        told = [] if number else self._notes.section(self._page, heading.words, heading.timecodes)
        lines = "".join([*(f"<p>{html.escape(line)}</p>" for line in told), *hints])
        return f'\n<aside class="notes">{lines}</aside>' if lines else ""
