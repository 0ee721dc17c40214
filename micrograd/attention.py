"""Attention: what one place of a text finds out from the others."""

import math

from .finite import _series
from .functional import dot
from .losses import softmax


def attention_weights(query, keys):
    """How much each place counts for a query: softmax(query * key / sqrt(d)), for all keys.

    `query` and each of the `keys` are lists of d numbers or Values. A ValueError if there is
    no key, or one of another length.
    """
    query, keys = _series(query, "a query"), _series(keys, "the keys", "keys")
    if not keys or not query:
        raise ValueError("attention needs one key at least, and a query that is not empty")
    scale = 1 / math.sqrt(len(query))
    return softmax([dot(query, key) * scale for key in keys])


def attend(query, keys, values):
    """The mean of the `values`, each weighted by how well its key fits the query.

    `values` has for each key a list of numbers or Values, all equally long; so is the
    result. It is causal if keys and values are those of the places up to this one.
    (Vaswani and others, 2017: scaled dot-product attention.)
    """
    weights = attention_weights(query, keys)
    values = [_series(value, "a value") for value in _series(values, "the values", "values")]
    if len(values) != len(weights) or len({*map(len, values)}) != 1:
        raise ValueError("attention needs a value for each key, all of them equally long")
    return [dot(weights, column) for column in zip(*values)]
