"""The engine on arrays: one node for what is done to many numbers at once."""

import numpy as np

from .graph import topological_order
from .optim import _within


class Array:
    """An array of numbers that knows which arrays it was made from, and how.

    `back` takes the gradient of this array and returns those of the arrays in `prev`.
    """

    __slots__ = ("_back", "_prev", "data", "grad")

    def __init__(self, data, prev=(), back=None):
        self.data = np.asarray(data, float)
        self.grad = None if prev else np.zeros_like(self.data)
        self._prev, self._back = prev, back

    def __add__(self, other):
        if isinstance(other, Array):
            return Array(self.data + other.data, (self, other), lambda g: (g, g))
        return Array(self.data + other, (self,), lambda g: (g,))

    def __mul__(self, other):
        a, b = self.data, other
        if isinstance(other, Array):
            b = other.data
            return Array(a * b, (self, other), lambda g: (g * b, g * a))
        return Array(a * b, (self,), lambda g: (g * b,))

    def backward(self):
        """Add the gradient of this number to `grad` of all leaves, as a Value does."""
        if self.data.size != 1 or not np.isfinite(self.data):
            raise ValueError(f"backward begins at one finite number, not at {self.data}")
        order = topological_order(self)
        for node in order:
            node.grad = None if node._prev else node.grad
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            if node._prev:
                for child, grad in zip(node._prev, node._back(node.grad)):
                    grad = _summed(grad, child.data.shape)
                    if not child._prev:
                        child.grad += grad
                    else:
                        child.grad = grad if child.grad is None else child.grad + grad

    def mean(self):
        """The means over the last axis, which stays, with the length 1."""
        shape, count = self.data.shape, self.data.shape[-1]
        means = self.data.sum(-1, keepdims=True) / count
        return Array(means, (self,), lambda g: (np.broadcast_to(g / count, shape),))

    def reshape(self, *shape):
        before = self.data.shape
        return Array(self.data.reshape(shape), (self,), lambda g: (g.reshape(before),))

    def swap(self, i, j):
        """The same numbers with two axes exchanged."""
        return Array(self.data.swapaxes(i, j), (self,), lambda g: (g.swapaxes(i, j),))

    @property
    def T(self):
        return self.swap(-1, -2)

    def __matmul__(self, other):
        a, b = self.data, other.data
        return Array(
            a @ b, (self, other), lambda g: (g @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ g)
        )

    def __pow__(self, exponent):
        x = self.data
        return Array(x**exponent, (self,), lambda g: (g * (exponent * x ** (exponent - 1)),))

    def relu(self):
        positive = self.data > 0
        return Array(self.data * positive, (self,), lambda g: (g * positive,))

    def softmax(self):
        """The softmax over the last axis."""
        p = np.exp(self.data - self.data.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        return Array(p, (self,), lambda g: (p * (g - (p * g).sum(-1, keepdims=True)),))

    def cross_entropy(self, targets):
        """The mean of minus the logarithm of the softmax at the targets, one for each row."""
        z = self.data.reshape(-1, self.data.shape[-1])
        rows, targets = np.arange(len(z)), np.reshape(targets, -1)
        p = np.exp(z - z.max(-1, keepdims=True))
        total = p.sum(-1)
        losses = np.log(total) + z.max(-1) - z[rows, targets]

        def back(g):
            grad = p / total[:, None]
            grad[rows, targets] -= 1
            return ((grad * (g / len(rows))).reshape(self.data.shape),)

        return Array(losses.mean(), (self,), back)

    def __getitem__(self, places):
        table = self.data

        def back(g):
            grad = np.zeros_like(table)
            np.add.at(grad, places, g)
            return (grad,)

        return Array(table[places], (self,), back)


def _summed(grad, shape):
    """The gradient of what was broadcast from `shape`: that of all its copies, added up."""
    if grad.shape == shape:
        return grad
    grad = grad.sum(tuple(range(grad.ndim - len(shape))))  # axes that NumPy put in front
    copied = tuple(i for i, n in enumerate(shape) if n == 1 < grad.shape[i])
    return grad.sum(copied, keepdims=True) if copied else grad


class ArrayAdam:
    """Adam for `data` and `grad` of a model, two arrays of one shape, in which it is changed."""

    def __init__(self, model, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.model, self.lr, self.steps = model, lr, 0
        self.betas = tuple(_within(beta, 0.0, 1.0, "a beta") for beta in betas)
        self.eps = _within(eps, 5e-324, np.inf, "eps")
        self.means, self.squares = np.zeros_like(model.data), np.zeros_like(model.data)

    def step(self):
        """Move each parameter against its mean gradient; a ValueError if one is not finite."""
        (keep, keep_squares), grad = self.betas, self.model.grad
        if not np.isfinite(grad).all():
            raise ValueError("a gradient is not finite; the parameters stay as they are")
        self.steps += 1
        self.means += (1 - keep) * (grad - self.means)
        self.squares += (1 - keep_squares) * (grad * grad - self.squares)
        roots = np.sqrt(self.squares / (1 - keep_squares**self.steps)) + self.eps
        self.model.data -= self.lr / (1 - keep**self.steps) * self.means / roots
