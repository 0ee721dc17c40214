"""Close a process off, so that what runs in it costs nobody anything but its own time.

Three walls, and which of them stand depends on the system:

1. Limits that every Unix has: processor time, memory, the size of files.
2. Linux's namespaces, where the kernel lets us have them (as root, or as a user where user
   namespaces are allowed): no network at all, every folder read-only but one of the process's own,
   the book's text and the other students' work out of sight, no other process to be seen or
   killed.
3. Python's audit hook: it refuses the same, and looking into what runs the answer, by name. It is
   what tells the student, and where the second wall is missing, it is all that there is: code that
   knows Python's insides well can get past it.

What none of them keeps: an answer runs in one process with its check, because it must. A function
that was written to deceive its check, rather than to answer, may do so.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

NEW_NS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
PRIVATE, RECURSIVE, READ_ONLY = 1 << 18, 1 << 14, 1
MOUNT_SETATTR, AT_RECURSIVE = 442, 0x8000
SET_DEATH_SIGNAL, DROP_FROM_BOUNDS, NO_NEW_PRIVILEGES = 1, 24, 38
CAPABILITIES = 41
LARGEST_FILE = 16_000_000
NETWORK, FILES, PROCESSES = "network", "files", "processes"


def apart() -> set[str]:
    """Take this process and all that it will start off the network; return what the kernel grants.

    One that grants nothing leaves everything as it was.
    """
    if sys.platform != "linux":
        return set()
    user, group = os.geteuid(), os.getegid()
    try:
        _call("unshare", NEW_NS | NEW_NET | NEW_IPC | (NEW_USER if user else 0))
        if user:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        _mount("none", "/", "", PRIVATE | RECURSIVE)
    except OSError:
        return set()
    granted = {NETWORK}
    # Tried once, in a process that then ends: whether the rest will be granted, too.
    child = os.fork()
    if not child:
        with contextlib.suppress(OSError):
            own_world([], "/tmp")
            os._exit(0)
        os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        granted |= {FILES, PROCESSES}
    return granted


def own_world(hidden: Iterable[str], folder: str) -> None:
    """Give this process files of its own, and its children process numbers of their own.

    All is read-only but `folder`, which is empty, and what is `hidden` is empty, too. Raises
    OSError where the kernel refuses.
    """
    _call("unshare", NEW_NS | NEW_PID)
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY, 0, 0, 0)
    _call("syscall", MOUNT_SETATTR, -100, b"/", AT_RECURSIVE, attributes, 32)
    for path in hidden:
        if os.path.isdir(path):
            _mount("none", path, "tmpfs", READ_ONLY, "size=4k")
    _mount("none", folder, "tmpfs", 0, f"size={2 * LARGEST_FILE}")


def own_processes() -> None:
    """Show the first process of a new world the processes of this, and none else."""
    with contextlib.suppress(OSError):
        _mount("proc", "/proc", "proc", READ_ONLY)


def powerless() -> None:
    """Give up what would let this process open its walls again, and end with who started it."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(CAPABILITIES):
        libc.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0)
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capset(header, none)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    end_with_parent()


def end_with_parent() -> None:
    """Have the kernel end this process when the one ends that has started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, 9, 0, 0, 0)


def limited(seconds: int, memory: int) -> None:
    """Limit the processor time, and the memory beyond what the process has already, in bytes."""
    mapped = _mapped() + memory
    for what, soft, hard in (
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_AS, mapped, mapped),
        (resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))


def _mapped() -> int:
    """How much memory this process has mapped; where that is not told, what Python may map."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 4_000_000_000


def _call(name: str, *arguments: Any) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name} is refused")


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode() or None,
          ctypes.c_ulong(flags), data.encode() or None)  # fmt: skip


class Refused(PermissionError):
    """Raised in an answer that does what none may do."""


STARTS = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.",
          "os.kill", "os.startfile", "signal.pthread_kill")  # fmt: skip
ASKS = ("socket.", "urllib.", "ftplib.", "http.", "smtplib.", "imaplib.")
CHANGES = ("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
           "os.symlink", "os.truncate", "os.utime", "os.setxattr", "shutil.")  # fmt: skip
LOOKS_INSIDE = {
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.setprofile",
    "sys.settrace", "sys.addaudithook", "gc.get_objects", "gc.get_referrers", "gc.get_referents",
    "code.__new__", "builtins.breakpoint",
}  # fmt: skip
FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LIBRARIES = tuple(
    {os.path.realpath(path) + os.sep for path in sysconfig.get_paths().values()} | {"<frozen "}
)


def watched(hidden: Iterable[str], folder: str) -> None:
    """Have Python refuse, from here on, what an answer may not do; it cannot be taken back.

    Writing elsewhere than in `folder`, reading what is `hidden`, programs, other machines, memory
    that is not Python's, and, unless a library does it, a look at what runs the answer.
    """
    secret = tuple(os.path.realpath(path) + os.sep for path in hidden)
    own = os.path.realpath(folder) + os.sep

    looking = False

    def by_a_library(frame: FrameType) -> bool:
        return _is_of_a_library(frame.f_code.co_filename)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal looking
        if looking:
            return
        looking = True
        try:
            refuse(event, arguments, sys._getframe(1))
        finally:
            looking = False

    def refuse(event: str, arguments: tuple[Any, ...], frame: FrameType) -> None:
        if event == "open":
            _open(arguments, secret, own)
        elif event in LOOKS_INSIDE or (event == "object.__getattr__" and arguments[1] in FRAMES):
            if not by_a_library(frame):
                raise Refused("looks into what runs it")
        elif event.startswith(ASKS):
            raise Refused("asks another machine")
        elif event.startswith(STARTS):
            raise Refused("starts or ends a program")
        elif event.startswith("ctypes."):
            raise Refused("reads or writes memory past Python")
        elif event.startswith(CHANGES):
            _inside(arguments[0], own)
        elif (
            event == "compile"
            and _is_of_a_library(os.fsdecode(arguments[1] or ""))
            and not by_a_library(frame)
        ):
            raise Refused("passes itself off as a library")

    sys.addaudithook(hook)


def _open(arguments: tuple[Any, ...], secret: tuple[str, ...], own: str) -> None:
    path, _, flags = arguments
    if isinstance(path, int):
        return
    if flags & WRITING:
        _inside(path, own)
    elif os.path.realpath(os.fsdecode(path)).startswith(secret):
        raise Refused("reads the book, or what others have returned")


def _inside(path: Any, own: str) -> None:
    if isinstance(path, int) or os.fsdecode(path) == os.devnull:
        return
    if not (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(own):
        raise Refused("writes a file outside of the temporary folder")


def _is_of_a_library(path: str) -> bool:
    return path.startswith(LIBRARIES)


def put_back(before: dict[int, tuple[Any, dict[str, Any]]]) -> Iterator[str]:
    """Undo what was changed since `remembered` in modules and classes; tell what that was."""
    for target, entries in before.values():
        now = vars(target)
        for name, value in entries.items():
            if now.get(name) is not value:
                setattr(target, name, value)
                yield f"{target.__name__}.{name}"


def remembered(targets: Iterable[Any]) -> dict[int, tuple[Any, dict[str, Any]]]:
    """What modules and classes have that can be called, to be put back."""
    return {
        id(target): (target, {n: v for n, v in vars(target).items() if callable(v)})
        for target in targets
    }
