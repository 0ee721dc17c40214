"""Many networks side by side: the same training from other seeds, in NumPy.

    networks = SideBySide([MLP(2, [16, 16, 1]) for seed in range(10)])
    losses = networks.train(X, y, "hinge", 100, 0.5)     # a row for each step, a column for each
    networks(X)                                          # the outputs of each of them

What one training shows may be the luck of its seed, and the engine is too slow for ten. Here each
weight is an array with one number for each network. The gradients are those of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class SideBySide:
    """Copies of the package's networks, all of one shape, that are trained in the same way.

    `weights` has for each layer an array (networks, inputs, neurons), and `biases` one of shape
    (networks, 1, neurons). The activation function is that of the networks: ReLU behind each
    layer but the last, or tanh behind all.
    """

    def __init__(self, networks: Sequence[Any], activation: str = "relu") -> None:
        import numpy as np

        layers = range(len(networks[0].layers))
        self.weights = [
            np.array([[[w.data for w in n.w] for n in net.layers[i].neurons] for net in networks])
            .transpose(0, 2, 1).copy()
            for i in layers
        ]  # fmt: skip
        self.biases = [
            np.array([[[n.b.data for n in net.layers[i].neurons]] for net in networks])
            for i in layers
        ]
        self.activation = activation

    def __call__(self, inputs: Any) -> Any:
        """The outputs for (examples, inputs), as an array (networks, examples, outputs)."""
        return self.outputs(inputs)[-1]

    def outputs(self, inputs: Any) -> list[Any]:
        """The inputs, and then the outputs of each layer."""
        import numpy as np

        found = [np.asarray(inputs, float)]
        for number, (w, b) in enumerate(zip(self.weights, self.biases), start=1):
            z = found[-1] @ w + b
            if self.activation == "tanh":
                z = np.tanh(z)
            elif number < len(self.weights):
                z = np.maximum(z, 0.0)
            found.append(z)
        return found

    def gradients(self, inputs: Any, targets: Any, loss: str) -> tuple[Any, list[Any]]:
        """The loss of each network, and the gradients of `weights` and then of `biases`.

        `loss` is "mse", "hinge" (targets 1 and -1) or "cross-entropy" (one label for each
        example); each is the mean over the examples.
        """
        outputs = self.outputs(inputs)
        losses, grad = _loss(loss, outputs[-1], targets)
        by_weights, by_biases = [], []
        for number in reversed(range(len(self.weights))):
            out = outputs[number + 1]
            if self.activation == "tanh":
                grad = grad * (1 - out**2)
            elif number < len(self.weights) - 1:
                grad = grad * (out > 0)
            by_weights.append(outputs[number].swapaxes(-1, -2) @ grad)
            by_biases.append(grad.sum(axis=1, keepdims=True))
            grad = grad @ self.weights[number].swapaxes(-1, -2)
        return losses, [*reversed(by_weights), *reversed(by_biases)]

    def train(
        self,
        inputs: Any,
        targets: Any,
        loss: str,
        steps: int,
        lr: Any,
        *,
        momentum: float = 0.0,
        betas: tuple[float, float] | None = None,
        l2: Any = 0.0,
        l2_on_biases: bool = False,
        decay: bool = False,
        batch_size: int | None = None,
        watch: Callable[[int], None] = lambda step: None,
    ) -> Any:
        """Train with gradient descent, or with Adam where there are `betas`.

        `lr` is the learning rate and `l2` the factor of the weights' squares in the loss: a number
        for all or an array with one for each network. Biases are part of the squares only with
        `l2_on_biases`. With `decay` the learning rate falls to a
        tenth in a straight line. With `batch_size` each step takes the next examples of a random
        order, the same for all networks. Before each step, `watch(step)` is called.

        Returns the losses before each step, without the part of `l2`: an array (steps, networks).
        """
        import numpy as np

        inputs, targets = np.asarray(inputs, float), np.asarray(targets)
        parameters = [*self.weights, *self.biases]
        rate, factor = (np.reshape(np.asarray(x, float), (-1, 1, 1)) for x in (lr, l2))
        means, squares = ([np.zeros_like(p) for p in parameters] for _ in range(2))
        history, order, chance = [], np.arange(0), np.random.default_rng(1337)
        for step in range(steps):
            watch(step)
            if batch_size and not len(order):
                order = chance.permutation(len(inputs))
            rows = order[:batch_size] if batch_size else slice(None)
            order = order[batch_size:]
            losses, grads = self.gradients(inputs[rows], targets[rows], loss)
            history.append(losses)
            now = rate * (1 - 0.9 * step / steps if decay else 1.0)
            for i, (p, grad) in enumerate(zip(parameters, grads)):
                if l2_on_biases or i < len(self.weights):
                    grad += 2 * factor * p
                if betas is None:
                    means[i] = momentum * means[i] + grad
                    p -= now * means[i]
                else:
                    means[i] += (1 - betas[0]) * (grad - means[i])
                    squares[i] += (1 - betas[1]) * (grad**2 - squares[i])
                    mean = means[i] / (1 - betas[0] ** (step + 1))
                    p -= now * mean / (np.sqrt(squares[i] / (1 - betas[1] ** (step + 1))) + 1e-8)
        return np.array(history)


def _loss(name: str, outputs: Any, targets: Any) -> tuple[Any, Any]:
    """The mean loss of each network over the examples, and its gradient by the outputs."""
    import numpy as np

    targets, count = np.asarray(targets), outputs.shape[1]
    if name == "cross-entropy":
        powers = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        probabilities = powers / powers.sum(axis=-1, keepdims=True)
        places = np.arange(count)
        losses = -np.log(probabilities[:, places, targets])
        probabilities[:, places, targets] -= 1
        return losses.mean(axis=1), probabilities / count
    scores = outputs[..., 0]
    if name == "mse":
        losses, grad = (scores - targets) ** 2, 2 * (scores - targets)
    elif name == "hinge":
        missing = 1 - targets * scores
        losses, grad = np.maximum(missing, 0), -targets * (missing > 0)
    else:
        raise ValueError(f"the loss is 'mse', 'hinge' or 'cross-entropy', not {name!r}")
    return losses.mean(axis=1), grad[..., None] / count
