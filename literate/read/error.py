"""The one error of the machinery: it names a place in the book, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


class BookError(Exception):
    """Something in the book that a person must fix: where, what, and how."""

    def __init__(self, place: str | Path, line: int | None, reason: str, remedy: str) -> None:
        where = f"{place}:{line}" if line else f"{place}"
        super().__init__(f"{where}: {reason}\n  To fix it: {remedy}")

    @classmethod
    def of(cls, errors: Sequence[BookError]) -> BookError:
        """All of these errors, at least one, as one that tells them in turn."""
        return cls.told("\n\n".join(map(str, errors)))

    @classmethod
    def told(cls, text: str) -> BookError:
        """An error that says just this, which it said in another process, say."""
        made = cls("", None, "", "")
        made.args = (text,)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return BookError.told, self.args
