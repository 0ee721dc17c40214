"""Call a function in a copy of this process, of which nothing stays but what it returns."""

from __future__ import annotations

import os
import pickle
import select
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from literate.read.error import BookError

PATIENCE = 600
"""Seconds after which a copy that has not answered is taken to hang."""
Result = TypeVar("Result")


def aside(call: Callable[[], Result]) -> Result:
    """What `call` returns, or raises, in a copy of this process.

    That has to be something that pickle knows. A copy that dies or hangs raises RuntimeError.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python warns of threads, which the copy does not have. It needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy = os.fork()
    if not copy:
        _answer(call, writer)
    os.close(writer)
    with open(reader, "rb") as answer:
        try:
            said = answer.read() if select.select([answer], [], [], PATIENCE)[0] else b""
        finally:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)
    if not said:
        raise RuntimeError("the copy of the process died or hung, and has not answered")
    result, error = pickle.loads(said)
    if error:
        raise error
    return result  # type: ignore[no-any-return]


def _answer(call: Callable[[], Any], writer: int) -> None:
    """In the copy: write what `call` returns or raises, and end."""
    said: tuple[Any, Exception | None]
    try:
        try:
            said = call(), None
        except BookError as error:
            said = None, error
        except Exception:
            said = None, RuntimeError(traceback.format_exc())
        with open(writer, "wb") as answer:
            answer.write(pickle.dumps(said))
    finally:
        # At once: what is to be done when the process ends is not for its copy to do.
        os._exit(0)


def as_data(value: object) -> bytes | None:
    """A value in a form that can be handed to another process; None if it has none."""
    try:
        return pickle.dumps(value)
    except Exception:
        return None
