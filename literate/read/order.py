"""Whether the pages fit together: which chapter builds on which, and which page links to which.

`_toc.yml` decides which chapters there are. Where it leaves out or moves a chapter that others
need, the refusal names all of these, and says of each what it takes.
"""

from __future__ import annotations

import posixpath
import re
import symtable
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from literate.read.error import BookError
from literate.read.imports import imports, state_imports
from literate.read.include import included
from literate.read.markdown import read_page
from literate.read.model import CHAPTERS, PACKAGE, Book, Cell, Chapter, slug
from literate.read.numbers import OUTPUTS
from literate.read.page import Page
from literate.read.settings import languages
from literate.read.text import read_text

WRONG_ANSWERS = Path("tests/wrong_answers")
ON_RECORD = OUTPUTS, WRONG_ANSWERS
"""Where the tests have a file that is named after a chapter."""


def check_imports(book: Book) -> None:
    """Refuse chapters that build on what is not there, or comes later."""
    order = [chapter.slug for chapter in book.chapters]
    known: set[str] = set()
    left: dict[str, set[str]] = {}
    lost: dict[str, tuple[Cell, int, str, str]] = {}
    for place, chapter in enumerate(book.chapters):
        earlier = f"earlier chapters: {', '.join(order[:place]) or 'none'}"
        for cell, state, line in state_imports(chapter.cells):
            if not state:
                raise cell.error(
                    "a chapter cannot import the finished package, which later chapters make",
                    f"import from {PACKAGE}.after.<chapter>; {earlier}",
                    line,
                )
            if state in order[place:]:
                raise cell.error(
                    f"the state after '{state}' comes later than this chapter",
                    f"import an earlier one ({earlier}), or change the order in _toc.yml",
                    line,
                )
            if state not in order:
                why = f"there is no chapter '{state}' in _toc.yml"
                remedy = f"put '{state}' into _toc.yml, or begin with another chapter ({earlier})"
            elif state in lost:
                why, remedy = f"it begins where '{state}' ends", ""
            elif absent := sorted(_names(cell, state) - left[state]):
                why = f"the package as '{state}' leaves it has no `{absent[0]}`"
                why += _left_out(book, absent[0])
                remedy = f"have '{state}' or a chapter before it tangle `{absent[0]}` ({earlier})"
            else:
                continue
            lost.setdefault(chapter.slug, (cell, line, why, remedy))
        known |= set() if chapter.slug in lost else _defined(chapter)
        left[chapter.slug] = set(known)
    if lost:
        (cell, line, why, remedy), *others = lost.values()
        if others:
            why += ". These cannot be made either:"
            remedy += "; or take all these chapters out"
        for other, number, reason, _ in others:
            why += f"\n  {other.path}:{other.line + number - 1}: {reason}"
        raise cell.error(why, remedy, line)


def _names(cell: Cell, state: str) -> set[str]:
    """What a cell imports by name from the package as a chapter left it."""
    return {
        found.name
        for found in imports(cell.tree)
        if found.name and f"{found.module}.".startswith(f"{PACKAGE}.after.{state}.")
    }


def _defined(chapter: Chapter) -> set[str]:
    """What a chapter adds to the package: names, and the modules that they are in."""
    found = {"*"}
    for cell in chapter.cells:
        if cell.target:
            found.add(Path(cell.target).stem)
            names = symtable.symtable(cell.source, "cell", "exec").get_symbols()
            found |= {name.get_name() for name in names if name.is_assigned() or name.is_imported()}
    return found


def _left_out(book: Book, name: str) -> str:
    """Which page that is not in `_toc.yml` seems to define a name."""
    definition = re.compile(rf"^(class|def) {name}\b|^{name} = ", re.MULTILINE)
    for path in left_out(book):
        if definition.search((book.root / path).read_text("utf-8", errors="replace")):
            return f"; {path}, which is not in _toc.yml, defines it"
    return ""


def left_out(book: Book) -> Iterator[Path]:
    """The pages in the chapters' folder that `_toc.yml` does not name, without translations."""
    others = {CHAPTERS / Path(code) for code in languages(book.root)}
    for found in sorted((book.root / CHAPTERS).rglob("*.md")):
        path = found.relative_to(book.root)
        hidden = any(part.startswith((".", "_")) for part in path.parts)
        if path not in book.pages and not hidden and path.parent not in others:
            yield path


def dropped(book: Book) -> dict[Path, Page]:
    """The chapters whose line was taken out of `_toc.yml`, of which the rest may stay.

    What tells them from a page that was forgotten there: something is on record in the tests.
    """
    return {
        path: read_page(path, read_text(book.root, path))
        for path in left_out(book)
        if any((book.root / folder / f"{slug(path)}.yml").is_file() for folder in ON_RECORD)
    }


def check_pages(book: Book) -> None:
    """Refuse pages that nobody would see, and links to pages that are not there."""
    gone = dropped(book)
    parts = {part for page in (*book.pages.values(), *gone.values()) for part in included(page)}
    for path in left_out(book):
        if path not in parts and path not in gone:
            raise BookError(
                path,
                None,
                "the page is not in _toc.yml, so nobody would see or test it",
                f"add the line '- file: {path.with_suffix('')}' where it belongs; or include it, "
                f"if it is a part of a page; or remove {path}",
            )
    lost = [
        (page, line, target)
        for page in book.pages.values()
        for line, target in _links(page)
        if _page(page, target) not in book.pages
    ]
    if lost:
        (page, line, target), *others = lost
        more = "".join(f"\n  {p.path}:{number}: to '{other}'" for p, number, other in others)
        raise page.error(
            line,
            f"a link to the page '{target}', which is not in _toc.yml"
            + (f". The same is true of these:{more}" if more else ""),
            "take the link out, or let it lead to another page",
        )


def _page(page: Page, target: str) -> Path:
    """The page that a link on another page leads to."""
    name = posixpath.normpath(posixpath.join(page.path.parent.as_posix(), target))
    return Path(f"{name.lstrip('/')}.md")


def _links(page: Page) -> Iterator[tuple[int, str]]:
    """Line and target of every link to a page of the book, blocks inside blocks included."""
    for block in page.walk():
        line = block.line
        for span in block.spans:
            line += span.type in ("softbreak", "hardbreak")
            if span.type == "myst_role" and span.meta["name"] == "doc":
                yield line, re.sub(r".*<(.+)>\s*", r"\1", span.content, flags=re.DOTALL)
            elif span.type == "link_open":
                link = urlsplit(str(span.attrs["href"]))
                if link.path.endswith(".md") and not link.netloc:
                    yield line, link.path.removesuffix(".md")
