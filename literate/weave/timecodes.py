"""Moments of the lecture on a page: `{timecode}`, a role that links one."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from literate.read.settings import Words
from literate.read.timeline import TIMECODE, lecture

logger = logging.getLogger(__name__)


class Timecode(SphinxRole):
    """{timecode}`00:08:08`, a link to that moment of the lecture."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        app: Any = self.env.app
        if not TIMECODE.fullmatch(self.text):
            logger.error(
                "'%s' is not a timecode such as 00:08:08", self.text, location=self.get_location()
            )
            return [], []
        short, url = lecture(Path(self.env.srcdir), self.text)
        # Without words yet: a heading's words make its address (see place_timecodes).
        link = nodes.reference("", refuri=url, classes=["timecode"], short=short)
        link["reftitle"] = app.words("lecture at", moment=short)
        return [link], []


def place_timecodes(document: nodes.document, say: Words) -> None:
    """Give the timecodes their words; move those in headings below, out of menus and links.

    There a button stands beside each, which plays the lecture on the page (see `video.js`).
    """
    watch, note = html.escape(say("watch")), html.escape(say("watch note"))
    button = f"<button class='watch pst-js-only' type='button' title='{note}'>{watch}</button>"
    for link in document.findall(nodes.reference):
        if "timecode" in link["classes"]:
            link += nodes.Text(f"▶ {link['short']}")
    for title in list(document.findall(nodes.title)):
        links = [n for n in title.findall(nodes.reference) if "timecode" in n["classes"]]
        if links:
            below = nodes.paragraph(classes=["timecodes"])
            for link in links:
                link.parent.remove(link)
                below += [link, nodes.Text(" "), nodes.raw("", button, format="html")]
            last = title[-1]
            if isinstance(last, nodes.Text):
                title.replace(last, nodes.Text(last.rstrip()))
            title.parent.insert(title.parent.index(title) + 1, below)
