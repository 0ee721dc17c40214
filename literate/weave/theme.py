"""What the theme puts around every page, made light and complete, as a Sphinx extension.

The theme writes pages for every purpose. What no page of this book needs is taken out again as the
page is written: Font Awesome's script and fonts (its icons become drawings in the page), Thebe, and
the toggle button that MyST-NB's own folds replace. What keeps a page from some of its readers is
fixed there too (see `_fix`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import bs4
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx_design.icons import get_octicon

from literate.markup import HTML
from literate.read.error import BookError
from literate.read.settings import settings
from literate.weave import launch

UNUSED = re.compile("fontawesome|thebe|togglebutton|toggleHint|toggleOpenOnPrint")
"""What the scripts and style sheets that go are called, or say."""
NEVER_LOADED = ("fontawesome*", "*thebe*", "togglebutton.*", "*.map", "*webpack-macros.html",
                "slides.css", "paper.css", "scorer.js")  # fmt: skip
"""The files in `_static` that no page loads."""
LETTERS = ("book-serif", "book-sans")
"""The fonts of which each page of the text shows something before one scrolls."""
NOTEBOOKS = "notebooks"
"""The folder of the site in which the chapters lie as notebooks (see `commands.site`)."""
ICONS = {
    "fa-angle-left": "chevron-left",
    "fa-angle-right": "chevron-right",
    "fa-arrow-up": "arrow-up",
    "fa-bars": "three-bars",
    "fa-bitbucket": "repo",
    "fa-circle-half-stroke": "device-desktop",
    "fa-download": "download",
    "fa-expand": "screen-full",
    "fa-file": "file",
    "fa-file-pdf": "file",
    "fa-github": "mark-github",
    "fa-gitlab": "repo",
    "fa-lightbulb": "light-bulb",
    "fa-list": "list-unordered",
    "fa-magnifying-glass": "search",
    "fa-moon": "moon",
    "fa-pencil-alt": "pencil",
    "fa-play": "play",
    "fa-sun": "sun",
}
"""The theme's icons, and the Octicons, which Sphinx-Design brings, that stand for them."""
FONT_AWESOME = re.compile(r"^(fa[srb]?|fa-(solid|regular|brands|lg))$")
REMEMBERED = 'localStorage.getItem("theme") || "auto"'
"""What the theme's first script takes for the colours of the page until its last script has run."""
RIGHT_AT_ONCE = """(
    ["light", "dark"].includes(document.documentElement.dataset.mode)
      ? document.documentElement.dataset.mode
      : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")"""
"""What it shall take instead: "auto" are no colours, and the system may have changed since."""


class Templates(BuiltinTemplateLoader):
    """Jinja's templates as Sphinx loads them; what comes out of them is trimmed."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        text = super().render(template, context)
        whole = text.lstrip().lower().startswith("<!doctype html")
        return trim(text, context.get("article_header", "")) if whole else text


def trim(page: str, header: str = "") -> str:
    """The page without what it does not need, with its icons drawn in it.

    `header` comes before the theme's buttons above the text.
    """
    soup = bs4.BeautifulSoup(page, "html.parser")
    tabs = soup.find("div", class_="sd-tab-set")
    for element in soup.find_all(["script", "link"]):
        says = f"{element.get('src')} {element.get('href')} {element.get_text()}"
        if UNUSED.search(says) or ("design-tabs" in says and not tabs):
            element.decompose()
    if header:
        buttons: Any = soup.find("div", class_="article-header-buttons")
        buttons.insert(0, bs4.BeautifulSoup(header, "html.parser"))
    for icon in soup.find_all(["i", "span"], class_=FONT_AWESOME):
        icon.replace_with(_drawn(icon))
    _fix(soup)
    _tidy_head(soup)
    _conform(soup)
    return soup.decode(formatter=HTML)


# Elements are found by their names, which takes a tenth of what it takes by selectors.
def _fix(soup: bs4.BeautifulSoup) -> None:
    """Right in both themes from the first moment, without scripts too; sound to a screen reader."""
    page: Any = soup.find("html")
    if page.get("data-theme") == "auto":
        page["data-theme"] = "light"
    for script in soup.find_all("script", string=lambda text: text and REMEMBERED in text):
        script.string = script.get_text().replace(REMEMBERED, RIGHT_AT_ONCE)
    # A second title and table of contents, for paper; book.css prints the first ones.
    for copy in soup.find_all("div", id="jb-print-docs-body"):
        copy.decompose()
    # The place for a warning of old versions, which this book has not, is a landmark without a use.
    for banner in soup.find_all("div", class_="pst-async-banner-revealer"):
        banner.decompose()
    for sidebar in soup.find_all("div", id="pst-primary-sidebar"):
        sidebar["role"] = "complementary"
    # These names are other than what one reads there, and so cannot be said to the computer.
    for named in (
        *soup.find_all("button", class_="search-button-field"),
        *soup.find_all("summary", attrs={"aria-label": "Toggle hidden content"}),
    ):
        del named["aria-label"]


def _drawn(icon: bs4.Tag) -> Any:
    """An icon as a drawing, with all that the theme says of it otherwise."""
    (name,) = [c for c in icon["class"] if c.startswith("fa-") and not FONT_AWESOME.match(c)]
    if name not in ICONS:
        raise SphinxError(f"the theme has an icon {name!r}: name an Octicon for it in ICONS")
    drawing: Any = bs4.BeautifulSoup(get_octicon(ICONS[name], "1em"), "html.parser").svg
    kept = [c for c in icon["class"] if not c.startswith("fa")]
    drawing.attrs |= {key: value for key, value in icon.attrs.items() if key != "class"}
    drawing["class"] = ["icon", *kept]
    return drawing


def _tidy_head(soup: bs4.BeautifulSoup) -> None:
    """One viewport instead of three; a title that does not say the same twice."""
    for again in soup.find_all("meta", attrs={"name": "viewport"})[1:]:
        again.decompose()
    title: Any = soup.title
    half, _, _ = title.get_text().rpartition(" — ")
    if title.get_text() == f"{half} — {half}":
        title.string = half


def _conform(soup: bs4.BeautifulSoup) -> None:
    """What a validator finds in the theme's elements, made right (see tests/site/test_html.py)."""
    for button in soup.find_all("button"):
        if "type" not in button.attrs:
            button["type"] = "button"
        unnamed = "aria-label" not in button.attrs and not button.get_text(strip=True)
        if unnamed and "title" in button.attrs:
            button["aria-label"] = button["title"]
    for summary in soup.find_all("summary"):
        for paragraph in summary.find_all("p", recursive=False):
            paragraph.name = "span"


