"""A training with plain floats, its slopes worked out by hand for this one kind of network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.tasks import Training

Layers = list[tuple[list[list[float]], list[float]]]
"""For each layer the weights of its neurons, and their biases."""


def steps(layers: Layers, task: Training) -> Callable[[], float]:
    def step() -> float:
        slopes: Layers = [
            ([[2 * task.price * w for w in ws] for ws in weights],
             [2 * task.price * b for b in biases])
            for weights, biases in layers
        ]  # fmt: skip
        squares = [p * p for weights, biases in layers for ws in [*weights, biases] for p in ws]
        loss = task.price * sum(squares)
        for *inputs, target in task.examples:
            loss += _example(layers, slopes, inputs, target, task)
        for (weights, biases), (weight_slopes, bias_slopes) in zip(layers, slopes, strict=True):
            for ps, gs in zip([*weights, biases], [*weight_slopes, bias_slopes], strict=True):
                for i, g in enumerate(gs):
                    ps[i] -= task.rate * g
        return loss

    return step


def _example(
    layers: Layers, slopes: Layers, inputs: Sequence[float], target: float, task: Training
) -> float:
    """The error of one example; its slopes are added to `slopes`."""
    rows = [[*inputs]]
    for number, (weights, biases) in enumerate(layers, 1):
        row = []
        for ws, b in zip(weights, biases, strict=True):
            total = b
            for w, x in zip(ws, rows[-1], strict=True):
                total += w * x
            row.append(total if number == len(layers) or total > 0 else 0.0)
        rows.append(row)
    error, slope = task.by_hand(rows[-1][0], target)
    back = [slope]
    for number in reversed(range(len(layers))):
        weights, (weight_slopes, bias_slopes) = layers[number][0], slopes[number]
        row, before = rows[number], [0.0] * len(rows[number])
        for i, slope in enumerate(back):
            if slope:
                bias_slopes[i] += slope
                ws, gs = weights[i], weight_slopes[i]
                for j, x in enumerate(row):
                    gs[j] += slope * x
                    before[j] += slope * ws[j]
        back = [slope if x > 0 else 0.0 for slope, x in zip(before, row, strict=True)]
    return float(error)
