"""The whole book on paper: one PDF of all pages, printed by Chromium.

The pages are those of the site, without what is for clicking and with all that is folded opened.
They are put into one page, so that links between chapters stay within the book; what book.css says
of a printed page holds here, too. The numbers in the contents come from a first print.

The bookmarks are ours. Those that Chromium offers say what it has drawn, and that hangs on the
machine's fonts: "CountCount" for a heading of which a letter reaches into the page before, and no
space where a heading goes on in the next line. Chromium only says where each heading is.

Sphinx's own builder for a single page keeps the names of sections as they are, and several
chapters have one called "Try it yourself". Its EPUB would need other templates than the site's,
and many programs for EPUB show no formulas in MathML.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bs4

from literate.files import BUILD, WOVEN
from literate.markup import HTML
from literate.provide import npm
from literate.provide.browser import ANOTHER, FLAGS, REMEDIES, chromium, fault
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import CHAPTERS
from literate.read.settings import Words, settings

PAPER = BUILD / "book.pdf"
NOT_PRINTED = "script, button, a.headerlink, .pst-js-only, .play-controls, .play-choice"
NAMED = ("id", "for", "aria-labelledby", "aria-describedby")
TYPE = Path("_static", "type.css")
AT_THE_END = "--package"
"""The place of the package, which no chapter can be called."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Chromium keeps the places that a link of the page leads to, seen or not.
PAGE = """\
<!DOCTYPE html>
<html lang="{language}" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<link rel="stylesheet" href="{paper}">
<style>{letters}</style>
</head>
<body>
<section class="cover"><p class="title">{title}</p>{below}<footer>{licence}</footer></section>
<div class="contents"><h1 id="{at_contents}">{contents}</h1>{list}</div>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container">
{chapters}
</div></div></main>
<nav hidden>{links}</nav>
</body>
</html>
"""


@dataclass(frozen=True)
class Heading:
    """A heading of the printed book: its words, its level from 1 to 6, its place's name."""

    words: str
    level: int
    place: str


def browser() -> str:
    """Return the browser that prints; raise BookError where it or its driver is of no use."""
    found = chromium()
    if not (found and find_spec("playwright") and find_spec("pypdf")):
        raise BookError(
            "make pdf", None, "the book is printed by Chromium, which is missing or has no driver",
            f"run 'make pdf', which installs the driver. {REMEDIES['Chromium']}",
        )  # fmt: skip
    if wrong := npm.does_not_start(npm.driver()):
        raise BookError("make pdf", None, wrong, npm.REMEDY)
    if wrong := fault(found):
        raise BookError("make pdf", None, wrong, ANOTHER)
    return found


def write(root: Path, executable: str) -> Path:
    """Print the pages that `make book` has made with this browser; return the file below `root`.

    Raises BookError where Chromium fails, or leaves out the place of a heading.
    """
    # Not at the top: only who prints has them.
    from playwright.sync_api import Error, sync_playwright
    from pypdf import PdfReader, PdfWriter

    pages = root / WOVEN / "_build" / "html"
    file = pages / CHAPTERS / "paper.html"
    paper = Paper(root, pages)
    try:
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=executable, args=[*FLAGS]) as opened,
        ):
            sheet = opened.new_page()
            sheet.emulate_media(media="print")

            def printed(numbers: dict[str, int]) -> Any:
                file.write_text(paper.page(numbers), "utf-8")
                sheet.goto(file.as_uri(), wait_until="load")
                # A font that comes later would move what is on the pages.
                sheet.evaluate("document.fonts.ready.then(() => true)")
                return PdfReader(io.BytesIO(sheet.pdf(prefer_css_page_size=True, tagged=True)))

            begins = {name: page + 1 for name, (page, _) in _places(printed({})).items()}
            whole = PdfWriter(clone_from=printed(begins))
    except Error as error:
        raise BookError(
            "make pdf", None, f"{executable} did not print: {error.message.splitlines()[0]}",
            ANOTHER,
        ) from None  # fmt: skip
    finally:
        file.unlink(missing_ok=True)
    bookmark(whole, paper.headings)
    made = settings(root)
    # Without the day of the print and the name of the browser: one book, one file.
    whole.metadata = {"/Title": str(made.get("title", "")), "/Author": str(made.get("author", ""))}
    new = root / PAPER.with_suffix(".new")
    whole.write(new)
    new.replace(root / PAPER)
    return PAPER


def _places(pdf: Any) -> dict[str, tuple[int, Any]]:
    """The named places of a print: the page, counted from 0, and the height on it."""
    return {
        name.lstrip("/"): (pdf.get_destination_page_number(place) or 0, place.top)
        for name, place in pdf.named_destinations.items()
    }


