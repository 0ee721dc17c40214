"""The package micrograd, written in book/ and tangled from there."""

from .compiler import RULES, Compiled
from .engine import Value, dot, topological_order
from .graph import draw_dot, trace
from .losses import cross_entropy, hinge_loss, l2_penalty, log_sum_exp, mse_loss, softmax
from .nn import MLP, Layer, Module, Neuron
from .optim import SGD, Adam, Optimizer

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
    "hinge_loss",
    "l2_penalty",
    "log_sum_exp",
    "mse_loss",
    "softmax",
    "topological_order",
    "trace",
]
