"""The engine: numbers that remember how they were made."""

from contextvars import ContextVar
from functools import lru_cache
from math import isfinite, nan
from numbers import Real

from .finite import _refuse_result, _short
from .graph import _propagate, topological_order
from .node import Node
from .rules import ADD, DIV, EXP, LOG, MUL, RELU, SIGMOID, SUB, TANH, _pow

_remember = ContextVar("remember", default=True)  # each thread has its own


def _node(rule, children, out, local_grads):
    """The Value that an operation makes; refused where its number is not finite."""
    if not isfinite(out):
        _refuse_result(rule.name, children)
    node = object.__new__(Value)
    node._data = out
    node._grad = 0.0
    node.label = ""
    if not _remember.get():
        rule, children, local_grads = None, (), ()
    node._rule = rule
    node._prev = children
    node._local_grads = local_grads
    return node


def _apply(rule, children):
    """The Value that a rule makes of Values."""
    numbers, out = [child._data for child in children], nan
    try:
        out = rule.result(*numbers)
        local_grads = rule.gradients(out, *numbers)
    except (ArithmeticError, ValueError):
        local_grads = (nan,) * len(numbers)
    return _node(rule, children, out, local_grads)


def _unary(rule):
    """`_apply` as a method, written out for one number because that is faster."""
    result, gradients = rule.result, rule.gradients

    def method(self):
        x, out, local_grads = self._data, nan, (nan,)
        try:
            out = result(x)
            local_grads = gradients(out, x)
        except (ArithmeticError, ValueError):
            pass
        return _node(rule, (self,), out, local_grads)

    return method


def _binary(rule):
    """The same for two; what is no Value becomes one."""
    result, gradients = rule.result, rule.gradients

    def method(self, other):
        other = other if isinstance(other, Value) else Value(other)
        a, b, out, local_grads = self._data, other._data, nan, (nan, nan)
        try:
            out = result(a, b)
            local_grads = gradients(out, a, b)
        except (ArithmeticError, ValueError):
            pass
        return _node(rule, (self, other), out, local_grads)

    return method


@lru_cache(typed=True)
def _power(exponent):
    return _unary(_pow(exponent))


class Value(Node):
    """A number that knows which values it was made from, and how."""

    __slots__ = ()
    __add__ = _binary(ADD)
    __radd__ = __add__
    __mul__ = _binary(MUL)
    __rmul__ = __mul__
    __sub__ = _binary(SUB)
    __truediv__ = _binary(DIV)
    exp = _unary(EXP)
    log = _unary(LOG)
    tanh = _unary(TANH)
    relu = _unary(RELU)
    sigmoid = _unary(SIGMOID)

    def __pow__(self, other):
        if not isinstance(other, Real):
            raise TypeError(f"the exponent is a plain number, not {_short(other)}")
        return _power(other)(self)

    pow = __pow__

    def __neg__(self):
        return self * -1

    def __rsub__(self, other):  # other - self
        return Value(other) - self

    def __rtruediv__(self, other):  # other / self
        return Value(other) / self

    def __rpow__(self, other):  # other ** self
        raise TypeError("the exponent is a plain number; for e**x there is exp")

    def backward(self):
        """Add the gradient of this value to `grad` of all leaves, which were not computed.

        Intermediate values are set to theirs. Where a gradient is not finite, that is a
        ValueError, and the leaves keep what they had. Expressions that share a value must
        not go backwards in two threads at once.
        """
        _propagate(topological_order(self))
