"""The engine: numbers that remember how they were made."""

import math
from numbers import Real

from .finite import _computed, _number, _refuse_grads


class Value:
    """A number that knows which values it was made from, and how."""

    def __init__(self, data, _children=(), _op="", label="", _local_grads=()):
        self.data = _number(data, _op, _children)
        self.grad = 0.0
        self._prev = tuple(_children)
        self._local_grads = _local_grads
        self._op = _op
        self.label = label

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+", _local_grads=(1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        slopes = other.data, self.data
        return Value(self.data * other.data, (self, other), "*", _local_grads=slopes)

    def __pow__(self, other):
        if not isinstance(other, Real):
            raise TypeError(f"the exponent is a plain number, not {other!r}")
        data = _computed(pow, self.data, other)
        slope = other * _computed(pow, self.data, other - 1) if other else 0.0
        return Value(data, (self,), f"**{other}", _local_grads=(slope,))

    def exp(self):
        data = _computed(math.exp, self.data)
        return Value(data, (self,), "exp", _local_grads=(data,))

    def log(self):
        data = _computed(math.log, self.data)
        return Value(data, (self,), "log", _local_grads=(_computed(pow, self.data, -1),))

    def tanh(self):
        data = math.tanh(self.data)
        return Value(data, (self,), "tanh", _local_grads=(1 - data**2,))

    def relu(self):
        data = max(0.0, self.data)
        return Value(data, (self,), "ReLU", _local_grads=(float(data > 0),))

    def backward(self):
        """Add to `grad` of all leaves, the values not computed, the slope of this value.

        The values between are set to their slope. Expressions that share a value
        must not go backwards in two threads at once.
        """
        order = topological_order(self)
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            grad = node.grad
            for child, slope in zip(node._prev, node._local_grads):
                child.grad += slope * grad
        _refuse_grads(order)

    def __radd__(self, other):  # other + self
        return self + other

    def __rmul__(self, other):  # other * self
        return self * other

    def __neg__(self):  # -self
        return self * -1

    def __sub__(self, other):  # self - other
        return self + (-other)

    def __truediv__(self, other):  # self / other
        return self * other**-1

    def __rsub__(self, other):  # other - self
        return other + (-self)

    def __rtruediv__(self, other):  # other / self
        return other * self**-1

    def __rpow__(self, other):  # other ** self
        raise TypeError("the exponent is a plain number; for e**x there is exp")

    def __reduce__(self):  # copy, deepcopy, pickle
        if self._prev:
            raise TypeError(f"a copy of a computed Value ({self._op}) would lose its way back")
        return Value, (self.data, (), "", self.label), {"grad": self.grad}


def topological_order(root):
    """The values of the expression that ends in `root`, each after its children."""
    order, seen, path = [], {root}, [(root, iter(root._prev))]
    while path:
        node, children = path[-1]
        for child in children:
            if child not in seen:
                seen.add(child)
                path.append((child, iter(child._prev)))
                break
        else:
            order.append(node)
            path.pop()
    return order


def dot(ws, xs, b):
    """The Values `ws` times the Values `xs`, one by one, added to the Value `b`.

    It is one node, however many there are. Lists of two lengths are a ValueError.
    """
    if len(ws) != len(xs):
        raise ValueError(f"dot of {len(ws)} values and {len(xs)}: it takes equally many")
    w, x, total = [v.data for v in ws], [v.data for v in xs], b.data
    for wi, xi in zip(w, x):
        total += wi * xi
    return Value(total, (*ws, *xs, b), "dot", _local_grads=(*x, *w, 1.0))
