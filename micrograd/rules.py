"""The operations: each is written once, for whatever can be added and multiplied."""

import math
from functools import lru_cache
from typing import NamedTuple

from .finite import _number, _short


class Rule(NamedTuple):
    """An operation: its name, its result, and its local gradients.

    `result(*xs)` computes it. `gradients(out, *xs)`, which is given the result as well,
    has one local gradient for each of the `xs`. What these are is left open: floats in
    the engine, Values in `grad`, names in a program that `Compiled` writes.
    """

    name: str
    result: object
    gradients: object


FUNCTIONS = {}


def _function(compute):
    """`compute` for numbers; for what has a method of the same name, that method."""
    name = compute.__name__

    def function(x, *more):
        if type(x) is not float and hasattr(x, name):
            return getattr(x, name)(*more)
        try:
            return compute(x, *more)
        except TypeError:
            raise TypeError(f"{name} takes real numbers, not {_short((x, *more))}") from None
        except (ArithmeticError, ValueError):
            raise ValueError(f"{name} of {_short(x)} has no finite result") from None

    FUNCTIONS[name] = compute
    return function


exp = _function(math.exp)
log = _function(math.log)
tanh = _function(math.tanh)
pow = _function(math.pow)


ADD = Rule("+", lambda a, b: a + b, lambda out, a, b: (1.0, 1.0))
SUB = Rule("-", lambda a, b: a - b, lambda out, a, b: (1.0, -1.0))
MUL = Rule("*", lambda a, b: a * b, lambda out, a, b: (b, a))
DIV = Rule("/", lambda a, b: a / b, lambda out, a, b: (1.0 / b, -out / b))
RELU = Rule("ReLU", lambda x: x * (x > 0.0) + 0.0, lambda out, x: (x > 0.0,))
EXP = Rule("exp", exp, lambda out, x: (out,))
LOG = Rule("log", log, lambda out, x: (1.0 / x,))
TANH = Rule("tanh", tanh, lambda out, x: (1.0 - out * out,))


@lru_cache(typed=True)
def _pow(exponent):
    """The rule for the power with this exponent, a plain number."""
    k = _number(exponent, "an exponent is")

    def gradients(out, x):
        return (k * pow(x, k - 1.0) if k else 0.0,)

    return Rule(f"**{exponent}", lambda x: pow(x, k), gradients)


def _dot(*v):
    """The first half times the second, one by one, added to the last."""
    half, total = len(v) // 2, v[-1]
    for w, x in zip(v, v[half:-1]):
        total = total + w * x
    return total


def _dot_gradients(out, *v):
    half = len(v) // 2
    return v[half:-1] + v[:half] + (1.0,)


DOT = Rule("dot", _dot, _dot_gradients)


@_function
def _log_sum_exp(*zs):
    """The logarithm of the sum of e**z; the largest is taken out of the powers."""
    largest = max(zs)
    powers = sum([math.exp(z - largest) for z in zs])
    return largest + math.log(powers + 0.0 * min(zs))  # an infinity does not get lost


LOG_SUM_EXP = Rule("log_sum_exp", _log_sum_exp, lambda out, *zs: [exp(z - out) for z in zs])


@_function
def sigmoid(x):
    """1 / (1 + e**-x); no power in it is too large."""
    power = math.exp(-abs(x))
    return (1.0 if x > 0.0 else power) / (1.0 + power)


SIGMOID = Rule("sigmoid", sigmoid, lambda out, x: (out * (1.0 - out),))