def bookmark(pdf: Any, headings: list[Heading]) -> None:
    """Make the outline: a bookmark for every heading, below that of the heading it belongs to."""
    from pypdf.generic import Fit

    places = _places(pdf)
    above: list[tuple[int, Any]] = []
    for heading in headings:
        if heading.place not in places:
            raise BookError(
                "make pdf", None,
                f"the browser has not said where it printed the heading '{heading.words}'",
                ANOTHER,
            )  # fmt: skip
        page, top = places[heading.place]
        while above and above[-1][0] >= heading.level:
            above.pop()
        parent = above[-1][1] if above else None
        item = pdf.add_outline_item(
            title=heading.words, page_number=page, parent=parent, fit=Fit.xyz(top=top)
        )
        above.append((heading.level, item))


class Paper:
    """The pages of the site as one page to print, and what headings that has."""

    def __init__(self, root: Path, pages: Path) -> None:
        self._made = settings(root)
        # A page on the screen may do with other letters; paper waits for the book's.
        faces = re.findall("@font-face {.*?}", (pages / TYPE).read_text("utf-8"), re.DOTALL)
        self._letters = "\n".join(faces).replace("optional", "block")
        self._letters = self._letters.replace('url("', 'url("../_static/')
        say = Words(root)
        self._contents = say("contents")
        self._paths = [path.with_suffix(".html") for path in read_book(root).pages]
        soups = [
            bs4.BeautifulSoup((pages / path).read_text("utf-8"), "html.parser")
            for path in self._paths
        ]
        self._first = soups[0]
        articles = [
            _chapter(soup, path, self._paths) for soup, path in zip(soups, self._paths, strict=True)
        ]
        self._package = _package_once(articles, say("package at the end"))
        articles += [self._package] if self._package else []
        # No name of a chapter begins so.
        self.headings = [Heading(self._contents, 1, "--0"), *_name_headings(articles)]
        names = [*(path.stem for path in self._paths), AT_THE_END]
        self._chapters = "\n".join(
            f'<div class="chapter" id="{name}">{article.decode(formatter=HTML)}</div>'
            for article, name in zip(articles, names, strict=False)
        )

    def page(self, numbers: dict[str, int]) -> str:
        """The page; `numbers` are the pages of the print, counted from 1, on which places are."""
        listed = self._first.select_one("nav.bd-links .bd-toc-item")
        assert listed and self._first.html
        below = [self._made.get("author"), self._made.get("course")]
        styles = self._first.select("link[rel=stylesheet], head style")
        return PAGE.format(
            language=self._first.html["lang"],
            title=html.escape(str(self._made.get("title", ""))),
            styles="\n".join(str(link) for link in styles),
            paper="../_static/paper.css",
            letters=self._letters,
            below="".join(f"<p>{html.escape(str(line))}</p>" for line in below if line),
            licence=(self._made.get("html") or {}).get("extra_footer") or "",
            contents=html.escape(self._contents),
            at_contents=self.headings[0].place,
            list=_contents(listed, self._paths, numbers) + self._last_line(numbers),
            chapters=self._chapters,
            links="".join(f'<a href="#{html.escape(h.place)}"></a>' for h in self.headings),
        )

    def _last_line(self, numbers: dict[str, int]) -> str:
        """The line of the contents for the package at the book's end."""
        if not self._package:
            return ""
        words = html.escape(self.headings[-1].words)
        number = numbers.get(self.headings[-1].place, "")
        line = f'<li><a href="#{AT_THE_END}">{words}</a><span>{number}</span></li>'
        return f'<ul class="last">{line}</ul>'


def _package_once(articles: list[bs4.Tag], words: str) -> bs4.Tag | None:
    """Take the listings of the package off the ends of the chapters; return the last of each file.

    On a page one may look at the package as the chapter leaves it. On paper each would be in the
    way of the next chapter.
    """
    last: dict[str, list[bs4.Tag]] = {}
    for article in articles:
        if rubric := article.select_one(".package-so-far"):
            folds = rubric.find_next_siblings("details")
            for listing in folds[0].find_all("div", recursive=False):
                head: Any = listing.find_previous_sibling("p")
                last[head.strong.get_text()] = [head, listing]
            for element in (rubric, *folds):
                element.extract()
    if not last:
        return None
    heading = f"<article class='bd-article'><h1>{html.escape(words)}</h1></article>"
    end: Any = bs4.BeautifulSoup(heading, "html.parser").article
    end.extend(part for parts in last.values() for part in parts)
    return end  # type: ignore[no-any-return]


def _name_headings(articles: list[bs4.Tag]) -> Iterator[Heading]:
    """Give every heading that has no name one, and return all in their order."""
    found = [heading for article in articles for heading in article.find_all(HEADINGS)]
    for number, heading in enumerate(found, start=1):
        place = str(heading.attrs.setdefault("id", f"--{number}"))
        yield Heading(" ".join(heading.get_text().split()), int(heading.name[1]), place)


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


def _chapter(soup: bs4.BeautifulSoup, path: Path, paths: list[Path]) -> bs4.Tag:
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
    return article


def _target(address: str, path: Path, paths: list[Path]) -> str:
    """Where a link to a page of the book leads in the whole; nothing for other links."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    to = path if not parts.path else Path(path.parent, parts.path)
    if to not in paths:
        return ""
    return f"#{to.stem}--{parts.fragment}" if parts.fragment else f"#{to.stem}"
