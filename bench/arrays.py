"""A training with whole arrays: with numpy and slopes worked out by hand, and with PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.floats import Layers
from bench.tasks import Training


def numpy_steps(np: Any, layers: Layers, task: Training) -> Callable[[], float]:
    parameters = [(np.array(weights), np.array(biases)) for weights, biases in layers]
    examples = np.array(task.examples)
    inputs, targets = examples[:, :-1], examples[:, -1]

    def step() -> float:
        rows = [inputs]
        for weights, biases in parameters:
            rows.append(np.maximum(rows[-1] @ weights.T + biases, 0.0))
        weights, biases = parameters[-1]
        answers = (rows[-2] @ weights.T + biases)[:, 0]
        errors, slopes = task.by_hand(answers, targets)
        squares = sum((w * w).sum() + (b * b).sum() for w, b in parameters)
        back = slopes[:, None]
        for (weights, biases), row in zip(reversed(parameters), rows[-2::-1], strict=True):
            weight_slopes = back.T @ row + 2 * task.price * weights
            bias_slopes = back.sum(0) + 2 * task.price * biases
            back = (back @ weights) * (row > 0)
            weights -= task.rate * weight_slopes
            biases -= task.rate * bias_slopes
        return float(errors.sum() + task.price * squares)

    return step


def torch_steps(torch: Any, layers: Layers, task: Training) -> Callable[[], float]:
    parameters = [
        torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
        for layer in layers
        for numbers in layer
    ]
    examples = torch.tensor(task.examples, dtype=torch.float64)
    inputs, targets = examples[:, :-1], examples[:, -1]

    def step() -> float:
        row = inputs
        for place in range(0, len(parameters), 2):
            row = row.relu() if place else row
            row = row @ parameters[place].T + parameters[place + 1]
        loss = task.error(row[:, 0], targets).sum()
        if task.price:
            loss = loss + task.price * sum((p * p).sum() for p in parameters)
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data -= task.rate * p.grad
        return float(loss.item())

    return step
