"""The package micrograd, written in book/ and tangled from there."""

from .engine import Value
from .graph import draw_dot, trace
from .nn import MLP, Layer, Module, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron", "Value", "draw_dot", "trace"]
