"""What each part does of itself: its defaults, its refusals, its drawing, its words.

The other tests here compare the package with judges; these say what no judge knows.
"""

import math
import random

import pytest

import micrograd
from micrograd import MLP, Layer, Neuron, Rule, Value, apply, dot, draw_dot, grad


@pytest.mark.parametrize(("ws", "xs"), [(2, 3), (3, 2), (0, 1)])
def test_a_dot_product_of_two_lengths_is_refused(ws, xs):
    with pytest.raises(ValueError, match=f"dot of {ws} values and {xs}"):
        dot([Value(1.0)] * ws, [1.0] * xs)


def test_a_dot_product_begins_at_nothing():
    assert dot([2.0], [3.0]).data == 6.0
    assert dot([2.0], [3.0], 1.0).data == 7.0
    assert dot((Value(2.0), 1.0), (3.0, Value(4.0))).data == 10.0


def test_a_dot_product_takes_any_series():
    assert dot(iter([2.0, 3.0]), (x for x in (4.0, 5.0))).data == 23.0
    assert dot(range(3), [1.0, 1.0, 1.0]).data == 3.0
    assert dot([1.0, 1.0, 1.0], range(3)).data == 3.0


def test_the_gradients_of_gradients():
    """Of x³y + y, whose second derivatives are 6xy, 3x² and 0."""
    x, y = Value(2.0), Value(5.0)
    by_x, by_y = grad(x * x * x * y + y, [x, y])
    assert (by_x.data, by_y.data) == (3 * 4 * 5, 8 + 1)
    assert [second.data for second in grad(by_x, [x, y])] == [6 * 2 * 5, 3 * 4]
    assert [second.data for second in grad(by_y, [x, y])] == [3 * 4, 0]
    (third,) = grad(grad(by_x, [x])[0], (x for x in [x]))
    assert third.data == 6 * 5
    assert [x.grad, y.grad] == [0.0, 0.0], "no gradient of the expression itself is changed"


def test_the_second_derivatives_of_what_is_its_own_derivative():
    """Rules that compute their local gradients from the result."""
    x = Value(0.5)
    t, s = math.tanh(0.5), 1 / (1 + math.exp(-0.5))
    for result, expected in (
        (x.exp(), math.exp(0.5)),
        (x.tanh(), -2 * t * (1 - t * t)),
        (1.0 / x, 2 / 0.5**3),
        (x.sigmoid(), s * (1 - s) * (1 - 2 * s)),
    ):
        (second,) = grad(grad(result, [x])[0], [x])
        assert second.data == pytest.approx(expected, rel=1e-12), result


def test_a_refused_gradient_leaves_the_leaves_as_they_were():
    x = Value(0.0)
    x.grad = 3.0
    with pytest.raises(ValueError, match="add up to more"):
        (x * 1e308 + x * 1e308).backward()
    assert x.grad == 3.0


def test_the_gradients_of_what_was_not_used_and_of_itself():
    x, unused = Value(2.0), Value(3.0)
    assert [g.data for g in grad(x * 4.0, [unused, x])] == [0.0, 4.0]
    assert [g.data for g in grad(x, [x])] == [1.0]


def test_a_rule_of_ones_own():
    double = Rule("double", lambda x: 2 * x, lambda out, x: (2.0,))
    made = apply(double, 3)
    made.backward()
    assert (made.data, made._prev[0].grad, type(made.data)) == (6.0, 2.0, float)


@pytest.mark.chapters("digits")
def test_batches_have_each_example_once():
    examples = list(range(7))
    random.seed(7)
    found = micrograd.batches(iter(examples), 3)
    assert [len(batch) for batch in found] == [3, 3, 1]
    drawn = [example for batch in found for example in batch]
    assert sorted(drawn) == examples and drawn != examples
    assert sorted(micrograd.batches(examples, 1)) == [[n] for n in examples]


@pytest.mark.chapters("optimisers")
def test_what_optimisers_begin_with():
    """Without a step behind them, and Adam with the rate that its authors give."""
    p = Value(1.0)
    p.grad = 0.5
    micrograd.SGD([p], lr=0.1, momentum=0.9).step()
    assert p.data == 1.0 - 0.1 * 0.5
    adam = micrograd.Adam([p])
    assert (adam.lr, adam.betas, adam.eps) == (0.001, (0.9, 0.999), 1e-8)


@pytest.mark.chapters("optimisers")
def test_gradients_are_clipped_at_their_norm():
    three, four = Value(0.0), Value(0.0)
    three.grad, four.grad = 3.0, 4.0
    assert micrograd.clip_grad_norm([three, four], 5.0) == 5.0
    assert (three.grad, four.grad) == (3.0, 4.0), "what is no larger stays as it is"
    assert micrograd.clip_grad_norm(iter([three, four]), 0.5) == 5.0
    assert (three.grad, four.grad) == pytest.approx((0.3, 0.4))


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
