"""Replace the pictures of a page by drawings and figures to play with, as a Sphinx transform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from literate.read.model import CHAPTERS
from literate.weave import drawings, playable

logger = logging.getLogger(__name__)


def unnumbered(app: Any, config: Any) -> None:
    """Give figures no numbers: they stand where they are talked of, and a number that a figure more
    would change is none to refer to. One of Jupyter Book's extensions turns them on."""
    config.numfig = False


class Drawings(SphinxPostTransform):
    """Every SVG image of a page, drawn by a cell or by hand, is put into the page."""

    default_priority = 20  # after MyST-NB has chosen which form of an output to show
    builders = ("html", "dirhtml")

    def run(self, **kwargs: Any) -> None:
        app: Any = self.app
        root = Path(app.srcdir)
        colours = drawings.cycle(root / CHAPTERS / "matplotlibrc")
        images = [i for i in self.document.findall(nodes.image) if i["uri"].endswith(".svg")]
        for number, output in enumerate(list(self.document.findall(nodes.raw))):
            name = f"play-{number}"
            if played := playable.figure(output.astext(), name, colours, app.words):
                # `replace_self` would keep a class that has a light background even in the dark.
                output.parent.replace(output, nodes.raw("", played, format="html"))
        for number, image in enumerate(images):
            name = f"drawing-{number}"
            text = (root / image["uri"]).read_text("utf-8")
            drawing = drawings.inline(
                text, f"drawing-{number}", image.get("alt"), colours, app.words
            )
            if drawing is None:
                logger.warning(
                    "a picture without a text alternative: give its cell 'mystnb: image: alt:'",
                    location=image,
                )
            else:
                framed = drawings.scrolling("drawing", drawing)
                image.replace_self(nodes.raw("", framed, format="html"))
