"""Read the book: `_toc.yml`, and the chapters in its order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from myst_nb.core.read import (
    is_myst_markdown_notebook,
)
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from literate.read.chapter import read_chapter
from literate.read.exercises import check_names
from literate.read.model import CELL, Book, BookError, slug
from literate.read.order import check_imports, check_pages
from literate.read.rules import _refuse_cells_in_plain_page


def read_book(root: Path) -> Book:
    """Read `_toc.yml` and all chapters below `root`; raise BookError for what cannot be used."""
    pages = tuple(_pages(root))
    chapters = []
    seen: dict[str, Path] = {}
    for path in pages:
        text = _text(root, path)
        if is_myst_markdown_notebook(text):
            other = seen.setdefault(slug(path), path)
            if other != path:
                raise BookError(
                    path, None, f"its state would have the same name as that of {other}",
                    "give one of the two files another name",
                )  # fmt: skip
            chapters.append(read_chapter(path, text))
        elif CELL in text:
            _refuse_cells_in_plain_page(path, text)
    book = Book(root, tuple(chapters), pages)
    check_imports(book)
    check_pages(book)
    check_names(book)
    return book


def _pages(root: Path) -> Iterator[Path]:
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
                "_toc.yml", None, f"it names {path}, and there is no such file",
                "write that page, or take its line out",
            )  # fmt: skip
        yield path


def _text(root: Path, path: Path) -> str:
    raw = (root / path).read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BookError(
            path, raw.count(b"\n", 0, error.start) + 1, "the file is not UTF-8",
            "save it with the encoding UTF-8",
        ) from None  # fmt: skip
