"""Networks side by side are the package's: the same losses, gradients and steps."""

import random

import numpy as np
import pytest

from literate.cells import SideBySide
from micrograd import MLP, SGD, Adam, Value, cross_entropy, hinge_loss, l2_penalty, mse_loss

X = [[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5], [0.1, 0.2], [-1.0, -1.0]]
LABELS, SIGNS, NUMBERS = [0, 2, 1, 1, 0], [1, -1, 1, 1, -1], [0.5, -2.0, 0.25, 1.0, 3.0]
OF_THE_PACKAGE = {
    "cross-entropy": (cross_entropy, LABELS, 3),
    "hinge": (hinge_loss, SIGNS, 1),
    "mse": (mse_loss, NUMBERS, 1),
}


def made(outputs, activation="relu"):
    """Three networks, from three seeds."""
    networks = []
    for seed in range(3):
        random.seed(seed)
        networks.append(MLP(2, [4, 3, outputs], activation=activation))
    return networks


def numbers(network, what):
    """The weights and then the biases of a network, layer by layer, as SideBySide has them."""
    layers = [layer.neurons for layer in network.layers]
    weights = [np.transpose([[getattr(w, what) for w in n.w] for n in layer]) for layer in layers]
    return [*weights, *([[getattr(n.b, what) for n in layer]] for layer in layers)]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("name", OF_THE_PACKAGE)
def test_the_gradients_are_those_of_the_engine(name, activation):
    loss, targets, outputs = OF_THE_PACKAGE[name]
    networks = made(outputs, activation)
    losses, grads = SideBySide(networks, activation).gradients(X, targets, name)
    for number, network in enumerate(networks):
        total = loss([network(x) for x in X], targets)
        total.backward()
        assert losses[number] == pytest.approx(total.data)
        for ours, theirs in zip(grads, numbers(network, "grad"), strict=True):
            assert ours[number] == pytest.approx(np.array(theirs), abs=1e-12)


@pytest.mark.parametrize("on_biases", [False, True])
@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (lambda p: SGD(p, 0.1), {}),
        (lambda p: SGD(p, 0.1, momentum=0.9), {"momentum": 0.9}),
        (lambda p: Adam(p, 0.1), {"betas": (0.9, 0.999)}),
    ],
)
def test_the_steps_are_those_of_the_optimizers(optimizer, options, on_biases):
    networks = made(1)
    many = SideBySide(networks)
    options = options | {"l2": 0.01, "l2_on_biases": on_biases}
    history = many.train(X, SIGNS, "hinge", 6, [0.1, 0.1, 0.1], **options)
    for number, network in enumerate(networks):
        follow = optimizer(network.parameters())
        weights = [w for layer in network.layers for n in layer.neurons for w in n.w]
        for step in range(6):
            loss = hinge_loss([network(x) for x in X], SIGNS)
            assert history[step, number] == pytest.approx(loss.data)
            follow.zero_grad()
            penalized = network.parameters() if on_biases else weights
            (loss + 0.01 * l2_penalty(penalized)).backward()
            follow.step()
        for ours, theirs in zip(many.weights + many.biases, numbers(network, "data")):
            assert ours[number] == pytest.approx(np.array(theirs))


def test_a_batch_is_the_next_part_of_a_random_order():
    seen = []
    many = SideBySide(made(1))
    gradients = many.gradients
    many.gradients = lambda inputs, *rest: seen.append(len(inputs)) or gradients(inputs, *rest)
    many.train(X, NUMBERS, "mse", 5, 0.01, batch_size=2)
    assert seen == [2, 2, 1, 2, 2]


def test_a_learning_rate_that_decays_falls_to_a_tenth():
    many = SideBySide(made(1))
    before = many.weights[0].copy()
    ones = [np.ones_like(p) for p in many.weights + many.biases]
    many.gradients = lambda *_: (np.zeros(3), [p.copy() for p in ones])
    many.train(X, NUMBERS, "mse", 100, 1.0, decay=True)
    assert many.weights[0] - before == pytest.approx(-sum(1 - 0.009 * step for step in range(100)))


def test_each_network_has_its_own_learning_rate():
    many = SideBySide(made(1))
    before = many.weights[0].copy()
    many.train(X, NUMBERS, "mse", 1, [0.0, 0.1, 0.2])
    moved = np.abs(many.weights[0] - before).sum(axis=(1, 2))
    assert moved[0] == 0 and moved[1] > 0 and moved[2] > 0


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="'mse', 'hinge' or 'cross-entropy', not 'margin'"):
        SideBySide(made(1)).gradients(X, SIGNS, "margin")


def test_values_can_be_read_back():
    (network, *_) = made(1)
    assert SideBySide([network])(X)[0, :, 0] == pytest.approx([network(x).data for x in X])
    assert isinstance(network(X[0]), Value)
