"""Losses: one number for how wrong the answers are."""

from numbers import Integral

from .engine import Value, dot


def _mean(losses):
    if not losses:
        raise ValueError("there is no mean of no losses: the lists are empty")
    return sum(losses) * (1 / len(losses))


def mse_loss(answers, targets):
    """The mean of the squared differences; two lengths are a ValueError."""
    return _mean([(a - t) ** 2 for a, t in zip(answers, targets, strict=True)])


def hinge_loss(scores, labels):
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


def cross_entropy(logits, targets):
    """The mean of what the softmax of each row of `logits` lacks of its target.

    A target is the place of the right label in its row, from 0, or a list with a share
    for each label, such as [0, 1, 0]. What a row lacks is -log of the right label's
    share. A place that is not there and lists of two lengths are a ValueError.
    """
    return _mean([_lacking(*pair) for pair in zip(logits, targets, strict=True)])


def _lacking(logits, target):
    if not isinstance(target, Integral):
        shares = [s if isinstance(s, Value) else Value(s) for s in target]
        return log_sum_exp(logits) - dot(logits, shares, Value(0.0))
    if not 0 <= target < len(logits):
        raise ValueError(f"there is no label {target} with {len(logits)} logits")
    return log_sum_exp(logits) - logits[target]


def l2_penalty(parameters):
    """The sum of the squares."""
    return dot(parameters, parameters, Value(0.0))
