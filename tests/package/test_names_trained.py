"""Twenty steps of training of the models that read names, beside PyTorch from the same weights.

A table of pairs, a window with an MLP, and attention: once node by node, once compiled, once with
PyTorch's functions. The losses and, at the end, the gradients agree to 1e-9.
"""

import random
from itertools import pairwise

import pytest

from micrograd import (
    SGD,
    Compiled,
    Value,
    attend,
    cross_entropy,
    dot,
    encode,
    load_names,
    split,
)

torch = pytest.importorskip("torch")
STEPS, LR, SIZE = 20, 0.5, 4
LENGTH = 6
"""Names of one length, so that one program does for all of them."""


def linear(x, rows):
    return [dot(row, x) for row in rows]


def causal(xs, matrices):
    queries, keys, values = ([linear(x, rows) for x in xs] for rows in matrices)
    return [attend(q, keys[: i + 1], values[: i + 1]) for i, q in enumerate(queries)]


def pairs(parts, tokens):
    """The logits at each place, by the last token alone."""
    return [linear(token, parts["table"]) for token in tokens]


def pairs_torch(parts, tokens):
    return tokens @ parts["table"].T


def window(parts, tokens):
    """By the last two tokens, through an MLP."""
    xs = [linear(token, parts["letters"]) for token in tokens]
    xs = [[0.0] * SIZE, *xs]
    hidden = [[h.relu() for h in linear(a + b, parts["hidden"])] for a, b in pairwise(xs)]
    return [linear(h, parts["out"]) for h in hidden]


def window_torch(parts, tokens):
    xs = tokens @ parts["letters"].T
    before = torch.cat([torch.zeros_like(xs[:, :1]), xs[:, :-1]], dim=1)
    hidden = torch.relu(torch.cat([before, xs], dim=2) @ parts["hidden"].T)
    return hidden @ parts["out"].T


def looker(parts, tokens):
    """By the letter, its place, and what one head finds before it."""
    letters = [linear(token, parts["letters"]) for token in tokens]
    xs = [[a + b for a, b in zip(*pair)] for pair in zip(letters, parts["places"])]
    found = causal(xs, [parts[name] for name in ("to_query", "to_key", "to_value")])
    return [linear(x + f, parts["out"]) for x, f in zip(xs, found)]


def looker_torch(parts, tokens):
    xs = tokens @ parts["letters"].T + parts["places"]
    made = (xs @ parts[name].T for name in ("to_query", "to_key", "to_value"))
    found = torch.nn.functional.scaled_dot_product_attention(*made, is_causal=True)
    return torch.cat([xs, found], dim=2) @ parts["out"].T


SQUARE = (SIZE, SIZE)
MODELS = {
    "a table of pairs": (pairs, pairs_torch, {"table": (27, 27)}),
    "a window": (
        window,
        window_torch,
        {"letters": (SIZE, 27), "hidden": (8, 2 * SIZE), "out": (27, 8)},
    ),
    "one head": (
        looker,
        looker_torch,
        {"letters": (SIZE, 27), "places": (LENGTH + 1, SIZE), "to_query": SQUARE, "to_key": SQUARE,
         "to_value": SQUARE, "out": (27, 2 * SIZE)},
    ),
}  # fmt: skip


def weights(shapes):
    """Random numbers for the parts of a model; the same each time."""
    rng = random.Random(1337)
    return {
        name: [[rng.uniform(-0.5, 0.5) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }


def one_hot(token):
    return [float(i == token) for i in range(27)]


def mini_batches():
    """For each step two names, as pairs of the tokens and of those that come next."""
    names = [name for name in split(load_names())[0] if len(name) == LENGTH]
    for step in range(STEPS):
        tokens = [[*map(one_hot, encode(name))] for name in names[2 * step : 2 * step + 2]]
        yield [(each[:-1], each[1:]) for each in tokens]


def with_values(model, shapes, compiled):
    """The losses of all steps, and the last gradients."""
    numbers = weights(shapes)
    parts = {name: [[*map(Value, row)] for row in rows] for name, rows in numbers.items()}
    parameters = [p for rows in parts.values() for row in rows for p in row]
    optimizer, losses = SGD(parameters, LR), []
    if compiled:
        tokens, following = (
            [[Value(0.0) for _ in range(27)] for _ in range(LENGTH + 1)] for _ in range(2)
        )
        inputs = [x for rows in (tokens, following) for row in rows for x in row]
        program = Compiled(cross_entropy(model(parts, tokens), following), parameters, inputs)
    for batch in mini_batches():
        optimizer.zero_grad()
        if compiled:
            examples = [[x for rows in pair for row in rows for x in row] for pair in batch]
            losses.append(program.backward(examples, reduction="mean"))
        else:
            loss = sum(cross_entropy(model(parts, seen), then) for seen, then in batch) / 2
            loss.backward()
            losses.append(loss.data)
        grads = [p.grad for p in parameters]
        optimizer.step()
    return losses, grads


def with_torch(model, shapes):
    parts = {
        name: torch.tensor(rows, dtype=torch.float64).requires_grad_()
        for name, rows in weights(shapes).items()
    }
    losses = []
    for batch in mini_batches():
        seen, then = (torch.tensor(each, dtype=torch.float64) for each in zip(*batch))
        logits = model(parts, seen)
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 27), then.reshape(-1, 27))
        grads = torch.autograd.grad(loss, [*parts.values()])
        losses.append(loss.item())
        with torch.no_grad():
            for part, grad in zip(parts.values(), grads):
                part -= LR * grad
    return losses, [x for grad in grads for x in grad.flatten().tolist()]


@pytest.mark.parametrize("name", MODELS)
def test_twenty_steps_agree_with_pytorch(name):
    model, theirs, shapes = MODELS[name]
    expected, expected_grads = with_torch(theirs, shapes)
    assert expected[-1] < expected[0] and any(abs(grad) > 1e-3 for grad in expected_grads)
    for compiled in (False, True):
        losses, grads = with_values(model, shapes, compiled)
        assert losses == pytest.approx(expected, abs=1e-9, rel=0)
        assert grads == pytest.approx(expected_grads, abs=1e-9, rel=0)
