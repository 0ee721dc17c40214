"""What a chapter may not do while it runs, because its page would be another on another machine.

A cell reads what the book brings along, and writes nothing but temporary files; it starts no other
program than `dot`, and asks no other machine. What it shows has an end. This holds alike for the
cells in this process, in the kernels that make the pages, and wherever else they are examined.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import tempfile
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT = 100_000
"""How many characters a cell may show."""
PROGRAMS = {"dot"}
"""What draws the graphs. All other programs are on some machines only."""
OURS = ("book", "literate", "micrograd", "_build/tangled")
INSTALLED = (
    *(Path(path) for path in {*sysconfig.get_paths().values()}),
    *(Path(path) for path in zoneinfo.TZPATH), Path("/usr/share/fonts"), Path("/dev"),
)  # fmt: skip
"""What every machine has that builds the book: of the book itself, and packages."""
READS = {"open", "os.chdir", "os.listdir", "os.scandir"}
CHANGES = {
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
    "os.truncate", "os.utime",
}  # fmt: skip
STARTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"}
ASKS = {"socket.connect", "socket.getaddrinfo", "urllib.Request"}
MAKES = {"tempfile.mkdtemp", "tempfile.mkstemp"}
EVENTS = READS | CHANGES | STARTS | ASKS | MAKES
TRUSTED = {"importlib", "zipimport", "tempfile"}
"""What looks for modules wherever they may be, and what tidies up its own files."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(BaseException):
    """Raised inside a cell that does what no cell may; nothing that a cell catches."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}\n{remedy}")


def told(refusal: object) -> tuple[str, str]:
    """Reason and remedy of a refusal, which may come from a kernel as text."""
    reason, remedy = str(refusal).split("\n")
    return reason, remedy


_watched: dict[str, Any] | None = None
"""The namespace of the chapter that runs under watch."""
_readable: tuple[Path, ...] = ()
_temporary: set[Path] = set()
_hooked = False


@contextlib.contextmanager
def watching(namespace: dict[str, Any], root: Path = ROOT) -> Iterator[None]:
    """Watch what the code in `namespace` does, functions that were defined there included.

    It may read what is in the book at `root`, and what is installed.
    """
    begin(namespace, root)
    try:
        yield
    finally:
        end()


def begin(namespace: dict[str, Any], root: Path = ROOT) -> None:
    global _watched, _readable, _hooked
    tempfile.gettempdir()  # which, the first time, tries what it can write
    _temporary.clear()
    _watched = namespace
    _readable = (*(_real(root / name) for name in OURS), *map(_real, INSTALLED))
    if not _hooked:
        # There is no way to take it away again; where nothing is watched, it does nothing.
        sys.addaudithook(_hook)
        _hooked = True


def end() -> None:
    global _watched
    _watched = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is None or event not in EVENTS:
        return
    if event in MAKES:
        _temporary.add(_real(arguments[0]))
    elif not _by_a_cell():
        return
    elif event in STARTS:
        program = arguments[0]
        if Path(os.fsdecode(program)).name not in PROGRAMS:
            raise Refused(
                f"the cell starts another program: {os.fsdecode(program)}",
                f"do it in Python; only {', '.join(PROGRAMS)} may be started",
            )
    elif event in ASKS:
        raise Refused(
            "the cell asks another machine, which may be gone tomorrow",
            "take the data from an installed package, or put it into the cell",
        )
    elif not isinstance(arguments[0], int):
        writes = event in CHANGES or (event == "open" and bool(arguments[2] & WRITING))
        _check_path(_real(arguments[0] or "."), writes)


def _check_path(path: Path, writes: bool) -> None:
    if any(path.is_relative_to(made) for made in _temporary):
        return
    if writes and not path.is_relative_to("/dev"):
        raise Refused(
            f"the cell writes {path}, which would stay when it has run",
            "write into a temporary file or folder, which the module tempfile makes",
        )
    if not any(path.is_relative_to(folder) for folder in _readable):
        raise Refused(
            f"the cell reads {path}, which another machine does not have",
            "read only what is in book/ or in an installed package",
        )


def _real(path: Any) -> Path:
    return Path(os.path.realpath(os.fsdecode(path)))


def _by_a_cell() -> bool:
    """Whether code of the chapter is at work, and none of those that know what they do."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals is _watched:
            return True
        if str(frame.f_globals.get("__name__")).split(".")[0] in TRUSTED:
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return False


class Measured:
    """Counts what a cell writes to a stream, and refuses what is past any use on a page."""

    def __init__(self) -> None:
        self.written = 0

    def count(self, text: str) -> None:
        self.written += len(text)
        if self.written > LIMIT:
            raise Refused(*too_much())


def too_much() -> tuple[str, str]:
    return (
        f"the cell shows more than {LIMIT:,} characters",
        "show less: a part of it, or what it comes to",
    )
