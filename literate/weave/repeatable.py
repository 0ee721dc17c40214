"""A first build makes the files that one makes that followed others, as a Sphinx extension."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx


def bring_style_sheet(app: Sphinx) -> None:
    """Put MyST-NB's style sheet where the site has it before the first page is written.

    MyST-NB does so after the last one. But Sphinx looks at the file when it writes a page, to add
    its checksum to the address, as in `mystnb.….css?v=8cd3d715`: only a build that followed
    another had that.
    """
    Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
    add_global_html_resources(app, None)


def forget_words(app: Any) -> list[Any]:
    """Take words that are on no page any more out of the index of the search.

    Sphinx takes a page that it writes anew out of the index of the build before, and leaves its
    words there, each with an empty list of pages. Returns no page to be added to the site.
    """
    indexer = getattr(app.builder, "indexer", None)
    if indexer:
        for pages_by_word in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, pages in pages_by_word.items() if not pages]:
                del pages_by_word[word]
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", bring_style_sheet)
    # When all pages are written, and the index is not.
    app.connect("html-collect-pages", forget_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
