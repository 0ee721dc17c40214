"""A book in several languages: the way from a page to the same one in another, and the marks.

The original stands at the root of the site, and each translation in a folder that is called as its
code is. Which paragraphs the original has changed since is told by marks that `editions`'
`translation` has put there.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.read.page import CHANGED, NOT_TRANSLATED
from literate.read.settings import Words, languages

MARKED = re.compile(re.escape(CHANGED).replace(re.escape("{}"), "(.*)"))


def place_marks(document: nodes.document, page: str, say: Words) -> None:
    """Say above a block that its original has changed, and of a page that it is not translated."""
    original = f"{'../' * (page.count('/') + 1)}{page}.html"
    for mark in list(document.findall(nodes.raw)):
        said = mark.astext().strip()
        if found := MARKED.fullmatch(said):
            words, place = say("translation changed"), f"{original}#{found[1]}"
        elif said == NOT_TRANSLATED:
            words, place = say("translation missing"), original
        else:
            continue
        link = nodes.reference("", say("translation original"), refuri=place)
        mark.replace_self(nodes.paragraph("", "", nodes.Text(f"{words} "), link,
                                          classes=["translation"]))  # fmt: skip


def offer(app: Any, page: str, template: str, context: dict[str, Any], document: Any) -> None:
    """Lead from a page to the same one in the other languages."""
    if document is None or not (told := languages(Path(app.srcdir))):
        return
    original, here = next(iter(told)), app.config.language
    top = context["content_root"] + ("" if here == original else "../")
    links, tags = [], []
    for code, name in told.items():
        place = f"{top}{'' if code == original else f'{code}/'}{page}.html"
        lang = f'hreflang="{code}" href="{html.escape(place)}"'
        tags.append(f'<link rel="alternate" {lang}>')
        if code != here:
            links.append(f'<a class="language" lang="{code}" {lang} title="{html.escape(name)}"'
                         f' aria-label="{html.escape(name)}">{code}</a>')  # fmt: skip
    context["metatags"] = context.get("metatags", "") + "".join(tags)
    context["article_header"] = "".join([*links, context.get("article_header", "")])


def setup(app: Sphinx) -> dict[str, Any]:
    # After the switch between reading and solving.
    app.connect("html-page-context", offer, priority=501)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
