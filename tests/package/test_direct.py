"""What each part does of itself: its defaults, its refusals, its drawing, its words.

The other tests here compare the package with judges; these say what no judge knows.
"""

import random

import pytest

from micrograd import MLP, Layer, Neuron, Value, dot, draw_dot


@pytest.mark.parametrize(("ws", "xs"), [(2, 3), (3, 2), (0, 1)])
def test_a_dot_product_of_two_lengths_is_refused(ws, xs):
    with pytest.raises(ValueError, match=f"dot of {ws} values and {xs}"):
        dot([Value(1.0)] * ws, [1.0] * xs)


def test_a_dot_product_begins_at_nothing():
    assert dot([2.0], [3.0]).data == 6.0
    assert dot([2.0], [3.0], 1.0).data == 7.0
    assert dot((Value(2.0), 1.0), (3.0, Value(4.0))).data == 10.0


def test_the_drawing_of_an_expression():
    """Boxes for values, ovals for operations, and an arrow for each use."""
    a = Value(2.0, label="a")
    out = a * a
    out.label = "a|a"
    out.backward()
    drawing = draw_dot(out)
    assert drawing.format == "svg"
    assert drawing.source.split("\n") == [
        "digraph {",
        "\trankdir=LR ranksep=0.3",
        "\tnode [fontname=Helvetica]",
        '\t0 [label="a | data 2 | grad 4" shape=record]',
        '\t1 [label="a\\|a | data 4 | grad 1" shape=record]',
        '\t"1op" [label="*"]',
        '\t"1op" -> 1',
        '\t0 -> "1op"',
        '\t0 -> "1op"',
        "}",
        "",
    ]
    other = draw_dot(Value(1.0), format="png", rankdir="TB")
    assert other.format == "png" and "rankdir=TB" in other.source
    assert '[label="data 1 | grad 0" shape=record]' in other.source
    with pytest.raises(ValueError, match="rankdir is 'LR' or 'TB', not 'UP'"):
        draw_dot(a, rankdir="UP")


def seeded(make):
    random.seed(7)
    return make()


def first(*bounds):
    """The numbers that the weights begin with, drawn one after another."""
    random.seed(7)
    return [random.uniform(-bound, bound) for bound in bounds]


def test_how_a_neuron_begins():
    neuron = seeded(lambda: Neuron(2))
    assert [w.data for w in neuron.w] == first(1.0, 1.0) and neuron.b.data == 0.0
    assert (neuron.nonlin, neuron.activation) == (True, "relu")
    assert [p.data for p in seeded(lambda: Neuron(1, activation="tanh")).parameters()] == (
        first(1.0, 1.0)
    )
    bound = seeded(lambda: Neuron(1, activation="tanh", bound=0.5))
    assert [p.data for p in bound.parameters()] == [*first(0.5), 0.0]


def test_what_a_neuron_does():
    neuron = Neuron(1)
    neuron.w[0].data, neuron.b.data = 2.0, 1.0
    assert (neuron([3.0]).data, neuron([-3.0]).data, neuron(3.0).data) == (7.0, 0.0, 7.0)
    linear = Neuron(1, nonlin=False)
    linear.w[0].data, linear.b.data = 2.0, 1.0
    assert linear([-3.0]).data == -5.0
    with pytest.raises(ValueError, match="expected 1 inputs, got 2"):
        neuron([1.0, 2.0])


@pytest.mark.parametrize(
    ("init", "squares"), [(None, (1, 1, 1)), ("he", (3, 3, 6)), ("xavier", (2, 2, 3))]
)
def test_how_a_network_begins(init, squares):
    """He and Xavier look at how many numbers go in, and Xavier at how many come out."""
    made = seeded(lambda: MLP(2, [1, 1], init=init))
    found = [w.data for layer in made.layers for w in layer.neurons[0].w]
    assert found == pytest.approx(first(*(square**0.5 for square in squares)))
    assert [layer.neurons[0].nonlin for layer in made.layers] == [True, False]
    assert [layer.neurons[0].b.data for layer in made.layers] == [0.0, 0.0]


def test_the_last_layer_of_a_network():
    assert [n.neurons[0].nonlin for n in MLP(1, [1, 1], activation="tanh").layers] == [True, True]
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert len(Layer(2, 3)([1.0, 2.0])) == 3


def test_what_modules_are_called():
    assert repr(Neuron(2)) == "ReLUNeuron(2)"
    assert repr(Neuron(2, activation="tanh")) == "TanhNeuron(2)"
    assert repr(MLP(2, [1, 1])) == ("MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]")
    names = [name for name, _ in MLP(1, [1]).named_parameters()]
    assert names == ["layers.0.neurons.0.w.0", "layers.0.neurons.0.b"]
