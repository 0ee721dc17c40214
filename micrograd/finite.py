"""A wrong number never comes out silently: what is no finite number is refused."""

import math
from numbers import Real
from textwrap import shorten


def _number(data, holds="a Value holds"):
    """`data` as a finite float; a TypeError or a ValueError where it cannot be one."""
    if type(data) is float and math.isfinite(data):
        return data
    if not isinstance(data, Real):
        raise TypeError(f"{holds} one finite real number, not {_short(data)}")
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    if math.isfinite(number):
        return number
    raise ValueError(f"{holds} one finite real number, not {_short(data)}")


def _short(data):
    """`data` as a message can show it."""
    try:
        return shorten(repr(data), 60, placeholder=" …")
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "one with thousands of digits"


def _told(op, children):
    """An operation and its numbers, for a message: "* of 1e+200, 1e+200"."""
    numbers = ", ".join(str(child.data) for child in children)
    return f"{op} of {shorten(numbers, 60, placeholder=' …')}"


def _refuse_result(op, children):
    """A ValueError for an operation whose result is not finite."""
    told = _told(op, children)
    raise ValueError(f"{told} has no finite result, and a Value holds one")


def _computed(function, *numbers):
    """What `function` says of the numbers; where it cannot, "not a number"."""
    try:
        return function(*numbers)
    except (ArithmeticError, ValueError):
        return math.nan


def _refuse_grads(order):
    """A ValueError that names the operation in which a gradient became infinite."""
    for node in reversed(order):
        propagated = (local_grad * node.grad for local_grad in node._local_grads)
        if math.isfinite(node.grad) and not all(map(math.isfinite, propagated)):
            raise ValueError(f"{_told(node._op, node._prev)} has no finite gradient")
    raise ValueError("the gradients of a value add up to more than a float holds")


def _series(xs, what, of="numbers"):
    """A list of what comes one after the other; a TypeError for anything else."""
    unordered = str | bytes | dict | set | frozenset
    if isinstance(xs, unordered) or not hasattr(xs, "__iter__"):
        raise TypeError(f"{what}: a list of {of} is expected, not {_short(xs)}")
    return list(xs)


def _finite(numbers, holds):
    """The numbers, all of which must be finite. One look at their sum is faster than many."""
    if not math.isfinite(sum(numbers)):
        numbers = [_number(number, holds) for number in numbers]
    return numbers
