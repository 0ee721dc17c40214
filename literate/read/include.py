"""Parts of pages that stand in a file of their own, because a command writes them.

A page takes one in with the directive `include`, whose path begins in the folder of the page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it.token import Token

from literate.read.exercises import Block, read_block
from literate.read.markdown import LISTINGS, tokens
from literate.read.model import CELL, BookError


def included(page: Path, stream: list[Token]) -> Iterator[Path]:
    """The files that a page takes in, blocks inside blocks included."""
    for token in stream:
        directive = re.match(r"\{([\w:-]+)\}", token.info)
        if directive and directive[1] == "include":
            yield _path(page, read_block(token))
        elif directive and directive[0] != CELL and directive[1] not in LISTINGS:
            yield from included(page, tokens(token.content))


def text(root: Path, page: Path, block: Block) -> str:
    """What the directive takes into the page; BookError where the page would show otherwise."""
    path = _path(page, block)
    if block.options:
        raise BookError(
            page, None, f"{path} is included with options, which notebooks do not know",
            "include the whole file, without options",
        )  # fmt: skip
    try:
        found = (root / path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BookError(
            page, None, f"the file {path}, which it includes, cannot be read: {error}",
            "correct its path, which begins in the folder of the page",
        ) from None  # fmt: skip
    if CELL in found:
        raise BookError(
            path, None, "a cell in a file that is included is not executed",
            f"move it into {page}",
        )  # fmt: skip
    return found


def _path(page: Path, block: Block) -> Path:
    return Path(posixpath.normpath(posixpath.join(page.parent.as_posix(), block.title)))