def offer_notebook(app: Any, page: str, template: str, context: dict[str, Any], doc: Any) -> None:
    """Add the chapter to the downloads at the top of its page: as a notebook, and where it runs."""
    chapters = {c.path.with_suffix("").as_posix(): c for c in app.book.chapters}
    if page not in chapters or "header_buttons" not in context:
        return
    chapter = chapters[page]
    button = {
        "type": "link",
        "url": context["pathto"](f"{NOTEBOOKS}/{chapter.slug}.ipynb", 1),
        "text": ".ipynb",
        "tooltip": app.words("notebook"),
        "icon": "fas fa-download",
        "label": "download-notebook-button",
    }
    groups = [b for b in context["header_buttons"] if b["label"] == "download-buttons"]
    buttons = groups[0]["buttons"] if groups else context["header_buttons"]
    buttons[:0] = [
        button,
        *(
            {"type": "link", "url": url, "text": text, "icon": "fas fa-play", "label": "launch"}
            for text, url in launch.links(app.repository, chapter, app.words)
        ),
    ]
    for group in groups:
        group["tooltip"] = app.words("take")


def ask_for_letters(
    app: Any, page: str, template: str, context: dict[str, Any], document: Any
) -> None:
    """Have a page of the text ask at once for the letters that each such page shows."""
    if document is not None:
        context["metatags"] = context.get("metatags", "") + "".join(
            f'<link rel="preload" href="{context["pathto"](f"_static/fonts/{name}.woff2", 1)}"'
            ' as="font" type="font/woff2" crossorigin="anonymous">'
            for name in LETTERS
        )


def name_course(app: Any, config: Any) -> None:
    """Put the name of the course, if the settings have one, beside the logo."""
    try:
        course = settings(Path(app.srcdir)).get("course")
    except BookError as error:
        raise SphinxError(str(error)) from None
    if course:
        logo = config.html_theme_options.get("logo", {})
        config.html_theme_options["logo"] = logo | {"text": str(course)}


def show_logo(app: Any, config: Any) -> None:
    """Have browsers show the logo beside a page's title, instead of asking for a file we lack."""
    config.html_favicon = config.html_favicon or config.html_logo


def add_static(app: Any, config: Any) -> None:
    """Have the style sheets and scripts beside this file copied, whatever the settings say."""
    static = Path(__file__).with_name("static")
    # Relative, because Sphinx keeps a digest of the settings beside the pages.
    config.html_static_path.append(os.path.relpath(static, app.confdir))


def setup(app: Sphinx) -> dict[str, Any]:
    app.config.template_bridge = "literate.weave.theme.Templates"
    app.connect("config-inited", name_course)
    app.connect("config-inited", show_logo)
    app.connect("config-inited", add_static)
    app.add_css_file("type.css")
    app.connect("html-page-context", ask_for_letters)
    # After the theme's own buttons.
    app.connect("html-page-context", offer_notebook, priority=502)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
