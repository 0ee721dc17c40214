"""Parts of pages that stand in a file of their own, because a command writes them.

A page takes one in with the directive `include`, whose path begins in the folder of the page.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from literate.read.error import BookError
from literate.read.markdown import read_page
from literate.read.page import CELL, Block, Page
from literate.read.text import read_text


def included(page: Page) -> Iterator[Path]:
    """The files that a page takes in, blocks inside blocks included."""
    return (_path(page, block) for block in page.walk() if block.name == "include")


def read_part(root: Path, page: Page, block: Block) -> Page:
    """What the directive takes into the page; BookError where the page would show otherwise."""
    path = _path(page, block)
    if block.options:
        raise page.error(
            block.line,
            f"{path} is included with options, which notebooks do not know",
            "include the whole file, without options",
        )
    try:
        text = read_text(root, path)
    except OSError as error:
        raise page.error(
            block.line,
            f"the file {path}, which it includes, cannot be read: {error.strerror}",
            "correct its path, which begins in the folder of the page",
        ) from None
    if CELL in text:
        raise BookError(
            path,
            None,
            "a cell in a file that is included is not executed",
            f"move it into {page.path}",
        )
    return read_page(page.path, text)


def _path(page: Page, block: Block) -> Path:
    return Path(posixpath.normpath(posixpath.join(page.path.parent.as_posix(), block.title)))
