"""Losses: one number for how wrong the answers are."""

from numbers import Integral

from .engine import Value, _apply
from .finite import _number, _series, _short
from .functional import _as_values, dot
from .rules import LOG_SUM_EXP


def _pairs(predictions, targets):
    """The predictions as Values, each with its target; the targets as Values as well."""
    predictions = _as_values(predictions, "the predictions")
    targets = _as_values(targets, "the targets")
    if len(predictions) != len(targets):
        counts = f"{len(predictions)} predictions and {len(targets)} targets"
        raise ValueError(f"{counts}: there must be equally many")
    return zip(predictions, targets)


def _mean(losses):
    if not losses:
        raise ValueError("there is no mean of no losses: the lists are empty")
    return sum(losses) * (1 / len(losses))


def mse_loss(predictions, targets):
    """The mean squared error of two lists, which are equally long."""
    return _mean([(p - t) ** 2 for p, t in _pairs(predictions, targets)])


def hinge_loss(scores, labels):
    """The mean of max(0, 1 - label * score); each label is 1 or -1."""
    _refuse_odd(labels, lambda label: abs(label) == 1, "a label is 1 or -1")
    return _mean([(1 - y * s).relu() for s, y in _pairs(scores, labels)])


def _refuse_odd(targets, fits, what):
    """A ValueError for a number that does not fit; a Value may be an input, with none yet."""
    for target in _series(targets, "the targets"):
        if not isinstance(target, Value) and not fits(_number(target, "a target is")):
            raise ValueError(f"{what}, not {_short(target)}")


def log_sum_exp(logits):
    """The logarithm of the sum of e**z of a list of logits, for large ones, too."""
    logits = _as_values(logits, "the logits")
    if not logits:
        raise ValueError("there are no logits")
    return _apply(LOG_SUM_EXP, logits)


def softmax(logits):
    """Probabilities that add up to 1, in proportion to e**z of each of the logits."""
    logits = _as_values(logits, "the logits")
    total = log_sum_exp(logits)
    return [(z - total).exp() for z in logits]


def cross_entropy(logits, targets):
    """The mean cross-entropy between the softmax of each row of `logits` and its target.

    A target is the place of the right label in its row, from 0, or a list with a probability
    for each label, such as [0, 1, 0]. Probabilities are not negative and add up to 1.
    """
    logits, targets = _series(logits, "the logits"), _series(targets, "the targets")
    if len(logits) != len(targets):
        raise ValueError(f"{len(logits)} rows of logits and {len(targets)} targets")
    return _mean([_of_one(*pair) for pair in zip(logits, targets)])


def _of_one(logits, target):
    """The cross-entropy of one row of logits."""
    logits = _as_values(logits, "a row of logits")
    if isinstance(target, Integral):
        if not 0 <= target < len(logits):
            raise ValueError(f"with {len(logits)} logits there is no label {_short(target)}")
        return log_sum_exp(logits) - logits[target]
    probabilities = _as_values(target, "a target is the place of a label, or its probabilities")
    _refuse_odd(target, lambda probability: probability >= 0, "a probability is not negative")
    inputs = [isinstance(probability, Value) for probability in target]
    if not any(inputs) and abs(sum(probability.data for probability in probabilities) - 1) > 1e-6:
        raise ValueError(f"probabilities add up to 1, and these do not: {_short(target)}")
    return log_sum_exp(logits) - dot(logits, probabilities)


def binary_cross_entropy_with_logits(logits, targets):
    """The mean cross-entropy of the sigmoids of a list of logits; targets from 0 to 1."""
    _refuse_odd(targets, lambda probability: 0 <= probability <= 1, "a target is from 0 to 1")
    pairs = _pairs(logits, targets)
    return _mean([log_sum_exp([z, Value(0.0)]) - y * z for z, y in pairs])


def l2_penalty(parameters):
    """The sum of the squares."""
    return dot(parameters, parameters, Value(0.0))
