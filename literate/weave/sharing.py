"""What search engines and shared links get to read of a page, as a Sphinx extension.

A page's description, the tags of OpenGraph and a picture (see `card`), with the plot that the first
page borrows; the site's map; the page at its root, which leads to the first; and the page for an
address that does not exist. All of it follows from `_config.yml`: title, author and html.baseurl.
Without html.baseurl, what needs the site's address is left out.

Two extensions would do some of it. But sphinx-sitemap lists only the pages that a build wrote anew,
and sphinxext-opengraph cuts its descriptions in mid-word and warns of a logo in SVG.
"""

from __future__ import annotations

import html
import posixpath
import re
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import bs4
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from literate.markup import HTML
from literate.read.error import BookError
from literate.read.model import CHAPTERS, TITLE
from literate.read.settings import Words
from literate.weave import borrowed, card, drawings

LONGEST = 200
"""Of a description, in characters; about what a list of results shows."""
CARDS = "_images/cards"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
OF_THE_FIRST = "meta[charset], title, meta[property], meta[name], link[rel=canonical]"
"""What the page at the root says of itself is what the first page says. It is gone before its icon
would be seen, which browsers ask the host for if none is named."""
ROOT_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
{head}
<link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url={first}">
</head>
<body><p><a href="{first}">{title}</a></p></body>
</html>
"""


def describe(document: nodes.document) -> str:
    """The description in the page's header (`html_meta`), else its first paragraph, shortened."""
    for meta in _given(document):
        return str(meta["content"])
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and not paragraph["classes"]:
            return shorten(" ".join(paragraph.astext().split()))
    return ""


def shorten(text: str) -> str:
    """As many whole sentences as fit; where these say little, as many words."""
    taken = ""
    for sentence in re.split(r"(?<=[.?]) ", text):
        if len(taken) + len(sentence) >= LONGEST:
            break
        taken = f"{taken} {sentence}".lstrip()
    return taken if len(taken) > LONGEST / 2 else textwrap.shorten(text, LONGEST, placeholder=" …")


def _given(document: nodes.document) -> list[nodes.meta]:
    return [m for m in document.findall(nodes.meta) if m.get("name") == "description"]


def title(app: Any, page: str, source: list[str]) -> None:
    """Put the book's title where the first page asks for it."""
    if page == app.config.root_doc:
        source[0] = source[0].replace(TITLE, app.config.html_title)


def tags(app: Any, page: str, template: str, context: dict[str, Any], document: Any) -> None:
    """Give a page of the text its tags, and draw its card."""
    if document is None:
        return
    config = app.config
    title = bs4.BeautifulSoup(context["title"], "html.parser").get_text()
    description = describe(document)
    named = {"author": config.author}
    if not _given(document):
        named["description"] = description
    shared = {
        "og:type": "website" if page == config.root_doc else "article",
        "og:site_name": config.html_title,
        "og:title": title,
        "og:description": description,
    }
    if config.html_baseurl:
        picture = f"{CARDS}/{page.replace('/', '-')}.png"
        above = config.author if title == config.html_title else config.html_title
        colours = drawings.cycle(Path(app.srcdir, CHAPTERS, "matplotlibrc"))
        plot = borrowed.plot(app)
        card.draw(Path(app.outdir, picture), above, title, description, colours, plot)
        named["twitter:card"] = "summary_large_image"
        shared |= {
            "og:url": address(app, page),
            "og:image": posixpath.join(config.html_baseurl, picture),
            "og:image:width": card.WIDTH,
            "og:image:height": card.HEIGHT,
            "og:image:alt": f"{above}: {title}",
        }
    made = [f'<meta name="{k}" content="{html.escape(str(v))}">' for k, v in named.items()]
    made += [f'<meta property="{k}" content="{html.escape(str(v))}">' for k, v in shared.items()]
    context["metatags"] += "\n".join(made)


def address(app: Any, page: str) -> str:
    """Where a page is on the network."""
    return str(posixpath.join(app.config.html_baseurl, app.builder.get_target_uri(page)))


def not_found(app: Any) -> None:
    """Have the page for a missing address made, with links that work wherever it is shown."""
    if app.builder.format != "html":
        return
    folder = urlsplit(app.config.html_baseurl).path.rstrip("/") + "/"
    try:
        say = Words(Path(app.srcdir))
        title, text = say("not found"), say("not found what to do")
        words = say("first page"), say("search")
    except BookError as error:
        raise SphinxError(str(error)) from None
    first = app.builder.get_target_uri(app.config.root_doc)
    items = "".join(
        f'<li><a href="{folder}{page}">{html.escape(word)}</a></li>'
        for page, word in zip((first, "search.html"), words, strict=True)
    )
    title, text = html.escape(title), html.escape(text)
    app.config.notfound_urls_prefix = folder
    app.config.notfound_context = {
        "title": title,
        "body": f"<section><h1>{title}</h1><p>{text}</p><ul>{items}</ul></section>",
    }


def sitemap(app: Any, error: Exception | None) -> None:
    """List every page of the text, whether this build wrote it or an earlier one."""
    if error or app.builder.format != "html" or not app.config.html_baseurl:
        return
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for page in sorted(app.env.all_docs):
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = address(app, page)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(
        Path(app.outdir, "sitemap.xml"), encoding="utf-8", xml_declaration=True
    )


def root_page(app: Any, error: Exception | None) -> None:
    """At the root of the site, lead to the first page."""
    if error or app.builder.format != "html" or app.config.root_doc == "index":
        return
    first = app.builder.get_target_uri(app.config.root_doc)
    page = bs4.BeautifulSoup(Path(app.outdir, first).read_text("utf-8"), "html.parser")
    title: Any = page.title
    text = ROOT_PAGE.format(
        language=app.config.language,
        head="\n".join(tag.decode(formatter=HTML) for tag in page.select(OF_THE_FIRST)),
        first=first,
        title=html.escape(title.get_text()),
    )
    Path(app.outdir, "index.html").write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("notfound.extension")
    app.connect("source-read", title)
    app.connect("builder-inited", not_found)
    app.connect("html-page-context", tags)
    app.connect("build-finished", sitemap)
    # Before sphinx-external-toc writes one of a single line, where there is none.
    app.connect("build-finished", root_page, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
