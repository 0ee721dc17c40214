"""The search leads to the section that teaches a word, as a Sphinx extension.

Sphinx puts first what stands in the index, where the glossary has put its words. Each of them is
put there once more, with the section that teaches it: one that links the word and has it in its
heading, or else the first that links it. What is folded, asked or noted in the margin does not
teach, and neither does the first part of the book, which is an outlook, if there is another place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from literate.weave.way import parts

SCORER = Path(__file__).with_name("static") / "scorer.js"
"""What has the search show these sections before the glossary."""
Place = tuple[str, str]
"""A page, and the name of one of its sections."""


def teachers(pages: Iterable[tuple[str, nodes.document]], outlook: set[str]) -> dict[str, Place]:
    """For each word that the pages link to the glossary, the section that teaches it."""
    found: dict[str, tuple[int, Place]] = {}
    for page, document in pages:
        for link in document.findall(addnodes.pending_xref):
            section = _section(link)
            if link["reftype"] != "term" or section is None:
                continue
            word = " ".join(link["reftarget"].split())
            title = section.next_node(nodes.title)
            named = title and re.search(rf"\b{re.escape(word)}s?\b", title.astext(), re.IGNORECASE)
            rank = 3 if _aside(link) else 2 if page in outlook else 0 if named else 1
            if word not in found or rank < found[word][0]:
                found[word] = rank, (page, section["ids"][0])
    return {word: place for word, (_, place) in found.items()}


def _section(node: nodes.Node) -> Any:
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node


def _aside(node: nodes.Node) -> bool:
    """Whether something stands in a box or in a fold."""
    place: Any = node.parent
    while place is not None:
        if isinstance(place, nodes.Admonition) or place.get("design_component") == "dropdown":
            return True
        place = place.parent
    return False


def find(app: Any, env: Any) -> list[str]:
    """Find the sections, once all pages have been read."""
    outlook, *rest = (pages for _, pages in parts(app.env.external_site_map))
    chapters = [c.path.with_suffix("").as_posix() for c in app.book.chapters]
    pages = ((name, env.get_doctree(name)) for name in chapters)
    env.literate_taught = teachers(pages, {*outlook} if rest else set())
    return []


class Enter(SphinxPostTransform):
    """Puts the sections of a page into the index, where the search finds them."""

    default_priority = 900

    def run(self, **kwargs: Any) -> None:
        env: Any = self.env
        for word, (page, section) in sorted(env.literate_taught.items()):
            if page == env.docname:
                self.document.append(
                    addnodes.index(entries=[("single", word, section, "main", None)])
                )


def score(app: Any, config: Any) -> None:
    # Relative, because Sphinx keeps a digest of the settings beside the pages.
    config.html_search_scorer = os.path.relpath(SCORER, app.confdir)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", score)
    app.connect("env-updated", find)
    app.add_post_transform(Enter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
