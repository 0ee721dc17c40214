"""The way of the book as a picture, from its first part to its last: `{way}`, a directive.

Parts and chapters are those of `_toc.yml`. A part is a stop where it has a chapter: a page with
cells. The stop's picture is the first that its chapters have in `book/drawings/way/`, under the
chapter's name; where none has one, the stop is a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from literate.read.model import CHAPTERS

PICTURES = Path(CHAPTERS, "drawings", "way")


class way(nodes.General, nodes.Element):
    """The place of the picture, until all titles are known."""


class Way(SphinxDirective):
    """The directive, which has no options."""

    def run(self) -> list[nodes.Node]:
        return [way()]


def parts(toc: Any) -> list[tuple[str, list[str]]]:
    """The parts of a site's map: what each is called, and its pages with those below them."""

    def below(name: str) -> Iterator[str]:
        yield name
        for child in toc[name].child_files():
            yield from below(child)

    return [
        (tree.caption or "", [page for file in tree.files() for page in below(str(file))])
        for tree in toc.root.subtrees
    ]


class DrawWay(SphinxPostTransform):
    """Puts the list of stops, and their pictures, into the page."""

    default_priority = 5  # before links are resolved

    def run(self, **kwargs: Any) -> None:
        app: Any = self.app
        chapters = {c.path.with_suffix("").as_posix() for c in app.book.chapters}
        for place in list(self.document.findall(way)):
            stops = nodes.container(classes=["way"])
            for caption, pages in parts(app.env.external_site_map):
                if chapters & {*pages}:
                    stops += self._stop(caption, [page for page in pages if page in chapters])
            place.replace_self(stops)

    def _stop(self, caption: str, pages: list[str]) -> nodes.container:
        links = nodes.paragraph(classes=["way-chapters"])
        for page in pages:
            if links.children:
                links += nodes.Text(" · ")
            title = self.app.env.titles[page].astext()
            link = addnodes.pending_xref(
                "", nodes.inline("", title), refdomain="std", reftype="doc", refexplicit=True,
                reftarget=f"/{page}", refwarn=True, refdoc=self.env.docname,
            )  # fmt: skip
            links += link
        picture = nodes.raw("", _picture(Path(self.app.srcdir), pages), format="html")
        words = nodes.container("", nodes.paragraph("", caption, classes=["way-part"]), links)
        return nodes.container("", picture, words, classes=["way-stop"])


def _picture(root: Path, pages: list[str]) -> str:
    """The drawing of a part. It is decoration: the words beside it say the same."""
    for page in pages:
        file = root / PICTURES / f"{Path(page).name}.svg"
        if file.is_file():
            svg = re.sub(r"\s*\n\s*", " ", file.read_text("utf-8")).strip()
            return svg.replace("<svg ", '<svg class="way-picture" aria-hidden="true" ', 1)
    return '<span class="way-picture way-dot" aria-hidden="true"></span>'
