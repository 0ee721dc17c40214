"""Attention, beside PyTorch's; causal, and refused in words where it makes no sense."""

import math
import random
import re

import pytest

from micrograd import Value, attend, attention_weights

PLACES, SIZE = 5, 4


def vectors(count, size, seed):
    rng = random.Random(seed)
    return [[Value(rng.gauss(0, 1)) for _ in range(size)] for _ in range(count)]


def causal(queries, keys, values):
    return [attend(q, keys[: i + 1], values[: i + 1]) for i, q in enumerate(queries)]


def numbers(rows):
    return [[x.data for x in row] for row in rows]


def test_outputs_and_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    ours = [vectors(PLACES, SIZE, seed) for seed in (1, 2, 3)]
    theirs = [torch.tensor(numbers(rows), dtype=torch.float64) for rows in ours]
    for rows in theirs:
        rows.requires_grad_()
    outputs = causal(*ours)
    attention = torch.nn.functional.scaled_dot_product_attention
    [expected] = attention(*(rows[None] for rows in theirs), is_causal=True)
    assert numbers(outputs) == [pytest.approx(row, abs=1e-12) for row in expected.tolist()]
    # Another factor for each number, so that no two gradients can be exchanged.
    factors = [[math.sin(3 * i + j) for j in range(SIZE)] for i in range(PLACES)]
    sum(x * f for row, some in zip(outputs, factors) for x, f in zip(row, some)).backward()
    (expected * torch.tensor(factors, dtype=torch.float64)).sum().backward()
    for rows, tensor in zip(ours, theirs):
        grads = [[x.grad for x in row] for row in rows]
        assert grads == [pytest.approx(row, abs=1e-9, rel=0) for row in tensor.grad.tolist()]


def test_a_later_place_never_changes_an_earlier_output():
    queries, keys, values = (vectors(PLACES, SIZE, seed) for seed in (1, 2, 3))
    before = numbers(causal(queries, keys, values))
    for place in range(1, PLACES):
        changed = [
            rows[:place] + vectors(PLACES - place, SIZE, seed)
            for rows, seed in ((queries, 4), (keys, 5), (values, 6))
        ]
        after = numbers(causal(*changed))
        assert after[:place] == before[:place]
        assert all(a != b for a, b in zip(after[place:], before[place:]))


def test_weights_are_probabilities_even_of_scores_without_measure():
    (query,) = vectors(1, SIZE, 1)
    for size in (1, 1e3, 1e150):
        keys = [[x * size for x in key] for key in vectors(PLACES, SIZE, 2)]
        weights = [w.data for w in attention_weights(query, keys)]
        assert math.isclose(sum(weights), 1) and min(weights) >= 0


REFUSED = {
    "no key": (lambda: attend([1.0], [], []), "attention needs one key at least"),
    "an empty query": (lambda: attend([], [[]], [[1.0]]), "a query that is not empty"),
    "a key of another length": (
        lambda: attend([1.0, 2.0], [[1.0]], [[1.0]]), "dot of 2 values and 1"),
    "a value too few": (
        lambda: attend([1.0], [[1.0], [2.0]], [[1.0]]), "a value for each key"),
    "values of two lengths": (
        lambda: attend([1.0], [[1.0], [2.0]], [[1.0], [1.0, 2.0]]), "all of them equally long"),
    "no number": (lambda: attend([math.nan], [[1.0]], [[1.0]]), "one finite real number, not nan"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_in_words(name):
    action, says = REFUSED[name]
    with pytest.raises((TypeError, ValueError), match=re.escape(says)):
        action()
