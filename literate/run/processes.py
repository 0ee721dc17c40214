"""How many chapters, or workers of the tests, may run at once on this machine."""

from __future__ import annotations

import os
import sys

import psutil

MEMORY = 1_500_000_000
"""Bytes that one of them may need: a kernel with PyTorch, a browser beside it."""


def at_once() -> int:
    """As many as there are processors and free memory for; at least one."""
    processors = os.cpu_count() or 1
    fitting = max(1, int(psutil.virtual_memory().available) // MEMORY)
    if fitting < processors:
        print(
            f"Memory is free for {fitting} at once, so {processors - fitting} of {processors} "
            "processors have nothing to do.",
            file=sys.stderr,
        )
    return min(processors, fitting)
