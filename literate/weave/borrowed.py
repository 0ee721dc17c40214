"""A figure of a chapter on another page: `{borrowed}`, a directive.

    ```{borrowed} library
    :figure: the step of the training
    ```

The figure is the one that the cell of the chapter made when it last ran. It plays as
soon as it is seen, unless its reader wants nothing to move. Where the book has no such chapter, or
none was executed, nothing is shown.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from literate.read.model import CHAPTERS
from literate.weave.playable import PLAY, play_at_once

logger = logging.getLogger(__name__)


class borrowed(nodes.General, nodes.Element):
    """The place of the figure, until all chapters have been read."""


class Borrowed(SphinxDirective):
    """The directive: the chapter, and what its figure is called."""

    required_arguments = 1
    option_spec = {"figure": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        node = borrowed(chapter=self.arguments[0], figure=self.options.get("figure", ""))
        self.set_source_info(node)
        return [node]


class LendFigures(SphinxPostTransform):
    """Puts the figures in their places."""

    default_priority = 10  # before what is a figure to play with is made one

    def run(self, **kwargs: Any) -> None:
        app: Any = self.app
        for place in list(self.document.findall(borrowed)):
            chapters = [c for c in app.book.chapters if c.slug == place["chapter"]]
            if not chapters or chapters[0].missing:
                place.parent.remove(place)
                continue
            page = chapters[0].path.with_suffix("").as_posix()
            figure = _figure(app, page, place["figure"])
            if figure is None:
                told = "%s has no figure to play with that is called '%s'"
                logger.error(told, chapters[0].path, place["figure"], location=place)
                place.parent.remove(place)
            else:
                place.replace_self(nodes.raw("", play_at_once(figure), format="html"))


@functools.cache
def plot(app: Any) -> str:
    """The plot, as SVG, that the first page borrows; nothing if it borrows none."""
    pages = {path.with_suffix("").as_posix(): page for path, page in app.book.pages.items()}
    for block in pages[app.config.root_doc].blocks:
        chapter = f"{CHAPTERS}/{block.title}"
        if block.name == "borrowed" and chapter in pages:
            figure = _figure(app, chapter, str(block.options.get("figure", "")))
            match = PLAY.fullmatch((figure or "").strip())
            return match[1] if match else ""
    return ""


def _figure(app: Any, page: str, name: str) -> str | None:
    """The figure of this name among what the cells of a page show."""
    for output in app.env.get_doctree(page).findall(nodes.raw):
        if match := PLAY.fullmatch(output.astext().strip()):
            data = json.loads(match[2].replace("<\\/", "</"))
            if data.get("name") == name:
                return str(output.astext())
    return None


def shown_again(app: Any, env: Any) -> list[str]:
    """The pages with a figure of another, which may have changed without them."""
    pages = {path.with_suffix("").as_posix(): page for path, page in app.book.pages.items()}
    return [name for name, page in pages.items() if any(b.name == "borrowed" for b in page.blocks)]
