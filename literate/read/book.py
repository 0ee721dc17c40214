"""Read the book: `_toc.yml`, and the pages and chapters in its order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from literate.read.chapter import chapter
from literate.read.exercises import check_names, exercises
from literate.read.markdown import read_page
from literate.read.model import Book, BookError, slug
from literate.read.order import check_imports, check_pages
from literate.read.rules import check_page
from literate.read.text import read_text


def read_book(root: Path) -> Book:
    """Read `_toc.yml` and all pages below `root`; raise BookError for what cannot be used."""
    pages = {path: read_page(path, read_text(root, path)) for path in _paths(root)}
    chapters = []
    seen: dict[str, Path] = {}
    for path, page in pages.items():
        check_page(page)
        if page.is_chapter:
            if (other := seen.setdefault(slug(path), path)) != path:
                raise BookError(
                    path,
                    None,
                    f"its state would have the same name as that of {other}",
                    "give one of the two files another name",
                )
            chapters.append(chapter(page))
    book = Book(root, tuple(chapters), pages)
    check_imports(book)
    check_pages(book)
    whole = tuple(dataclasses.replace(c, exercises=exercises(c)) for c in chapters)
    book = dataclasses.replace(book, chapters=whole)
    check_names(book)
    return book


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
        yield path
