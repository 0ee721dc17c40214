"""Functions of Values: operations of many, and gradients that are Values themselves."""

from contextlib import contextmanager
from numbers import Real

from .engine import Value, _apply, _remember
from .finite import _computed, _series, _short, _told
from .graph import topological_order
from .rules import DOT, Rule


def dot(ws, xs, b=0.0):
    """The `ws` times the `xs`, one by one, added to `b`: Values, or numbers.

    It is one node, however many there are. Lists of two lengths are a ValueError.
    """
    if type(ws) not in (list, tuple) or type(xs) not in (list, tuple):
        ws, xs = _series(ws, "dot"), _series(xs, "dot")
    if len(ws) != len(xs):
        raise ValueError(f"dot of {len(ws)} values and {len(xs)}: it takes equally many")
    children = (*ws, *xs, b)
    try:
        return _apply(DOT, children)
    except AttributeError:  # a number is among them
        return _apply(DOT, _as_values(children, "dot"))


def _as_values(xs, what):
    """A tuple of Values, from any series of Values and numbers."""
    return tuple([x if isinstance(x, Value) else Value(x) for x in _series(xs, what)])


def grad(output, inputs):
    """The gradients of `output` with respect to each of the `inputs`, as Values.

    They are expressions and have gradients, too. No `grad` is changed. A ValueError if a
    number was changed after the expression had been computed.
    """
    (output,), inputs = _as_values([output], "grad"), _as_values(inputs, "grad")
    order, needed = topological_order(output), set(inputs)
    needed.update(node for node in order if not needed.isdisjoint(node._prev))
    grads = {node: Value(0.0) for node in needed} | {output: Value(1.0)}
    for node in reversed(order):
        if node not in needed or not node._prev:
            continue
        local_grads = node._rule.gradients(node, *node._prev)
        for child, local_grad, known in zip(node._prev, local_grads, node._local_grads):
            if float(local_grad) != known:
                raise ValueError(f"after {_told(node._op, node._prev)}, one was changed")
            if child in needed:
                grads[child] = grads[child] + local_grad * grads[node]
    return [grads[x] for x in inputs]


@contextmanager
def no_grad():
    """In a `with` block, compute without remembering how: what is made there are leaves."""
    before = _remember.set(False)
    try:
        yield
    finally:
        _remember.reset(before)


def apply(rule, *xs):
    """The Value that a Rule makes of the `xs`, Values or numbers.

    A TypeError if the rule returns anything but numbers, a ValueError if it has not one local
    gradient for each of the `xs`.
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"a Rule is expected, not {_short(rule)}")
    xs = _as_values(xs, rule.name)
    out = _computed(rule.result, *[x.data for x in xs])
    if not isinstance(out, Real):
        raise TypeError(f"the result of {rule.name} is a real number, not {_short(out)}")
    value = _apply(rule, xs)
    value._data = float(value._data)
    local_grads = _series(value._local_grads, f"the local gradients of {rule.name}")
    if len(local_grads) != len(value._prev):
        counts = f"{len(value._prev)} children and {len(local_grads)} local gradients"
        raise ValueError(f"{rule.name} has {counts}: they must be equally many")
    for local_grad in local_grads:
        if not isinstance(local_grad, Real):
            raise TypeError(f"a local gradient of {rule.name} is no number: {_short(local_grad)}")
    return value


def rms_norm(x):
    """The vector `x`, a list of Values, with a root mean square of 1.

    To the mean of the squares 1e-5 is added, for the sake of a vector of zeros. A
    ValueError for an empty list.
    """
    x = _series(x, "rms_norm")
    if not x:
        raise ValueError("rms_norm of no numbers: there is no mean of them")
    scale = (dot(x, x) * (1 / len(x)) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def linear(x, weight, bias=None):
    """The product of the matrix `weight`, a list of rows, and the vector `x`, plus `bias`.

    A ValueError if there are not as many numbers in `bias` as rows.
    """
    x, weight = _series(x, "linear"), _series(weight, "the weight", "rows")
    if bias is None:
        return [dot(row, x) for row in weight]
    bias = _series(bias, "the bias")
    if len(bias) != len(weight):
        raise ValueError(f"linear: {len(weight)} rows, and a bias of {len(bias)}")
    return [dot(row, x, b) for row, b in zip(weight, bias)]
