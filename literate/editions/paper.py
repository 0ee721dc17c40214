"""The whole book on paper: one PDF of all pages, printed by Chromium.

The pages are those of the site, without what is for clicking and with all that is folded opened.
They are put into one page, so that links between chapters stay within the book; what book.css says
of a printed page holds here, too. The numbers in the contents come from a first print.

Sphinx's own builder for a single page keeps the names of sections as they are, and several
chapters have one called "Try it yourself". Its EPUB would need other templates than the site's,
and many programs for EPUB show no formulas in MathML.
"""

from __future__ import annotations

import html
import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bs4

from literate.files import BUILD, WOVEN
from literate.provide.browser import REMEDIES, chromium
from literate.read.book import read_book
from literate.read.model import CHAPTERS, BookError
from literate.read.settings import Words, settings
from literate.weave.theme import HTML

PAPER = BUILD / "book.pdf"
NOT_PRINTED = "script, button, a.headerlink, .pst-js-only, .play-controls, .play-choice"
NAMED = ("id", "for", "aria-labelledby", "aria-describedby")
PAGE = """\
<!DOCTYPE html>
<html lang="{language}" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<link rel="stylesheet" href="{paper}">
</head>
<body>
<section class="cover"><p class="title">{title}</p>{below}<footer>{licence}</footer></section>
<div class="contents"><h1>{contents}</h1>{list}</div>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container">
{chapters}
</div></div></main>
</body>
</html>
"""


def browser() -> str:
    """The browser that prints; raises BookError where it or its driver is missing."""
    found = chromium()
    if not (found and find_spec("playwright") and find_spec("pypdf")):
        raise BookError(
            "make pdf", None, "the book is printed by Chromium, which is missing or has no driver",
            f"run 'make pdf', which installs the driver. {REMEDIES['Chromium']}",
        )  # fmt: skip
    return found


def write(root: Path) -> Path:
    """Print the pages that `make book` has made."""
    # Not at the top: only who prints has them.
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader, PdfWriter

    pages = root / WOVEN / "_build" / "html"
    file = pages / CHAPTERS / "paper.html"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser())
        sheet = opened.new_page()

        def printed(numbers: dict[str, int]) -> Any:
            file.write_text(_page(root, pages, numbers), "utf-8")
            sheet.goto(file.as_uri(), wait_until="load")
            pdf = sheet.pdf(prefer_css_page_size=True, outline=True, tagged=True)
            return PdfReader(io.BytesIO(pdf))

        try:
            first = printed({})
            begins = {
                name.lstrip("/"): (first.get_destination_page_number(place) or 0) + 1
                for name, place in first.named_destinations.items()
            }
            whole = PdfWriter(clone_from=printed(begins))
            words: list[str] = sheet.locator("h1, h2, h3, h4").all_text_contents()
        finally:
            opened.close()
            file.unlink(missing_ok=True)
    _mend_outline(whole, words)
    made = settings(root)
    # Without the day of the print and the name of the browser: one book, one file.
    whole.metadata = {"/Title": str(made.get("title", "")), "/Author": str(made.get("author", ""))}
    new = root / PAPER.with_suffix(".new")
    whole.write(new)
    new.replace(root / PAPER)
    return PAPER


def _mend_outline(pdf: Any, headings: list[str]) -> None:
    """Give the outline the words of the headings: Chromium joins those around a line's end."""
    from pypdf.generic import NameObject, TextStringObject

    right = {"".join(words.split()): " ".join(words.split()) for words in headings}
    waiting = [pdf.root_object["/Outlines"]]
    while waiting:
        item = waiting.pop()
        if "/Title" in item:
            told = str(item["/Title"])
            item[NameObject("/Title")] = TextStringObject(right.get("".join(told.split()), told))
        waiting += [item[key].get_object() for key in ("/First", "/Next") if key in item]


def _page(root: Path, pages: Path, numbers: dict[str, int]) -> str:
    """All pages as one; `numbers` are the pages of the print on which they begin."""
    made, say = settings(root), Words(root)
    paths = [path.with_suffix(".html") for path in read_book(root).pages]
    soups = {p: bs4.BeautifulSoup((pages / p).read_text("utf-8"), "html.parser") for p in paths}
    first = soups[paths[0]]
    contents = first.select_one("nav.bd-links .bd-toc-item")
    assert contents and first.html
    below = [made.get("author"), made.get("course")]
    return PAGE.format(
        language=first.html["lang"],
        title=html.escape(str(made.get("title", ""))),
        styles="\n".join(str(link) for link in first.select("link[rel=stylesheet], head style")),
        paper="../_static/paper.css",
        below="".join(f"<p>{html.escape(str(line))}</p>" for line in below if line),
        licence=(made.get("html") or {}).get("extra_footer") or "",
        contents=html.escape(say("contents")),
        list=_contents(contents, paths, numbers),
        chapters="\n".join(_chapter(soup, path, paths) for path, soup in soups.items()),
    )


def _contents(listed: bs4.Tag, paths: list[Path], numbers: dict[str, int]) -> str:
    """The contents as the pages have them in their menu, with the numbers of the pages."""
    lines = []
    for line in listed.select("p.caption, a.reference"):
        words = html.escape(line.get_text(" ", strip=True))
        if line.name == "p":
            lines.append(f'</ul><p class="caption">{words}</p><ul>')
        else:
            name = _target(str(line["href"]), paths[0], paths) or "#"
            number = numbers.get(name[1:], "")
            lines.append(f'<li><a href="{name}">{words}</a><span>{number}</span></li>')
    return f"<ul>{''.join(lines)}</ul>".replace("<ul></ul>", "")


def _chapter(soup: bs4.BeautifulSoup, path: Path, paths: list[Path]) -> str:
    """What a page tells, its names and links made such that they hold in the whole."""
    article = soup.select_one("article.bd-article")
    assert article
    for element in article.select(NOT_PRINTED):
        element.decompose()
    for fold in article.find_all("details"):
        fold["open"] = ""
    own = f"{path.stem}--"
    for element in article.find_all(True):
        for key, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            if key in NAMED:
                element[key] = " ".join(own + name for name in text.split())
            elif key in ("href", "xlink:href"):
                element[key] = _target(text, path, paths) or text
            elif "url(#" in text:
                element[key] = text.replace("url(#", f"url(#{own}")
    return f'<div class="chapter" id="{path.stem}">{article.decode(formatter=HTML)}</div>'


def _target(address: str, path: Path, paths: list[Path]) -> str:
    """Where a link to a page of the book leads in the whole; nothing for other links."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    to = path if not parts.path else Path(path.parent, parts.path)
    if to not in paths:
        return ""
    return f"#{to.stem}--{parts.fragment}" if parts.fragment else f"#{to.stem}"
