"""A translated book beside its original, made of what is translated so far.

    book/value.md         the original
    book/de/value.md      its translation: the same blocks and code, in other words
    book/de/words.yml     the words of the interface, as far as they are translated
    book/de/_config.yml   what the settings say otherwise: the title, perhaps
    book/de/_toc.yml      the order, if the names of its parts are translated
    book/de/originals.yml what was translated: of each page, the blocks by their digests

The original goes on, and its translation is right in all that has not changed since. So a page is
made of both: of a block that is as it was, the translation; of one that has changed, the old
translation with a mark; of one that is new, the original with a mark. Cells are always those of
today, or else the later chapters would not run.
"""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from literate.files import digest
from literate.prove import outputs
from literate.read.chapter import read_chapter
from literate.read.error import BookError
from literate.read.links import anchor
from literate.read.markdown import read_page
from literate.read.model import CHAPTERS, Book, Chapter
from literate.read.page import CHANGED, NOT_TRANSLATED, Block, Page
from literate.read.settings import WORDS, settings
from literate.read.text import read_text

RECORD = "originals.yml"
SETTINGS, ORDER = "_config.yml", "_toc.yml"
TIGHT = {"comment", "mark", "myst_target"}
"""The kinds of blocks that belong to the one below."""


def folder(language: str) -> Path:
    """Where a translation lies."""
    return Path(CHAPTERS, language)


def translated(root: Path, path: Path) -> None:
    """Record that a page, such as book/de/value.md, says what its original says now.

    Raises BookError where it has other blocks.
    """
    original = _read(root, Path(CHAPTERS, path.name))
    translation = _read(root, path)
    _check_alike(original, translation)
    place = root / path.with_name(RECORD)
    known = yaml.safe_load(place.read_text("utf-8")) if place.is_file() else {}
    known[path.stem] = [digest([piece]) for piece in _pieces(original)]
    text = yaml.safe_dump({name: known[name] for name in sorted(known)})
    place.write_text(f"# Written by 'python -m literate translated'.\n{text}", "utf-8")


def files(book: Book, language: str) -> dict[Path, str]:
    """What the book in this language has in the place of the original's: text by path.

    Raises BookError for a translation that does not fit what it was recorded for.
    """
    root, own = book.root, folder(language)
    known = _yaml(root / own / RECORD)
    made: dict[Path, str] = {}
    for path, page in book.pages.items():
        if not (root / own / path.name).is_file():
            made[path] = _untranslated(page)
        elif path.stem in known:
            made[path] = _merged(page, known[path.stem], _read(root, own / path.name))
        else:
            raise BookError(
                own / path.name, None, "it is not recorded what this is a translation of",
                f"give the command: python -m literate translated {own / path.name}",
            )  # fmt: skip
    for one in book.chapters:
        there = read_chapter(one.path, made[one.path])
        if expected := _expected(root, one, there):
            made[outputs.file(one.slug)] = expected
    made[WORDS] = _dump(_yaml(root / WORDS) | _yaml(root / own / WORDS.name))
    made[Path(SETTINGS)] = _dump(_settings(root, language))
    if (root / own / ORDER).is_file():
        made[Path(ORDER)] = read_text(root, own / ORDER)
    return made


def _merged(original: Page, known: Sequence[str], translation: Page) -> str:
    """A page made of an original and of the translation of what it was, which is `known`."""
    if len(translation.blocks) != len(known):
        raise translation.error(
            1, f"it has {len(translation.blocks)} blocks, and its original had {len(known)}",
            "have it say what the original says now, and then give the command: python -m "
            f"literate translated {translation.path}",
        )  # fmt: skip
    out: list[str] = []
    above: list[str] = []
    for block, text, mark in _said(original, known, translation):
        above = [*mark, *above, text]
        if block.kind not in TIGHT:
            out.append("\n".join(above))
            above = []
    return "\n\n".join([*out, *above]) + "\n"


