"""A wrong number never comes out silently: what is no finite number is refused."""

import math
from numbers import Real
from textwrap import shorten


def _told(op, children):
    """An operation and its numbers, for a message: "* of 1e+200, 1e+200"."""
    numbers = ", ".join(str(child.data) for child in children)
    return f"{op} of {shorten(numbers, 60, placeholder=' …')}"


def _number(data, op="", children=()):
    """`data` as a finite float; a TypeError or a ValueError where it cannot be one."""
    if type(data) is float and math.isfinite(data):
        return data
    if isinstance(data, Real):
        try:
            data = float(data)
        except OverflowError:
            data = math.inf
        if math.isfinite(data):
            return data
    if op:
        raise ValueError(f"{_told(op, children)} has no finite result, and a Value holds one")
    kind = ValueError if isinstance(data, Real) else TypeError
    raise kind(f"a Value holds one finite real number, not {data!r}")


def _computed(function, *numbers):
    """What `function` says of the numbers; where it cannot, "not a number"."""
    try:
        return function(*numbers)
    except (ArithmeticError, ValueError):
        return math.nan


def _refuse_grads(order):
    """A ValueError if a slope is not finite, as that of a root at 0."""
    if all(math.isfinite(node.grad) for node in order):
        return
    for node in reversed(order):
        if not all(math.isfinite(child.grad) for child in node._prev):
            raise ValueError(f"{_told(node._op, node._prev)} has no finite slope")
