"""Losses: one number for how wrong the answers are."""

from numbers import Integral

from .engine import Value, dot


def _mean(losses):
    if not losses:
        raise ValueError("there is no mean of no losses: the lists are empty")
    return sum(losses) * (1 / len(losses))


def squared_error(answers, targets):
    """The mean of the squared differences; two lengths are a ValueError."""
    return _mean([(a - t) ** 2 for a, t in zip(answers, targets, strict=True)])


def max_margin(scores, labels):
    """The mean of what each score lacks to 1 on its label's side, 1 or -1."""
    return _mean([(1 - y * s).relu() for s, y in zip(scores, labels, strict=True)])


def log_sum_exp(logits):
    """The logarithm of the sum of e**z, for large z too: the largest is taken out."""
    largest = max(z.data for z in logits)
    return sum((z - largest).exp() for z in logits).log() + largest


def softmax(logits):
    """Shares that add up to 1, in proportion to e**z of each of the logits."""
    total = log_sum_exp(logits)
    return [(z - total).exp() for z in logits]


def cross_entropy(logits, label):
    """What the softmax of `logits` lacks: -log of the share of the right label.

    `label` is its place, from 0, or a list with a share for each label, such as
    [0, 1, 0]. A place that is not there or a wrong length is a ValueError.
    """
    if not isinstance(label, Integral):
        shares = [s if isinstance(s, Value) else Value(s) for s in label]
        return log_sum_exp(logits) - dot(logits, shares, Value(0.0))
    if not 0 <= label < len(logits):
        raise ValueError(f"there is no label {label} with {len(logits)} logits")
    return log_sum_exp(logits) - logits[label]


def l2(parameters):
    """The sum of the squares."""
    return dot(parameters, parameters, Value(0.0))
