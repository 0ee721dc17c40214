"""The package micrograd, written in book/ and tangled from there."""

from .engine import Value, dot, in_order
from .graph import draw_dot, trace
from .losses import cross_entropy, l2, log_sum_exp, max_margin, softmax, squared_error
from .nn import MLP, Layer, Module, Neuron
from .optim import SGD, Adam, Optimizer
from .tracing import RULES, Compiled

__all__ = [
    "MLP",
    "RULES",
    "SGD",
    "Adam",
    "Compiled",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Value",
    "cross_entropy",
    "dot",
    "draw_dot",
    "in_order",
    "l2",
    "log_sum_exp",
    "max_margin",
    "softmax",
    "squared_error",
    "trace",
]
