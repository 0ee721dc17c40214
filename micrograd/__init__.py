"""The package micrograd, written in book/ and tangled from there."""

from .engine import Value
from .graph import draw_dot, trace

__all__ = ["Value", "draw_dot", "trace"]
