"""Write files whole or not at all, and name what was written by its digest."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from literate.read.error import BookError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
FULL = (os.strerror(errno.ENOSPC), "database or disk is full")
"""How the system says that there is no room, and how SQLite does."""
BUILD = Path("_build")
WOVEN = BUILD / "weave"
SITE = BUILD / "html"
MADE_DECKS = WOVEN / "_build" / "slides"
"""Where the decks of slides are written, beside the pages, before they are put in place."""
UNDER_TEST = BUILD / "site-under-test"
"""A copy of the book, of which the tests build the site that they judge."""


def digest(parts: Iterable[str]) -> str:
    """A short name for a sequence of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def replace_files(root: Path, files: Mapping[Path, str]) -> list[Path]:
    """Write `files` (text by path below `root`) and return those whose content changed.

    All are written beside their places first and moved there only then, so that a full disk or a
    folder that cannot be written leaves everything as it was. An unchanged file is not touched.
    """
    changed = {
        path: text
        for path, text in files.items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    }
    waiting: dict[Path, str] = {}
    try:
        for path, text in changed.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
            waiting[path] = name
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(name, 0o644)
        for path in changed:
            os.replace(waiting.pop(path), root / path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        for name in waiting.values():
            os.unlink(name)
    return list(changed)


def unwritable(path: Path, error: OSError) -> BookError:
    """The refusal to go on where something cannot be written."""
    return BookError(
        path, None, f"cannot write: {error.strerror}",
        "make the folder writable, or work in a copy of it; nothing was changed",
    )  # fmt: skip


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Be the only command that writes into the build folder of `root`.

    Raises BookError at once where another one is at it. The lock goes with the process that holds
    it, however that ends.
    """
    lock = root / BUILD / ".lock"
    try:
        lock.parent.mkdir(exist_ok=True)
        held = open(lock, "w")  # noqa: SIM115
    except OSError as error:
        raise unwritable(BUILD, error) from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BookError(
                BUILD, None, "another command is at work on the book in this folder",
                "wait until it has ended, or stop it",
            ) from None  # fmt: skip
        yield


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that there is no room on the disk."""
    while error:
        text = " ".join(map(str, error.args))
        if any(told in text for told in FULL) or getattr(error, "errno", 0) in NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return False


def swap(new: Path, folder: Path) -> None:
    """Put the folder `new` into the place of `folder`."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
