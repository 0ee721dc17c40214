"""The package micrograd, written in book/ and tangled from there."""

from .engine import Value, dot, in_order
from .graph import draw_dot, trace
from .nn import MLP, Layer, Module, Neuron
from .tracing import RULES, Compiled

__all__ = [
    "MLP",
    "RULES",
    "Compiled",
    "Layer",
    "Module",
    "Neuron",
    "Value",
    "dot",
    "draw_dot",
    "in_order",
    "trace",
]
