"""The package micrograd, written in book/ and tangled from there."""

from .attention import attend, attention_weights
from .compiler import Compiled, Name
from .engine import Value
from .functional import apply, dot, grad, linear, no_grad, rms_norm
from .gpt import GPT, Block
from .graph import draw_dot, topological_order, trace
from .losses import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    l2_penalty,
    log_sum_exp,
    mse_loss,
    softmax,
)
from .nn import MLP, Layer, Module, Neuron, matrix
from .node import Node
from .optim import SGD, Adam, Optimizer, batches, clip_grad_norm
from .programs import Programs
from .rules import Rule, exp, log, pow, sigmoid, tanh
from .sampling import probabilities, sample
from .text import decode, encode, generate, load_names, split

__all__ = [
    "GPT", "MLP", "SGD", "Adam", "Block", "Compiled", "Layer", "Module", "Name", "Neuron", "Node",
    "Optimizer", "Programs", "Rule", "Value", "apply", "attend", "attention_weights", "batches",
    "binary_cross_entropy_with_logits", "clip_grad_norm", "cross_entropy", "decode", "dot",
    "draw_dot", "encode", "exp", "generate", "grad", "hinge_loss", "l2_penalty", "linear",
    "load_names", "log", "log_sum_exp", "matrix", "mse_loss", "no_grad", "pow", "probabilities",
    "rms_norm", "sample", "sigmoid", "softmax", "split", "tanh", "topological_order", "trace",
]  # fmt: skip