def _said(
    original: Page, known: Sequence[str], translation: Page
) -> Iterator[tuple[Block, str, list[str]]]:
    """The blocks of the original, what the translation says for each, and the marks above it."""
    today, ours = _pieces(original), _pieces(translation)
    section = ""
    now = [digest([piece]) for piece in today]
    matcher = difflib.SequenceMatcher(None, known, now, autojunk=False)
    for tag, first, end, begin, stop in matcher.get_opcodes():
        for place in range(begin, stop):
            block, before = original.blocks[place], first + place - begin
            if block.kind == "heading":
                section = anchor(block.words)
            if tag == "equal":
                yield block, ours[before], []
            elif block.kind in {"cell", "front_matter", *TIGHT}:
                yield block, today[place], []
            else:
                alike = before < end and translation.blocks[before].kind == block.kind
                yield block, ours[before] if alike else today[place], [CHANGED.format(section)]


def _untranslated(page: Page) -> str:
    """A page as it is, with a mark under its title."""
    title = next((block for block in page.blocks if block.kind == "heading"), None)
    if not title:
        return page.text
    lines = page.text.split("\n")
    end = title.lines.stop - page.first
    return "\n".join([*lines[:end], "", NOT_TRANSLATED, "", *lines[end:]])


def _pieces(page: Page) -> list[str]:
    """The blocks of a page as they are written, each with what belongs to it up to the next."""
    lines = page.text.split("\n")
    starts = [block.line - page.first for block in page.blocks]
    ends = [*starts[1:], len(lines)]
    return ["\n".join(lines[a:b]).rstrip() for a, b in zip(starts, ends, strict=True)]


def _check_alike(original: Page, translation: Page) -> None:
    """Refuse a translation that has other blocks than its original, or in another order."""
    for ours, theirs in zip(original.blocks, translation.blocks):
        if (ours.kind, ours.name) != (theirs.kind, theirs.name):
            raise translation.error(
                theirs.line, f"this is a {theirs.name or theirs.kind}, and the original has a "
                f"{ours.name or ours.kind} in its place, at {original.path}:{ours.line}",
                "give the translation the same paragraphs, cells and figures, one for each",
            )  # fmt: skip
    ours_left, theirs_left = len(original.blocks), len(translation.blocks)
    if ours_left != theirs_left:
        raise translation.error(
            translation.blocks[-1].line, f"it has {theirs_left} blocks, and {original.path} has "
            f"{ours_left}", "give the translation what it lacks, or take out what it has too many",
        )  # fmt: skip


def _expected(root: Path, original: Chapter, translation: Chapter) -> str:
    """The expected outputs of a chapter, under the headings and last lines of its translation."""
    shown = outputs.load(root, original.slug)
    here, there = outputs.keys(original), outputs.keys(translation)
    pairs = zip(original.cells, translation.cells, strict=True)
    return outputs.dump(
        {there[b.fence]: shown[here[a.fence]] for a, b in pairs if here[a.fence] in shown}
    )


def _settings(root: Path, language: str) -> dict[str, Any]:
    """The settings of the original, but for what the translation says."""
    made = _over(settings(root), _yaml(root / folder(language) / SETTINGS))
    made = _over(made, {"sphinx": {"config": {"language": language}}})
    if address := made.get("html", {}).get("baseurl"):
        made["html"]["baseurl"] = posixpath.join(address, language, "")
    return made


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {name: _over(below[name], value) if isinstance(below.get(name), dict)
            and isinstance(value, dict) else value for name, value in above.items()}  # fmt: skip
    return {**below, **both}


def _read(root: Path, path: Path) -> Page:
    try:
        return read_page(path, read_text(root, path))
    except FileNotFoundError:
        raise BookError(
            path, None, "there is no such page",
            "name a translation, book/<language>/<page>.md, of a page that the book has",
        ) from None  # fmt: skip


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")) or {}) if path.is_file() else {}


def _dump(what: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(what), allow_unicode=True, sort_keys=False, width=1000)
