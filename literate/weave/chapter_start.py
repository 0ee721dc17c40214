"""Under the title of a chapter: its part of the book, its time in the lecture, what one gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes

from literate.read.model import Chapter
from literate.read.settings import Words
from literate.read.timeline import lasts, timeline
from literate.weave.way import parts

ENDS = "ends_with"
"""In the header of a chapter: what one has when one has read it."""


def weave_start(document: nodes.document, chapter: Chapter, app: Any) -> None:
    """Say below the title where in the book the chapter stands, and what one has at its end."""
    say: Words = app.words
    page = chapter.path.with_suffix("").as_posix()
    said = [
        say("chapter place", part=caption, number=pages.index(page) + 1, count=len(pages))
        for caption, pages in parts(app.env.external_site_map)
        if caption and page in pages
    ]
    if minutes := _minutes(Path(app.srcdir), chapter):
        said.append(say("chapter lecture", minutes=minutes))
    lines = [nodes.paragraph("", " · ".join(said), classes=["chapter-place"])] if said else []
    if ends := chapter.page.header.get(ENDS):
        told = say("chapter end", end=ends)
        lines.append(nodes.paragraph("", told, classes=["chapter-end"]))
    if lines:
        title = next(document.findall(nodes.title))
        title.parent.insert(
            title.parent.index(title) + 1, nodes.container("", *lines, classes=["chapter-start"])
        )


def _minutes(root: Path, chapter: Chapter) -> int:
    """How long the lecture takes for the chapter; 0 if the chapter follows none of it."""
    every = timeline(root)
    length = sum(lasts(moment, every) for _, moment in chapter.timecodes)
    return max(1, round(length / 60)) if length else 0
