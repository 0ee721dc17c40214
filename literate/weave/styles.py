"""The style sheets of the site: one for a page, without the rules that no page can use.

The theme brings Bootstrap and 1,400 icons, for pages of every kind, in nine files that a page waits
for: 80 KB before it shows its first word. A rule stays if every class and every name in one of its
selectors stands as a word in some page or script of the site, so that what scripts put into a page
later has its rules, too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from literate.files import digest

WORD = re.compile(r"[A-Za-z_][\w-]*")
NAMED = re.compile(r"[.#]([A-Za-z_][\w-]*)")
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
"""All but those with a license, which begin with an exclamation mark."""
STATIC = "_static"
LINK = re.compile(
    rf'<link href="(?P<before>[^"]*?){STATIC}/(?P<path>[^"?]+)(\?[^"]*)?" rel="stylesheet"[^>]*>\s*'
)
IMPORT = re.compile(r'@import "([^"]+)";')
URL = re.compile(r"""url\(["']?(?!data:|#|/|https?:)([^"')]+)["']?\)""")
WITHIN = ("@media", "@supports", "@layer", "@container")
"""What holds rules and is none itself."""


def lighten(folder: Path) -> None:
    """Give each page of a folder with a whole site one style sheet, with what the site can use."""
    words: set[str] = set()
    for file in (*folder.rglob("*.html"), *folder.rglob("*.js")):
        words.update(WORD.findall(file.read_text("utf-8")))
    for file in folder.rglob("*.css"):
        file.write_text(used(file.read_text("utf-8"), words), "utf-8")
    for page in folder.rglob("*.html"):
        _bundle(page, folder / STATIC)


def _bundle(page: Path, static: Path) -> None:
    """Put the style sheets of a page into one, in their order, and have the page load that."""
    text = page.read_text("utf-8")
    links = [*LINK.finditer(text)]
    if not links:
        return
    sheet = "\n".join(_whole(static / link["path"], static) for link in links)
    name = f"all.{digest([sheet])}.css"
    (static / name).write_text(sheet, "utf-8")
    for link in links[1:]:
        text = text.replace(link[0], "")
    one = f'<link href="{links[0]["before"]}{STATIC}/{name}" rel="stylesheet">'
    page.write_text(text.replace(links[0][0], one), "utf-8")


def _whole(file: Path, static: Path) -> str:
    """A style sheet as it may stand in one that lies in `static`, with those that it imports."""
    folder = file.parent.relative_to(static)

    def moved(match: re.Match[str]) -> str:
        return f'url("{posixpath.normpath(posixpath.join(folder.as_posix(), match[1]))}")'

    text = IMPORT.sub("", sheet := file.read_text("utf-8").replace('@charset "UTF-8";', ""))
    imported = (
        _whole((file.parent / name[1]).resolve(), static) for name in IMPORT.finditer(sheet)
    )
    return "\n".join([*imported, URL.sub(moved, text)])


def used(sheet: str, words: set[str]) -> str:
    """A style sheet without the rules for classes and names that are not among the words."""
    kept = []
    for selector, body in _rules(COMMENT.sub("", sheet)):
        if body is None:
            kept.append(selector)
        elif selector.startswith(WITHIN):
            if inner := used(body, words):
                kept.append(f"{selector}{{{inner}}}")
        elif selector.startswith("@"):
            kept.append(f"{selector}{{{body}}}")
        elif left := [one for one in _selectors(selector) if _possible(one, words)]:
            kept.append(f"{','.join(left)}{{{body}}}")
    return "\n".join(kept)


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """The rules of a sheet, each as what stands before its braces and in them; None without any."""
    start = 0
    while start < len(sheet):
        if licence := re.compile(r"\s*(/\*.*?\*/)", re.DOTALL).match(sheet, start):
            yield licence[1], None
            start = licence.end()
            continue
        mark = re.compile("[{;]").search(sheet, start)
        if not mark:
            return
        head = sheet[start : mark.start()].strip()
        if mark[0] == ";":
            yield f"{head};", None
            start = mark.end()
            continue
        end, depth = mark.end(), 1
        while depth:
            brace = re.compile("[{}]").search(sheet, end)
            if not brace:
                raise ValueError(f"a brace is not closed after {head[:60]!r}")
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
        yield head, sheet[mark.end() : end - 1]
        start = end


def _selectors(text: str) -> Iterator[str]:
    """The selectors of a rule; a comma within brackets does not part them."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _possible(selector: str, words: set[str]) -> bool:
    """Whether a page could have what a selector asks for; it may lack what `:not` names."""
    # Of what stands in `:is`, one is enough, and which is not worth finding out.
    asked = re.sub(r"\[[^\]]*\]|:(not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name in words for name in NAMED.findall(asked))
