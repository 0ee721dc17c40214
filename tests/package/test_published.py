"""The package can take the place of the published micrograd: its interface, and its numbers."""

import math
import random

import numpy as np
import pytest
from sklearn.datasets import make_moons

from micrograd.engine import Value
from micrograd.nn import MLP, Layer, Module, Neuron


def test_the_expression_of_its_readme():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert math.isclose(g.data, 24.70408163265306)
    assert math.isclose(a.grad, 138.83381924198252)
    assert math.isclose(b.grad, 645.5772594752186)


def test_the_expression_of_its_first_test():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    y = (z * z).relu() + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


OPERATIONS = {
    "add": lambda a, b: a + b,
    "radd": lambda a, b: 3 + a,
    "sub": lambda a, b: a - b,
    "rsub": lambda a, b: 3 - a,
    "mul": lambda a, b: a * b,
    "rmul": lambda a, b: 3 * a,
    "div": lambda a, b: a / b,
    "rdiv": lambda a, b: 3 / a,
    "neg": lambda a, b: -a,
    "square": lambda a, b: a**2,
    "root": lambda a, b: (a * a) ** 0.5,
    "exp": lambda a, b: a.exp(),
    "tanh": lambda a, b: a.tanh(),
    "relu": lambda a, b: (a * b).relu(),
    "twice": lambda a, b: a * a + a,
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(("x", "y"), [(0.7, 1.3), (-1.2, 0.4), (2.1, -0.9)])
def test_every_operation_has_the_slopes_that_nudging_finds(name, x, y):
    operation, h = OPERATIONS[name], 1e-6

    def at(a, b):
        return operation(Value(a), Value(b)).data

    a, b = Value(x), Value(y)
    operation(a, b).backward()
    assert math.isclose(a.grad, (at(x + h, y) - at(x - h, y)) / (2 * h), rel_tol=1e-6, abs_tol=1e-7)
    assert math.isclose(b.grad, (at(x, y + h) - at(x, y - h)) / (2 * h), rel_tol=1e-6, abs_tol=1e-7)


def test_its_networks():
    random.seed(1337)
    network = MLP(2, [16, 16, 1])
    assert len(network.parameters()) == 337
    assert [layer.neurons[0].nonlin for layer in network.layers] == [True, True, False]
    assert all(n.b.data == 0 for layer in network.layers for n in layer.neurons)
    assert str(MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )
    random.seed(1337)
    assert network.layers[0].neurons[0].w[0].data == random.uniform(-1, 1)


def test_the_training_of_its_demo():
    """The two moons of its notebook: the numbers that it prints."""
    np.random.seed(1337)
    random.seed(1337)
    points, labels = make_moons(n_samples=100, noise=0.1)
    labels = [int(2 * label - 1) for label in labels]
    network, told = MLP(2, [16, 16, 1]), []
    for step in range(100):
        scores = [network(point) for point in points.tolist()]
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        right = sum((s.data > 0) == (y > 0) for s, y in zip(scores, labels, strict=True))
        total = sum(losses) * (1.0 / 100) + 1e-4 * sum(p * p for p in network.parameters())
        network.zero_grad()
        total.backward()
        for p in network.parameters():
            p.data -= (1.0 - 0.9 * step / 100) * p.grad
        told.append((round(total.data, 4), right))
    assert told[:2] == [(0.8958, 50), (1.7236, 81)]
    assert [right for _, right in told].index(100) == 40
    assert told[99] == (0.011, 100)


def test_zero_grad():
    network = MLP(2, [3, 1])
    network([1.0, 2.0]).backward()
    assert any(p.grad for p in network.parameters())
    network.zero_grad()
    assert not any(p.grad for p in network.parameters())
    assert Module().parameters() == []


def test_a_network_of_the_lecture_is_one_word_away():
    random.seed(1337)
    network = MLP(3, [4, 4, 1], activation="tanh")
    assert math.isclose(network([2.0, 3.0, -1.0]).data, 0.42767811248845455)
    assert len(network.parameters()) == 41


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        (lambda: Value("3"), TypeError, "a Value holds one finite real number, not '3'"),
        (
            lambda: Value(Value(1.0)),
            TypeError,
            r"a Value holds one finite real number, not Value\(data=1.0, grad=0.0\)",
        ),
        (lambda: Value(1.0) + "3", TypeError, "a Value holds one finite real number, not '3'"),
        (lambda: 2 ** Value(1.0), TypeError, "the exponent is a plain number"),
        (lambda: Value(2.0) ** Value(1.0), TypeError, "the exponent is a plain number"),
        (lambda: MLP(2, [3, 1])([1.0]), ValueError, "expected 2 inputs, got 1"),
        (lambda: Neuron(2)([1.0, 2.0, 3.0]), ValueError, "expected 2 inputs, got 3"),
        (lambda: Layer(2, 3)([1.0]), ValueError, "expected 2 inputs, got 1"),
        (lambda: Neuron(2, activation="sine"), ValueError, "activation is 'relu' or 'tanh'"),
    ],
)
def test_wrong_use_says_what_was_expected(wrong, kind, says):
    with pytest.raises(kind, match=says):
        wrong()
