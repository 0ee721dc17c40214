"""Every refusal says in full words what it refuses, which number, and what is expected."""

import copy
import math
import random

import pytest

import micrograd
from micrograd import GPT, MLP, Rule, Value, grad

about = pytest.mark.chapters
ONE = Value(1.0, label="one")
TWO = Value(2.0, label="two")
SMALL = MLP(1, [1])
TINY = GPT(tokens=3, places=4, dims=2, heads=1, layers=1)
NO_LIST = "a list of numbers is expected, not"
NUMBER = "one finite real number, not"
WHOLE = "is a whole number, 1 or more, not"
ODD = Rule("odd", lambda x: x, lambda out, x: (1.0, 1.0))
TEXT = Rule("text", lambda x: "one", lambda out, x: (1.0,))
NO_GRADIENT = Rule("none", lambda x: x, lambda out, x: None)
TEXT_GRADIENT = Rule("half", lambda x: x, lambda out, x: ("1",))


def changed():
    x = Value(2.0)
    square = x * x
    x.data = 3.0
    return grad(square, [x])


def far():
    """Two values whose gradients are too long together, and each too long to be squared."""
    x, y = Value(0.0), Value(0.0)
    x.grad = y.grad = 1.7e308
    return [x, y]


def too_far():
    """A value that leaves the floats with a step of length 1."""
    x = Value(1.7e308)
    x.grad = -1.7e308
    return [x]


def copied():
    return copy.copy(ONE * TWO)


def steep():
    """A value that is used twice, each time with nearly the largest gradient there is."""
    x = Value(0.0)
    return x * 1e308 + x * 1e308


def full():
    """A program that adds to a gradient that is nearly the largest there is."""
    p, x = Value(0.0), Value(0.0)
    p.grad = 1e308
    return micrograd.Compiled(p * x, [p], [x])


def of_input(expression):
    """A program for an expression of one input, with a parameter that is its factor."""
    factor, x = Value(1.0), Value(1.0)
    return micrograd.Compiled(expression(x * factor), [factor], [x])


HERE = {"changed": changed, "copied": copied, "far": far, "too_far": too_far, "math": math,
        "micrograd": micrograd, "ONE": ONE, "TWO": TWO, "SMALL": SMALL, "TINY": TINY,
        "ODD": ODD, "TEXT": TEXT, "NO_GRADIENT": NO_GRADIENT, "TEXT_GRADIENT": TEXT_GRADIENT,
        "random": random, "steep": steep, "full": full,
        "TWICE": of_input(lambda x: x * 1.0), "LOGARITHM": of_input(Value.log)}  # fmt: skip
