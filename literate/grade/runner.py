"""The process in which a chapter is run as far as its exercises, and then each answer.

    python -m literate.grade.runner FD, fed through the socket FD with one JSON text a line:
    {"root": …, "hidden": […], …}         begins; is answered by what the kernel keeps
    "chapter", and a socket               serves a chapter through that, in a process forked for it

    {"run": …, "asked": …, "line": …}     runs a cell of the chapter
    {"answer": …, "check": …, "asked": …} judges an answer, in a process forked for it

The libraries are imported once for all chapters, and a chapter's own cells have run when an answer
begins, so an answer takes what its check takes. It never learns a solution, or another student's
answer: this process is never told the one, and forgets the other before the next comes.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import importlib
import json
import os
import random
import secrets
import select
import shutil
import signal
import socket
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from literate.grade import sealed
from literate.read.error import BookError
from literate.read.model import Cell

LIBRARIES = "literate.run.here", "matplotlib.pyplot"
"""What nearly every chapter imports, and no namespace keeps."""
HERE = "the answer"
OUT_OF_TIME = 100
LONGEST = 100_000
"""Bytes that a verdict may have."""


def main() -> None:
    """Import what chapters need, and fork for each chapter that is to be served.

    Who asks for that is at the other end of the standard input, which is a socket.
    """
    asking = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    with asking.makefile("r", encoding="utf-8") as lines:
        job = json.loads(lines.readline())
    kept = sealed.apart()
    # Only now: a process that has threads, as NumPy's may have, cannot go apart.
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    asking.sendall(json.dumps(sorted(kept)).encode() + b"\n")
    while given := socket.recv_fds(asking, 16, 1)[1]:
        if not os.fork():
            sealed.end_with_parent()
            asking.close()
            _serve(socket.socket(fileno=given[0]), job, kept)
            os._exit(0)
        os.close(given[0])
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _serve(asking: socket.socket, job: dict[str, Any], kept: set[str]) -> None:
    """Serve one chapter, until nobody asks any more."""
    from literate.run.here import fresh_process, run

    def reply(what: Any) -> None:
        asking.sendall(json.dumps(what).encode() + b"\n")

    lines = asking.makefile("r", encoding="utf-8")
    with fresh_process(Path(job["root"]), watched=False) as namespace:
        while line := lines.readline():
            request = json.loads(line)
            del line
            if "run" in request:
                try:
                    before = {*namespace}
                    run(_cell(request), namespace)
                    # A starter gives data, and what is asked for: that is for the answer to define.
                    for name in {*request["asked"]} - before:
                        namespace.pop(name, None)
                    reply("")
                except BookError as error:
                    reply(str(error))
            else:
                reply(_judge(request, namespace, job, kept))


def _cell(request: dict[str, Any]) -> Cell:
    source, path = request["run"], Path(request["path"])
    return Cell(path, 0, 0, request["line"], "", source, request["options"], ast.parse(source))


def _judge(
    request: dict[str, Any], namespace: dict[str, Any], job: dict[str, Any], kept: set[str]
) -> dict[str, str]:
    """What becomes of an answer, in a process of its own."""
    folder = tempfile.mkdtemp()
    reading, writing = os.pipe()
    token = secrets.token_hex(16)
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            os.setsid()
            _alone(job, folder, kept)
            os.dup2(writing, 3)
            os.closerange(4, 10_000)
            _try(request, namespace, job, folder, token)
        os._exit(0)
    os.close(writing)
    ended = time.monotonic() + job["patience"]
    said = b""
    in_time = True
    while len(said) <= LONGEST:
        ready, _, _ = select.select([reading], [], [], max(0, ended - time.monotonic()))
        if not ready:
            in_time = False
            break
        if not (more := os.read(reading, 65_536)):
            break
        said += more
    os.close(reading)
    if in_time:
        _let_end(child)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    if not in_time or os.waitstatus_to_exitcode(status) in (OUT_OF_TIME, -signal.SIGXCPU):
        return {"kind": "endless"}
    first, _, verdict = said.partition(b"\n")
    if first != token.encode():
        return {"kind": "ended"}
    return dict(json.loads(verdict))


def _let_end(child: int, seconds: float = 2.0) -> None:
    """Wait until a process that has nothing more to say has also said how it ended."""
    ended = time.monotonic() + seconds
    how = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while not os.waitid(os.P_PID, child, how) and time.monotonic() < ended:
        time.sleep(0.005)


def _alone(job: dict[str, Any], folder: str, kept: set[str]) -> None:
    """Go on in a world of one's own; the process that started this only waits for its end."""
    if sealed.FILES not in kept:
        sealed.powerless()
        return
    sealed.own_world(job["hidden"], folder)
    child = os.fork()
    if child:
        # Nothing here may hold the pipe open.
        os.closerange(3, 10_000)
        _, _, used = os.wait4(child, 0)
        # The first process of a world does not hear SIGXCPU, and is killed a second later.
        os._exit(OUT_OF_TIME if used.ru_utime + used.ru_stime >= job["seconds"] else 0)
    sealed.own_processes()
    sealed.powerless()


def _try(
    request: dict[str, Any],
    namespace: dict[str, Any],
    job: dict[str, Any],
    folder: str,
    token: str,
) -> None:
    """Run answer and check, and write the verdict."""
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    os.chdir(folder)
    random.seed(0)
    gc.freeze()
    warnings.simplefilter("ignore")
    sealed.watched(job["hidden"], folder)
    sealed.limited(job["seconds"], job["memory"])
    verdict = _verdict(request, namespace)
    os.write(3, f"{token}\n{json.dumps(verdict)}".encode())


def _verdict(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, str]:
    targets = [builtins, *(v for v in namespace.values() if isinstance(v, ModuleType | type))]
    before = sealed.remembered(targets)
    own = dict(namespace)
    try:
        exec(compile(request["answer"], HERE, "exec"), own)
    except BaseException as error:
        return _failure(error, request["answer"], "answer")
    list(sealed.put_back(before))
    if missing := [name for name in request["asked"] if name not in own]:
        return {"kind": "missing", "name": missing[0]}
    # Only what is asked for: another `isclose` than the book's would be no check.
    checked = namespace | {name: own[name] for name in request["asked"]}
    try:
        exec(compile(request["check"], "the check", "exec"), checked)
    except BaseException as error:
        return _failure(error, request["answer"], "check")
    if changed := list(sealed.put_back(before)):
        return {"kind": "changes", "name": changed[0]}
    return {"kind": "right"}


def _failure(error: BaseException, answer: str, during: str) -> dict[str, str]:
    """How an answer failed: the message of the check, or what was raised, and in which line."""
    name, message = type(error).__name__, str(error)[:1000]
    if isinstance(error, AssertionError) and during == "check":
        return {"kind": "wrong", "message": message}
    if isinstance(error, NotImplementedError):
        return {"kind": "unanswered"}
    if isinstance(error, MemoryError):
        return {"kind": "memory"}
    if isinstance(error, sealed.Refused):
        return {"kind": "refused", "message": message}
    if isinstance(error, SyntaxError):
        return {"kind": "syntax", "message": error.msg, "line": (error.text or "").strip()}
    lines = answer.split("\n")
    numbers = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == HERE and frame.lineno
    ]  # fmt: skip
    line = lines[numbers[-1] - 1].strip() if numbers else ""
    return {"kind": "raises", "message": f"{name}: {message}", "line": line}


if __name__ == "__main__":
    main()
