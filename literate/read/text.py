"""The text of a file, and its lines: decoded and counted in one way by all who name a line."""

from __future__ import annotations

from pathlib import Path

from literate.read.error import BookError


def read_text(root: Path, path: Path) -> str:
    """The text of the file at `path` below `root`, its lines ended by "\\n" alone.

    A byte order mark is no part of it. Raises BookError for a file that is not UTF-8.
    """
    raw = (root / path).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BookError(
            path, raw.count(b"\n", 0, error.start) + 1, "the file is not UTF-8",
            "save it with the encoding UTF-8",
        ) from None  # fmt: skip
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines(text: str) -> list[str]:
    """The lines of a text, as Markdown, Python and editors count them.

    Only "\\n" ends one. `str.splitlines` would also end a line at U+2028, U+0085 or a form feed.
    """
    return text.removesuffix("\n").split("\n") if text else []