"""What the code below may name, beside what the package has."""
NO_KEY = "attention needs one key at least, and a query that is not empty"
OF_FAST = {
    "Value(None)": f"a Value holds {NUMBER} None",
    "Value(math.nan)": f"a Value holds {NUMBER} nan",
    "Value('1')": f"a Value holds {NUMBER} '1'",
    "Value(10**400)": f"a Value holds {NUMBER} …",
    "Value(10**5000)": f"a Value holds {NUMBER} one with thousands of digits",
    "Value('x ' * 40)": f"a Value holds {NUMBER} '{' '.join(29 * ['x'])} …",
    "Value('xy ' * 40)": f"a Value holds {NUMBER} '{' '.join(19 * ['xy'])} …",
    "Value(1.0, (ONE,))": "the operation '' needs a Rule; apply makes its Values",
    "steep().backward()": "the gradients of a value add up to more than a float holds",
    "Value(1e200) * 1e200": "* of 1e+200, 1e+200 has no finite result, and a Value holds one",
    "ONE / 0": "/ of 1.0, 0.0 has no finite result, and a Value holds one",
    "2 ** ONE": "the exponent is a plain number; for e**x there is exp",
    "ONE ** TWO": "the exponent is a plain number, not Value(data=2.0, grad=0.0, label='two')",
    "ONE ** 'two'": "the exponent is a plain number, not 'two'",
    "pow(ONE, TWO)": "the exponent is a plain number, not Value(data=2.0, grad=0.0, label='two')",
    "copied()": "a copy of a computed Value (*) would lose its way back",
    "Value(1.0, (ONE,), '+')": "the operation '+' needs a Rule; apply makes its Values",
    "dot(1, [1.0])": f"dot: {NO_LIST} 1",
    "dot([1.0], 'a')": f"dot: {NO_LIST} 'a'",
    "dot([1.0], [None])": f"a Value holds {NUMBER} None",
    "grad(ONE, 1)": f"grad: {NO_LIST} 1",
    "grad(ONE, {ONE})": f"grad: {NO_LIST} {{Value(data=1.0, grad=0.0, label='one')}}",
    "changed()": "after * of 3.0, 3.0, one was changed",
    "apply(ODD, ONE)": "odd has 1 children and 2 local gradients: they must be equally many",
    "apply(ODD, 'x')": f"a Value holds {NUMBER} 'x'",
    "apply(abs, ONE)": "a Rule is expected, not <built-in function abs>",
    "apply(TEXT, ONE)": "the result of text is a real number, not 'one'",
    "apply(NO_GRADIENT, ONE)": f"the local gradients of none: {NO_LIST} None",
    "apply(TEXT_GRADIENT, ONE)": "a local gradient of half is no number: '1'",
    "exp('x')": "exp takes real numbers, not ('x',)",
    "log(0.0)": "log of 0.0 has no finite result",
    "exp(10**400)": "exp of … has no finite result",
    "draw_dot(ONE, format='gif3')": "format is one of Graphviz's, such as 'svg', not 'gif3'",
    "Neuron(0)": f"nin {WHOLE} 0",
    "Neuron(1.5)": f"nin {WHOLE} 1.5",
    "Neuron(1, activation='sin')": "activation is 'relu' or 'tanh', not 'sin'",
    "Neuron(1, bound=math.inf)": f"the bound is {NUMBER} inf",
    "Neuron(1)('a')": f"the inputs: {NO_LIST} 'a'",
    "Neuron(2)([1.0])": "expected 2 inputs, got 1",
    "Layer(1, 0)": f"nout {WHOLE} 0",
    "MLP(1, 2)": f"nouts: {NO_LIST} 2",
    "MLP(1, [0])": f"a size {WHOLE} 0",
    "MLP(1, [])": "an MLP has a layer at least, and init is 'he' or 'xavier'",
    "MLP(1, [1], init='ones')": "an MLP has a layer at least, and init is 'he' or 'xavier'",
    "SMALL.load_state_dict([])": "what state_dict gives is expected, not []",
    "SMALL.load_state_dict({1: 1.0, 'b': 1.0})": "only one of the two networks has [1, 'b', "
    "'layers.0.neurons.0.b', 'layers.0.neurons.0.w.0']",
    "SMALL.load_state_dict({})": "only one of the two networks has "
    "['layers.0.neurons.0.b', 'layers.0.neurons.0.w.0']",
    "draw_dot(1)": "an expression ends in a Value, not 1",
    "trace(None)": "an expression ends in a Value, not None",
    "topological_order(ONE, 'two')": "an expression ends in a Value, not 'two'",
    "draw_dot(ONE, rankdir='UP')": "rankdir is 'LR' or 'TB', not 'UP'",
}
OF_COMPILED = {
    "Compiled(ONE * TWO, 1)": f"Compiled: {NO_LIST} 1",
    "TWICE.forward(1)": f"the examples: {NO_LIST} 1",
    "TWICE.backward(1)": f"the examples: {NO_LIST} 1",
    "TWICE.forward([1])": f"example 0 holds: {NO_LIST} 1",
    "TWICE.forward([[1.0], ['a']])": f"example 1 holds {NUMBER} 'a'",
    "TWICE.forward([[1.0], [1.0, 2.0]])": "example 1: expected 1 numbers, got 2",
    "TWICE.backward([], 'mean')": "reduction is 'sum', or 'mean' of one example at least",
    "TWICE.backward([[1.0]], 'all')": "reduction is 'sum', or 'mean' of one example at least",
    "LOGARITHM.forward([[1.0], [-1.0]])": "example 1: log of -1.0 has no finite result, "
    "and a Value holds one",
    "LOGARITHM.backward([[1e308], [1e-309]])": "example 1: log of 1e-309 has no finite gradient",
    "TWICE.backward([[1e308], [1e308]])": "the sum over the examples, or its gradient, "
    "is not finite",
    "full().backward([[1e308]])": f"a gradient is {NUMBER} inf",
    "Compiled(ONE, [ONE * TWO], [])": "a root is missing, or a parameter or an input was computed",
    "Compiled(ONE * TWO, [ONE, ONE])": "among the parameters and inputs, a leaf is there twice",
}
OF_LOSSES = {
    "mse_loss(1, [1.0])": f"the predictions: {NO_LIST} 1",
    "mse_loss([1.0], 1)": f"the targets: {NO_LIST} 1",
    "mse_loss([1.0], [1.0, 2.0])": "1 predictions and 2 targets: there must be equally many",
    "mse_loss([], [])": "there is no mean of no losses: the lists are empty",
    "hinge_loss([1.0], [0])": "a label is 1 or -1, not 0",
    "hinge_loss([1.0], ['a'])": f"a target is {NUMBER} 'a'",
    "hinge_loss([1.0], 1)": f"the targets: {NO_LIST} 1",
    "binary_cross_entropy_with_logits([1.0], [2])": "a target is from 0 to 1, not 2",
    "log_sum_exp([])": "there are no logits",
    "log_sum_exp(1)": f"the logits: {NO_LIST} 1",
    "softmax(1)": f"the logits: {NO_LIST} 1",
    "softmax([])": "there are no logits",
    "cross_entropy([[1.0, 2.0]], [2])": "with 2 logits there is no label 2",
    "cross_entropy([[1.0, 2.0]], [[0.5, 0.6]])": "probabilities add up to 1, "
    "and these do not: [0.5, 0.6]",
    "cross_entropy(1, [0])": f"the logits: {NO_LIST} 1",
    "cross_entropy([[1.0]], 1)": f"the targets: {NO_LIST} 1",
    "cross_entropy([1.0], [0])": f"a row of logits: {NO_LIST} 1.0",
    "cross_entropy([[1.0]], [0.5])": "a target is the place of a label, or its probabilities: "
    f"{NO_LIST} 0.5",
    "cross_entropy([[1.0, 1.0]], [[2.0, -1.0]])": "a probability is not negative, not -1.0",
    "cross_entropy([[1.0]], [0, 0])": "1 rows of logits and 2 targets",
}
OF_OPTIMISERS = {
    "SGD([ONE, ONE], 1.0)": "among the parameters, one is there twice",
    "SGD([ONE * TWO], 1.0)": "a parameter is a Value not computed, not "
    "Value(data=2.0, grad=0.0, op='*')",
    "SGD(1, 1.0)": f"the parameters: {NO_LIST} 1",
    "SGD([ONE], lr=-1)": "lr is 0.0 at least and below inf, not -1",
    "SGD([ONE], lr='a')": f"lr is {NUMBER} 'a'",
    "SGD([ONE], 1.0, momentum=1)": "momentum is 0.0 at least and below 1.0, not 1",
    "Adam([ONE], betas=(0.9, 1))": "a beta is 0.0 at least and below 1.0, not 1",
    "Adam([ONE], betas=(0.9, 'a'))": f"a beta is {NUMBER} 'a'",
    "Adam([ONE], betas=(0.9,))": "there are two betas, not [0.9]",
    "Adam([ONE], betas=0.9)": f"betas: {NO_LIST} 0.9",
    "Adam([ONE], eps=0)": "eps is 5e-324 at least and below inf, not 0",
    "Adam([ONE], eps='a')": f"eps is {NUMBER} 'a'",
    "clip_grad_norm(1, 1.0)": f"the parameters: {NO_LIST} 1",
    "clip_grad_norm([ONE], -1)": "max_norm is 0.0 at least and below inf, not -1",
    "clip_grad_norm([ONE], None)": f"max_norm is {NUMBER} None",
    "clip_grad_norm(far(), 1.0)": f"a norm is {NUMBER} inf",
    "SGD(too_far(), 1.0).step()": f"a parameter is {NUMBER} inf",
    "Adam(far()).step()": f"the mean of the squares is {NUMBER} inf",
}
OF_DIGITS = {
    "batches(1, 1)": f"the examples: {NO_LIST} 1",
    "batches([1], 0)": "the size is a whole number, 1 or more, not 0",
    "batches([1], 1.5)": "the size is a whole number, 1 or more, not 1.5",
}
OF_NAMES = {
    "split(['a'])": "three parts take ten names at least, not 1",
    "encode(1)": "a name is a text, not 1",
    "encode('')": "a name has one letter at least, and this one is empty",
    "encode('zoë')": "'zoë': 'ë' is not one of the letters a to z",
    "decode([27])": "a token is a whole number from 0 to 26, not 27",
    "decode([1.0])": "a token is a whole number from 0 to 26, not 1.0",
    "decode('abc')": f"the tokens: {NO_LIST} 'abc'",
    "split({'ada'})": "split: a list of names is expected, not {'ada'}",
    "generate(len, 1)": "generate takes a function and a random.Random, not 1",
    "generate(len, random.Random(1), None)": f"longest is {NUMBER} None",
    "generate(len, random.Random(1))": f"what predict returns: {NO_LIST} 1",
}
OF_ATTENTION = {
    "attention_weights([], [])": NO_KEY,
    "attention_weights([1.0], [])": NO_KEY,
    "attention_weights(1.0, [[1.0]])": f"a query: {NO_LIST} 1.0",
    "attention_weights([1.0], 1.0)": "the keys: a list of keys is expected, not 1.0",
    "attend([1.0], [[1.0]], 1.0)": "the values: a list of values is expected, not 1.0",
    "attend([1.0], [[1.0]], [1.0])": f"a value: {NO_LIST} 1.0",
    "attend([1.0], [[1.0]], [])": "attention needs a value for each key, all of them equally long",
}
OF_GPT = {
    "linear([ONE], [[1.0]], [])": "linear: 1 rows, and a bias of 0",
    "linear([ONE], [[1.0]], [1.0, 2.0])": "linear: 1 rows, and a bias of 2",
    "linear(1.0, [[1.0]])": f"linear: {NO_LIST} 1.0",
    "linear([ONE], 1.0)": "the weight: a list of rows is expected, not 1.0",
    "linear([ONE], [[1.0]], 1.0)": f"the bias: {NO_LIST} 1.0",
    "rms_norm(1.0)": f"rms_norm: {NO_LIST} 1.0",
    "rms_norm([])": "rms_norm of no numbers: there is no mean of them",
    "Block(None, 2)": f"dims {WHOLE} None",
    "TINY(1)": f"the tokens: {NO_LIST} 1",
    "TINY([1.0])": "a token is 0 to 2, not 1.0",
    "Programs(SMALL)": "programs are written for a GPT, not for "
    "MLP of [Layer of [LinearNeuron(1)]]",
    "sample(SMALL, random.Random(1))": "a GPT is expected, not MLP of [Layer of [LinearNeuron(1)]]",
    "probabilities(1.0)": f"the logits: {NO_LIST} 1.0",
    "probabilities([])": "there are no logits",
    "micrograd.matrix(0, 1)": f"rows {WHOLE} 0",
    "micrograd.matrix(1, 0)": f"columns {WHOLE} 0",
    "Block(2, 0)": f"heads {WHOLE} 0",
    "GPT(layers=0)": f"layers {WHOLE} 0",
    "Block(3, 2)": "3 dimensions cannot be shared among 2 heads",
    "TINY([5])": "a token is 0 to 2, not 5",
    "TINY([0] * 5)": "the text is too long: there are 4 places",
    "Programs(TINY).forward(0)": f"the tokens: {NO_LIST} 0",
    "Programs(TINY).forward([0])": "a text has two tokens at least: one that follows another",
    "probabilities([1.0], 0)": "a temperature is above 0, not 0",
    "probabilities([1.0], 'a')": f"a temperature is {NUMBER} 'a'",
}
REFUSED = [
    (about("fast"), OF_FAST),
    (about("compiled"), OF_COMPILED),
    (about("losses"), OF_LOSSES),
    (about("optimisers"), OF_OPTIMISERS),
    (about("digits"), OF_DIGITS),
    (about("names"), OF_NAMES),
    (about("attention"), OF_ATTENTION),
    (about("gpt"), OF_GPT),
]
"""The code and what it says, by the chapter that it comes from."""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(code, told, id=code, marks=needs)
        for needs, cases in REFUSED
        for code, told in cases.items()
    ],
)
def test_what_is_refused_is_told_in_full_words(code, told):
    with pytest.raises((TypeError, ValueError)) as refused:
        eval(code, vars(micrograd) | HERE)
    assert str(refused.value) == told
