"""Read the book: `_toc.yml`, and the pages and chapters in its order."""

from __future__ import annotations

import dataclasses
import keyword
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from literate.read.chapter import chapter
from literate.read.error import BookError
from literate.read.exercises import check_names, exercises
from literate.read.links import check_links
from literate.read.markdown import read_page
from literate.read.model import Book, slug
from literate.read.not_run import check_cells
from literate.read.numbers import roles
from literate.read.order import check_imports, check_pages
from literate.read.prose import check_prose
from literate.read.rules import check_page
from literate.read.text import read_text

NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
"""The name of a page's file, which is a part of its address and of the package's imports."""


def _better(name: str) -> str:
    better = re.sub(r"\W+", "-", name, flags=re.ASCII).strip("-") or "page"
    return f"about-{better}" if keyword.iskeyword(better) or not better[0].isalpha() else better


def read_book(root: Path) -> Book:
    """Read `_toc.yml` and all pages below `root`; raise BookError for what cannot be used."""
    _check_place(root)
    pages = {path: read_page(path, read_text(root, path)) for path in _paths(root)}
    chapters = []
    seen: dict[str, Path] = {}
    for path, page in pages.items():
        check_page(page)
        check_cells(page)
        check_prose(page)
        if page.is_chapter:
            if (other := seen.setdefault(slug(path), path)) != path:
                raise BookError(
                    path,
                    None,
                    f"its state would have the same name as that of {other}",
                    "give one of the two files another name",
                )
            chapters.append(chapter(page))
        elif found := next(roles(page), None):
            line, text = found
            raise page.error(
                line,
                f"no cell of this page makes the number '{text}'",
                "write it on the page of a chapter, or type it",
            )
    book = Book(root, tuple(chapters), pages)
    check_imports(book)
    check_pages(book)
    check_links(book)
    whole = tuple(dataclasses.replace(c, exercises=exercises(c)) for c in chapters)
    book = dataclasses.replace(book, chapters=whole)
    check_names(book)
    return book


def _check_place(root: Path) -> None:
    """Refuse a folder below which programs that the book needs do not find their files."""
    if odd := next((sign for sign in "%:" if sign in str(root.absolute())), ""):
        raise BookError(
            root.absolute(),
            None,
            f"the path of the book has a '{odd}', which other programs read as something else",
            "move or rename the folder",
        )


def _paths(root: Path) -> Iterator[Path]:
    """The pages that `_toc.yml` names, in its order; none missing."""
    try:
        toc = parse_toc_yaml(root / "_toc.yml")
    except FileNotFoundError:
        raise BookError("_toc.yml", None, "there is no such file", "write one") from None
    except (MalformedError, yaml.YAMLError) as error:
        raise BookError("_toc.yml", None, str(error), "correct it") from None

    def below(document: Any) -> Iterator[str]:
        yield document.docname
        for child in document.child_files():
            yield from below(toc[child])

    for name in below(toc.root):
        path = Path(name if name.endswith(".md") else f"{name}.md")
        if not (root / path).is_file():
            raise BookError(
                "_toc.yml",
                None,
                f"it names {path}, and there is no such file",
                "write that page, or take its line out",
            )
        if not NAME.fullmatch(path.stem) or keyword.iskeyword(slug(path)):
            raise BookError(
                path,
                None,
                f"'{path.stem}' cannot be the name of a page",
                f"rename it to {_better(path.stem)}.md: letters, digits, - and _, first a letter",
            )
        yield path
