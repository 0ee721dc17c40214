"""Neural networks on top of the engine."""

import math
import random
from itertools import pairwise
from numbers import Integral, Real

from .engine import Value
from .finite import _number, _series, _short
from .functional import dot


class Module:
    """What a neuron, a layer and a network have in common: parameters."""

    def zero_grad(self):
        """Set all gradients to zero, as a round of training does before its backward pass."""
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self):
        return [p for _, p in self.named_parameters()]

    def named_parameters(self):
        """Pairs of a name, such as "layers.0.neurons.2.w.1", and a parameter."""
        return list(_named(vars(self), ""))

    def state_dict(self):
        """The number of each parameter, by its name."""
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state):
        """Take the numbers that `state_dict` gave; a ValueError if the names are others."""
        if not isinstance(state, dict):
            raise TypeError(f"what state_dict gives is expected, not {_short(state)}")
        parameters = dict(self.named_parameters())
        if odd := sorted(parameters.keys() ^ state.keys(), key=str):
            raise ValueError(f"only one of the two networks has {_short(odd)}")
        numbers = [_number(state[name]) for name in parameters]
        for p, number in zip(parameters.values(), numbers):
            p.data = number


class Neuron(Module):
    """A weighted sum of `nin` inputs, plus a bias, with an activation function.

    `activation` is "relu" or "tanh"; without `nonlin` there is none. The weights begin
    between -`bound` and `bound`, the bias with 0. Without a bound that is 1, and with
    tanh the bias is random, too, as in the lecture.
    """

    def __init__(self, nin, nonlin=True, activation="relu", bound=None):
        if activation not in ("relu", "tanh"):
            raise ValueError(f"activation is 'relu' or 'tanh', not {_short(activation)}")
        reach = 1.0 if bound is None else _number(bound, "the bound is")
        self.w = [Value(random.uniform(-reach, reach)) for _ in range(_size(nin, "nin"))]
        like_the_lecture = activation == "tanh" and bound is None
        self.b = Value(random.uniform(-1, 1) if like_the_lecture else 0.0)
        self.nonlin = nonlin
        self.activation = activation

    def __call__(self, x):
        x = x if type(x) is list else _values(x)
        if len(x) != len(self.w):
            raise ValueError(f"expected {len(self.w)} inputs, got {len(x)}")
        total = dot(self.w, x, self.b)
        return getattr(total, self.activation)() if self.nonlin else total

    def parameters(self):
        return [*self.w, self.b]

    def __repr__(self):
        kind = {"relu": "ReLU", "tanh": "Tanh"}[self.activation]
        return f"{kind if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons of the same kind that all see the same `nin` inputs."""

    def __init__(self, nin, nout, **kind):
        self.neurons = [Neuron(nin, **kind) for _ in range(_size(nout, "nout"))]

    def __call__(self, x):
        x = _values(x)
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self):
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers, one after another, for `nin` inputs; `nouts` lists their sizes.

    With "relu", the last layer has no activation function; with "tanh", all have. `init`
    is "he" or "xavier"; without it, the weights begin between -1 and 1.
    """

    def __init__(self, nin, nouts, activation="relu", init=None):
        sizes = [_size(n, "a size") for n in [nin, *_series(nouts, "nouts")]]
        if init not in (None, *INITIALIZATIONS) or len(sizes) == 1:
            raise ValueError("an MLP has a layer at least, and init is 'he' or 'xavier'")
        self.layers = []
        for i, (nin, nout) in enumerate(pairwise(sizes)):
            nonlin = i < len(sizes) - 2 or activation == "tanh"
            kind = {"nonlin": nonlin, "activation": activation}
            kind["bound"] = INITIALIZATIONS[init](nin, nout) if init else None
            self.layers.append(Layer(nin, nout, **kind))

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self):
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _values(x):
    """The inputs `x` as a list of Values: from one number, or from any series."""
    x = [x] if isinstance(x, Value | Real) else _series(x, "the inputs")
    return [xi if isinstance(xi, Value) else Value(xi) for xi in x]


def _named(parts, prefix):
    """The leaves among named `parts`, and those in the modules and lists there."""
    for name, part in parts.items():
        if isinstance(part, Value) and not part._prev:
            yield f"{prefix}{name}", part
        elif isinstance(part, Module):
            yield from _named(vars(part), f"{prefix}{name}.")
        elif isinstance(part, list):
            yield from _named(dict(enumerate(part)), f"{prefix}{name}.")


def _size(number, what):
    """A whole number, 1 or more."""
    if not isinstance(number, Integral) or number < 1:
        raise ValueError(f"{what} is a whole number, 1 or more, not {_short(number)}")
    return int(number)


# How far from 0 the first weights of a layer may be.
INITIALIZATIONS = {
    "xavier": lambda nin, nout: math.sqrt(6 / (nin + nout)),
    "he": lambda nin, nout: math.sqrt(6 / nin),
}


def matrix(rows, columns):
    """A list of rows of parameters, which begin near 0, with a standard deviation of 0.08."""
    rows, columns = _size(rows, "rows"), _size(columns, "columns")
    return [[Value(random.gauss(0.0, 0.08)) for _ in range(columns)] for _ in range(rows)]
