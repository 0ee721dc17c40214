"""Neural networks on top of the engine."""

import random

from .engine import Value, dot


class Module:
    """What a neuron, a layer and a network have in common: parameters."""

    def zero_grad(self):
        """Set all slopes to zero, as every round of training begins."""
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self):
        return []


class Neuron(Module):
    """A weighted sum of `nin` inputs, plus a bias, with an activation function.

    `activation` is "relu" or "tanh"; without `nonlin` there is none. With tanh
    the bias begins with a random number, as in the lecture, else with 0.
    """

    def __init__(self, nin, nonlin=True, activation="relu"):
        if activation not in ("relu", "tanh"):
            raise ValueError(f"activation is 'relu' or 'tanh', not {activation}")
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(random.uniform(-1, 1) if activation == "tanh" else 0.0)
        self.nonlin = nonlin
        self.activation = activation

    def __call__(self, x):
        x = _values(x)
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
        self.neurons = [Neuron(nin, **kind) for _ in range(nout)]

    def __call__(self, x):
        x = _values(x)
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self):
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers behind each other, for `nin` inputs; `nouts` lists their sizes.

    With "relu", the last layer has no activation function; with "tanh", all have.
    """

    def __init__(self, nin, nouts, activation="relu"):
        sizes, last = [nin, *nouts], len(nouts) - 1
        self.layers = []
        for i in range(len(nouts)):
            nonlin = i != last or activation == "tanh"
            kind = {"nonlin": nonlin, "activation": activation}
            self.layers.append(Layer(sizes[i], sizes[i + 1], **kind))

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self):
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _values(x):
    """The inputs `x` as a list of Values: from one Value, or from any series."""
    if isinstance(x, Value):
        return [x]
    return [xi if isinstance(xi, Value) else Value(xi) for xi in x]
