"""Optimisers: how parameters follow their gradients."""

import math
import random
from numbers import Integral

from .engine import Value
from .finite import _finite, _number, _series, _short


class Optimizer:
    """What all have in common: parameters, and a learning rate that may be changed.

    A TypeError for a parameter that is no leaf, a ValueError for one that is there twice
    and for a rate below 0.
    """

    def __init__(self, parameters, lr):
        self.parameters = _leaves(parameters)
        self.lr = lr

    @property
    def lr(self):
        return self._lr

    @lr.setter
    def lr(self, lr):
        self._lr = _within(lr, 0.0, math.inf, "lr")

    def zero_grad(self):
        """Set all gradients to zero, as a round of training does before its backward pass."""
        for p in self.parameters:
            p._grad = 0.0

    def _move(self, numbers):
        """Give all parameters their new numbers; or none, if one of these is not finite."""
        for p, number in zip(self.parameters, _finite(numbers, "a parameter is")):
            p._data = number


def _leaves(parameters):
    """The parameters as a list of leaves, in which each is there once."""
    parameters = _series(parameters, "the parameters")
    for p in parameters:
        if not isinstance(p, Value) or p._prev:
            raise TypeError(f"a parameter is a Value not computed, not {_short(p)}")
    if len(set(parameters)) < len(parameters):
        raise ValueError("among the parameters, one is there twice")
    return parameters


def _within(number, low, high, what):
    """`number`, which must be `low` at least and below `high`."""
    if not low <= _number(number, f"{what} is") < high:
        raise ValueError(f"{what} is {low} at least and below {high}, not {number}")
    return float(number)


class SGD(Optimizer):
    """Gradient descent; with `momentum`, a part of the last step is taken again."""

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = _within(momentum, 0.0, 1.0, "momentum")
        self.velocity = [0.0] * len(self.parameters)

    def step(self):
        """Move each parameter against its gradient, and by what it moved before."""
        pairs = zip(self.velocity, self.parameters)
        velocity = [self.momentum * v + p.grad for v, p in pairs]
        self._move([p.data - self.lr * v for v, p in zip(velocity, self.parameters)])
        self.velocity = velocity


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015): each parameter has a step of its own length.

    `betas` are what is kept, with each step, of the mean of the gradients and of the
    mean of their squares.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        if len(betas := _series(betas, "betas")) != 2:
            raise ValueError(f"there are two betas, not {_short(betas)}")
        self.betas = tuple(_within(b, 0.0, 1.0, "a beta") for b in betas)
        self.eps, self.steps = _within(eps, 5e-324, math.inf, "eps"), 0
        self.means = [0.0] * len(self.parameters)
        self.squares = [0.0] * len(self.parameters)

    def step(self):
        """Move each parameter against its mean gradient, in units of the gradients' size."""
        (keep, keep_squares), steps = self.betas, self.steps + 1
        lr, eps, new, new_squares = self.lr, self.eps, 1 - keep, 1 - keep_squares
        whole, whole_squares = 1 - keep**steps, 1 - keep_squares**steps
        means, squares, numbers = [], [], []
        for p, m, v in zip(self.parameters, self.means, self.squares):
            g = p._grad
            m += new * (g - m)
            v += new_squares * (g * g - v)
            means.append(m)
            squares.append(v)
            numbers.append(p._data - lr * (m / whole / (math.sqrt(v / whole_squares) + eps)))
        # Gradients that are too large to be squared are refused before anything moves.
        _number(max(squares, default=0.0) / whole_squares, "the mean of the squares is")
        self._move(numbers)
        self.means, self.squares, self.steps = means, squares, steps


def clip_grad_norm(parameters, max_norm):
    """Shorten the gradient of all parameters to `max_norm`; return how long it was."""
    parameters = _leaves(parameters)
    norm = _number(math.hypot(*(p.grad for p in parameters)), "a norm is")
    if norm > _within(max_norm, 0.0, math.inf, "max_norm"):
        for p in parameters:
            p.grad *= max_norm / norm
    return norm


def batches(examples, size):
    """Lists of `size` of the examples, in a random order; the last may be shorter."""
    examples = _series(examples, "the examples")
    if not isinstance(size, Integral) or size < 1:
        raise ValueError(f"the size is a whole number, 1 or more, not {_short(size)}")
    shuffled = random.sample(examples, len(examples))
    return [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
