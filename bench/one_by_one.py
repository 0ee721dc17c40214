"""The GPT with a node for each operation: the reference of `bench.gpt`.

So it is written where nobody thinks of speed, and so microgpt has it: `+` and `*` of two numbers
each, a softmax of single powers, a recursive search for the order. The weights are those of the
book's `GPT`, by the name of each matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any


class Number:
    """A number, what it was made from, and its local gradients."""

    __slots__ = ("children", "data", "grad", "local_grads")

    def __init__(
        self, data: float, children: tuple[Number, ...] = (), local_grads: tuple[float, ...] = ()
    ) -> None:
        self.data, self.grad = data, 0.0
        self.children, self.local_grads = children, local_grads

    def __add__(self, other: Number | float) -> Number:
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Number | float) -> Number:
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, k: float) -> Number:
        return Number(self.data**k, (self,), (k * self.data ** (k - 1),))

    def exp(self) -> Number:
        return Number(math.exp(self.data), (self,), (math.exp(self.data),))

    def log(self) -> Number:
        return Number(math.log(self.data), (self,), (1 / self.data,))

    def relu(self) -> Number:
        return Number(max(0.0, self.data), (self,), (float(self.data > 0),))

    def backward(self) -> None:
        order: list[Number] = []
        seen: set[Number] = set()

        def visit(node: Number) -> None:
            if node not in seen:
                seen.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, local_grad in zip(node.children, node.local_grads, strict=True):
                child.grad += local_grad * node.grad


Vector = Sequence[Number]


def added(numbers: Sequence[Number]) -> Number:
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total


def product(matrix: Sequence[Vector], x: Vector) -> list[Number]:
    return [added([w * xi for w, xi in zip(row, x, strict=True)]) for row in matrix]


def norm(x: Vector) -> list[Number]:
    scale = (added([xi * xi for xi in x]) * (1 / len(x)) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def softmax(logits: Vector) -> list[Number]:
    largest = max(z.data for z in logits)
    powers = [(z + -largest).exp() for z in logits]
    total = added(powers)
    return [power * total**-1 for power in powers]


def loss(w: dict[str, Any], tokens: Sequence[int], heads: int) -> Number:
    """The mean loss of the tokens, for a model with one block."""
    keys: list[Vector] = []
    values: list[Vector] = []
    losses = []
    for place, (token, target) in enumerate(pairwise(tokens)):
        x = norm([a + b for a, b in zip(w["token"][token], w["place"][place], strict=True)])
        y, found, size = norm(x), [], len(x) // heads
        query = product(w["blocks.0.query"], y)
        keys.append(product(w["blocks.0.key"], y))
        values.append(product(w["blocks.0.value"], y))
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            scores = [
                added([q * k for q, k in zip(query[part], key[part], strict=True)]) * size**-0.5
                for key in keys
            ]
            weights = softmax(scores)
            for i in range(start, start + size):
                products = [a * v[i] for a, v in zip(weights, values, strict=True)]
                found.append(added(products))
        x = [a + b for a, b in zip(product(w["blocks.0.out"], found), x, strict=True)]
        hidden = [h.relu() for h in product(w["blocks.0.up"], norm(x))]
        x = [a + b for a, b in zip(product(w["blocks.0.down"], hidden), x, strict=True)]
        losses.append(softmax(product(w["head"], x))[target].log() * -1.0)
    return added(losses) * (1 / len(losses))


class Adam:
    """Adam as it stands in the paper, a parameter at a time."""

    def __init__(self, parameters: Sequence[Number], lr: float) -> None:
        self.parameters, self.lr, self.steps = parameters, lr, 0
        self.means, self.squares = [0.0] * len(parameters), [0.0] * len(parameters)

    def step(self) -> None:
        self.steps += 1
        for i, p in enumerate(self.parameters):
            self.means[i] = 0.85 * self.means[i] + 0.15 * p.grad
            self.squares[i] = 0.99 * self.squares[i] + 0.01 * p.grad**2
            mean = self.means[i] / (1 - 0.85**self.steps)
            square = self.squares[i] / (1 - 0.99**self.steps)
            p.data -= self.lr * mean / (square**0.5 + 1e-8)
            p.grad = 0.0
