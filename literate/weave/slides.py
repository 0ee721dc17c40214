"""Slides: what a chapter marks for the screen of a lecture, as a Sphinx extension.

    <!-- slide -->                the block below comes on a slide of its own
    <!-- on the same slide -->    the block below comes below the one before

A block is a paragraph, a cell, a question, a figure, a formula, a list or a table. On its page
nothing is to be seen of the mark. While the page is written, the same blocks are written as a deck
of slides; `decks` puts the decks of all chapters in place, with reveal.js, which shows them.

What only the speaker sees is in `speaker`.

sphinx-revealjs, which brings reveal.js, has a builder, too. It makes slides of whole documents,
without the outputs of cells, and with a program in the page for the colours of the code. Here the
page's own builder writes the blocks, so that they look as they do on the page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bs4
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from literate.files import MADE_DECKS
from literate.markup import HTML
from literate.read.model import Chapter
from literate.read.page import SAME_SLIDE, SLIDE
from literate.read.settings import settings
from literate.weave import speaker

NOT_SHOWN = "details, a.headerlink, button.watch, .question > .admonition-title"
"""What a page has, and a slide has not: folds, and what is said to who reads alone."""
REVEAL = {
    "width": 1280, "height": 720, "margin": 0.02, "center": False, "display": "flex",
    "transition": "none", "backgroundTransition": "none", "hash": True, "slideNumber": "c/t",
    "scrollLayout": "compact", **speaker.OPTIONS,
}  # fmt: skip
DECK = """\
<!DOCTYPE html>
<html lang="{language}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} — {book}</title>
<meta name="author" content="{author}">
{styles}
</head>
<body>
<main><div class="reveal"><div class="slides">
{slides}
</div></div></main>
{scripts}
<script>Reveal.initialize({{...{reveal}, plugins: [RevealNotes]}});</script>
</body>
</html>
"""
INDEX = "index.html"
INDEX_PAGE = """\
<!DOCTYPE html>
<html lang="{language}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} — {book}</title>
<meta name="author" content="{author}">
{styles}
</head>
<body class="decks">
<main>
<h1>{name}</h1>
<p>{book}</p>
<ol>
{decks}
</ol>
<p>{keys}</p>
</main>
</body>
</html>
"""
STYLES = ("reveal.css", "pygments.css", "book.css", "slides.css")
STATIC = "_static"
logger = logging.getLogger(__name__)


def take_marks(document: nodes.document) -> None:
    """Take the marks off a page, and note on the block below each what it said."""
    for mark in list(document.findall(nodes.raw)):
        said = mark.astext().strip()
        if said in (SLIDE, SAME_SLIDE):
            parent: Any = mark.parent
            parent[parent.index(mark) + 1]["slide"] = said, mark.line
            parent.remove(mark)


def write(app: Any, page: str, template: str, context: dict[str, Any], document: Any) -> None:
    """Write the deck of a chapter, when its page is written."""
    chapters = {c.path.with_suffix("").as_posix(): c for c in app.book.chapters}
    if page not in chapters or chapters[page].missing:
        return
    said = _said(app) | {"title": html.escape(app.env.titles[page].astext())}
    made = settings(Path(app.srcdir))
    slides = [_title_slide(said, made)]
    columns = _columns(app, chapters[page], document)
    slides += [f"<section>\n{column}\n</section>" for column in columns]
    scripts = ["reveal.js", "notes.js", *(["play.js"] if 'class="play"' in "".join(slides) else [])]
    text = DECK.format(
        **said,
        slides="\n".join(slides),
        scripts="\n".join(f'<script src="{STATIC}/{name}"></script>' for name in scripts),
        reveal=json.dumps(REVEAL),
    )
    _folder(app).joinpath(f"{chapters[page].slug}.html").write_text(text, "utf-8")


def write_index(app: Any, error: Exception | None) -> None:
    """Write the page that leads to the decks."""
    if error or app.builder.format != "html":
        return
    decks = [
        f'<li><a href="{chapter.slug}.html">'
        f"{html.escape(app.env.titles[chapter.path.with_suffix('').as_posix()].astext())}</a></li>"
        for chapter in app.book.chapters
        if not chapter.missing
    ]
    said = {"name": app.words("slides"), "keys": app.words("slides keys")}
    text = INDEX_PAGE.format(
        **_said(app), **{k: html.escape(v) for k, v in said.items()}, decks="\n".join(decks)
    )
    _folder(app).joinpath(INDEX).write_text(text, "utf-8")


def _folder(app: Any) -> Path:
    folder = Path(app.outdir).parent / MADE_DECKS.name
    folder.mkdir(exist_ok=True)
    return folder


def _said(app: Any) -> dict[str, str]:
    """What every page of slides says."""
    made = settings(Path(app.srcdir))
    return {
        "language": app.config.language,
        "book": html.escape(str(made.get("title", ""))),
        "author": html.escape(str(made.get("author", ""))),
        "styles": "\n".join(f'<link rel="stylesheet" href="{STATIC}/{name}">' for name in STYLES),
    }


def _title_slide(said: dict[str, str], made: dict[str, Any]) -> str:
    below = [said["book"], said["author"], html.escape(str(made.get("course") or ""))]
    lines = "".join(f"<p>{line}</p>" for line in below if line)
    licence = str((made.get("html") or {}).get("extra_footer") or "")
    footer = f"<footer>{licence}</footer>" if licence else ""
    return f'<section class="slide first"><h1>{said["title"]}</h1>{lines}{footer}</section>'


def _columns(app: Any, chapter: Chapter, document: nodes.document) -> Iterator[str]:
    """The slides of each section that has some; reveal.js goes down through them, then on."""
    speaks = speaker.Speaker(app, chapter)
    page = chapter.path.with_suffix("").as_posix()
    for heading, section in zip(chapter.page.headings, document.findall(nodes.section)):
        slides: list[list[nodes.Element]] = []
        head = ""
        for block in section.children:
            if isinstance(block, nodes.title):
                words = nodes.paragraph("", "", *(part.deepcopy() for part in block))
                head = re.sub(r"^<p>(.*)</p>$", r"<h2>\1</h2>", _rendered(app, words))
            elif isinstance(block, nodes.Element) and "timecodes" in block["classes"]:
                head += _rendered(app, block)
            elif isinstance(block, nodes.Element) and block.get("slide"):
                if block["slide"][0] == SLIDE:
                    slides.append([])
                slides[-1].append(block)
        if slides:
            timing = speaks.attribute(heading, len(slides))
            made = []
            for number, blocks in enumerate(slides):
                soups = [_soup(app, block) for block in blocks]
                notes = speaks.aside(heading, number, _hints(soups))
                made.append(_slide(app, page, head, list(zip(blocks, soups)), notes, timing))
            yield "\n".join(made)


def _hints(blocks: list[bs4.BeautifulSoup]) -> list[str]:
    """The hints of a question, which its slide leaves out."""
    found = [hint for block in blocks for hint in block.select("details.sd-dropdown p")]
    return [hint.decode(formatter=HTML) for hint in found]


def _slide(
    app: Any,
    page: str,
    head: str,
    blocks: list[tuple[nodes.Element, bs4.BeautifulSoup]],
    notes: str,
    timing: str,
) -> str:
    shown: list[bs4.BeautifulSoup] = []
    for block, soup in blocks:
        if caption := _caption(block):
            shown.append(_as_shown(_soup(app, caption)))
        shown.append(_as_shown(soup))
        if not (soup.get_text(strip=True) or soup.select("svg, img")):
            said, line = block["slide"]
            told = "the mark %s is on a block of which a slide shows nothing"
            logger.error(told, said, location=(page, line))
    listings = [pre.get_text() for soup in shown for pre in soup.find_all("pre")]
    lines = [line for listing in listings for line in listing.rstrip().split("\n")]
    # The style sheet makes the letters of the listings as large as this lets it.
    sizes = {
        "parts": sum(len(soup.select("pre, .tangled")) for soup in shown),
        "lines": len(lines),
        "columns": max(map(len, [*lines, ""])),
    }
    size = "; ".join(f"--{name}: {max(number, 1)}" for name, number in sizes.items())
    body = "\n".join(map(_text, shown))
    return (
        f'<section class="slide" style="{size}"{timing}><header>{head}</header>\n{body}{notes}\n'
        "</section>"
    )


def is_cell(block: nodes.Node) -> bool:
    return isinstance(block, nodes.container) and block.get("nb_element") == "cell_code"


def _caption(block: nodes.Element) -> nodes.Element | None:
    """The line above a cell that says where its code goes."""
    if is_cell(block):
        for node in reversed(block.parent[: block.parent.index(block)]):
            if is_cell(node):
                break
            if isinstance(node, nodes.paragraph) and "tangled" in node["classes"]:
                return node
    return None


def _rendered(app: Any, node: nodes.Element) -> str:
    return _text(_as_shown(_soup(app, node)))


def _as_shown(soup: bs4.BeautifulSoup) -> bs4.BeautifulSoup:
    """It without what a page has, and a slide has not."""
    for element in soup.select(NOT_SHOWN):
        element.decompose()
    for frame in soup.select("[tabindex]"):
        del frame["tabindex"]
    return soup


def _text(soup: bs4.BeautifulSoup) -> str:
    return soup.decode(formatter=HTML).strip()


def _soup(app: Any, node: nodes.Element) -> bs4.BeautifulSoup:
    """As the page has it; links within the book lead nowhere."""
    text = app.builder.render_partial(node.deepcopy())["fragment"]
    soup = bs4.BeautifulSoup(text, "html.parser")
    for link in soup.select("a:not([href^=http])"):
        link.unwrap()
    return soup


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", write)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
