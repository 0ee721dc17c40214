"""Weave: what the book adds to its pages, as a Sphinx extension.

- Above each tangled cell a caption (file, class, what happens, lines out and in), the change as a
  diff in a fold, and marks on the changed lines of the listing.
- At the top of a page whose chapter needs something that is not installed, a note that says so.
- Around what answers a question, a fold (see `questions`).
- Around the cells of an exercise: where to start; the solution and the check, each in a fold. At
  the first, where else it can be answered (see `launch`).
- Which cells can be run on the page, and the place for an answer (see `live`).
- Under a chapter's title, its part of the book, its time in the lecture, what one gets.
- On the first page, the way of the book (see `way`) and a figure of a chapter (see `borrowed`).
- At a chapter's end, two folds: the package so far, and what the chapter changed in it.
- `{timecode}`, a role that links a moment of the lecture. In a heading, it moves below it.
- Drawings inside the page (see `pictures`), formulas as MathML, which needs no script.
- In a book of several languages, the way to the others, and what has changed (see `languages`).
- The search finds where a word is taught (see `taught`).
- Pages are made anew when what they show could be another (see `run`).
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from literate import files
from literate.provide import live
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.numbers import ROLE
from literate.read.settings import Words, repository
from literate.run import cache, kernel
from literate.tangle.tangle import tangle
from literate.weave import languages, launch, questions, slides
from literate.weave.borrowed import Borrowed, LendFigures, shown_again
from literate.weave.captions import weave_cells
from literate.weave.chapter_start import weave_start
from literate.weave.exercises import weave_exercises, weave_missing
from literate.weave.formulas import math, math_block
from literate.weave.live import weave_live
from literate.weave.numbers import Number
from literate.weave.package_end import weave_end
from literate.weave.pictures import Drawings, unnumbered
from literate.weave.timecodes import Timecode, place_timecodes
from literate.weave.way import DrawWay, Way

logger = logging.getLogger(__name__)


def read(app: Sphinx) -> None:
    """Read and tangle the book, and have MyST-NB read each chapter with what it builds on."""
    root = Path(app.srcdir)
    try:
        app.book = read_book(root)  # type: ignore[attr-defined]
        app.tangled = tangle(app.book)  # type: ignore[attr-defined]
        app.words = Words(root)  # type: ignore[attr-defined]
        app.repository = repository(root)  # type: ignore[attr-defined]
    except BookError as error:
        raise SphinxError(str(error)) from None
    book, tangled = app.book, app.tangled  # type: ignore[attr-defined]
    readers = {
        f"/{chapter.path.as_posix()}": (
            "literate.run.cache.read_notebook",
            {
                "builds_on": cache.builds_on(root, chapter, tangled),
                "executed": not chapter.missing,
            },
            False,
        )
        for chapter in book.chapters
    }
    env: Any = app.env
    env.mystnb_config = env.mystnb_config.copy(
        custom_formats=readers, execution_cache_path=str(root / cache.CACHE)
    )


def outdated(
    app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages that would come out differently, though their own files did not change."""
    root = Path(app.srcdir)
    machinery = f"{cache.machinery(root, cache.WEAVES)} {live.missing()}"
    now = dict.fromkeys(env.all_docs, machinery)
    for chapter in app.book.chapters:
        slug = chapter.slug
        shown = [*app.tangled.before(slug).values(), *app.tangled.states[slug].values()]
        key = files.digest([machinery, cache.builds_on(root, chapter, app.tangled), *shown])
        now[chapter.path.with_suffix("").as_posix()] = key
    before = getattr(env, "literate_keys", {})
    env.literate_keys = now
    return [name for name in env.all_docs if before.get(name) != now[name]]


def execute_chapters(app: Any, env: BuildEnvironment, names: list[str]) -> None:
    """Execute what is not in the cache, before the pages are read."""
    try:
        kernel.execute(app.book, app.tangled, logger.info)
    except BookError as error:
        raise SphinxError(str(error)) from None


def weave(app: Any, document: nodes.document) -> None:
    """All that is added to one page."""
    page, say = Path(f"{app.env.docname}.md"), app.words
    chapter = next((c for c in app.book.chapters if c.path == page), None)
    place_timecodes(document, say)
    languages.place_marks(document, app.env.docname, say)
    # Before anything else comes between the blocks.
    slides.take_marks(document)
    questions.fold_answers(document, app.book.pages[page], say)
    if chapter:
        if chapter.missing:
            weave_missing(document, chapter, say)
        weave_cells(document, chapter, app.tangled, say)
        weave_live(document, chapter, app.tangled, say)
        weave_exercises(document, chapter, say, launch.links(app.repository, chapter, say))
        weave_start(document, chapter, app)
        weave_end(document, chapter, app.book, app.tangled, say)


def look_past_what_stays(*given: Any) -> None:
    """Have Python's collector look at new objects alone, and more rarely: it takes a sixth of a
    build's time otherwise."""
    gc.freeze()
    gc.set_threshold(100_000)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("literate.weave.theme")
    app.setup_extension("literate.weave.sharing")
    app.setup_extension("literate.weave.reading_aids")
    app.setup_extension("literate.weave.languages")
    app.setup_extension("literate.weave.live")
    app.setup_extension("literate.weave.taught")
    app.setup_extension("literate.weave.slides")
    app.setup_extension("literate.weave.repeatable")
    app.add_role("timecode", Timecode())
    app.add_role(ROLE, Number())
    app.add_directive("way", Way)
    app.add_directive("borrowed", Borrowed)
    app.add_post_transform(DrawWay)
    app.add_post_transform(LendFigures)
    app.add_post_transform(Drawings)
    app.add_html_math_renderer("mathml", (math, None), (math_block, None))
    # After Jupyter Book's own.
    app.connect("config-inited", unnumbered, priority=900)
    app.connect("builder-inited", read, priority=900)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_chapters)
    app.connect("env-updated", shown_again)
    app.connect("builder-inited", look_past_what_stays, priority=999)
    app.connect("env-updated", look_past_what_stays, priority=999)
    # Before Sphinx collects titles and menus, which is at 500.
    app.connect("doctree-read", weave, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
