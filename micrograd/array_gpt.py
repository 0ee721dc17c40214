"""The GPT on arrays, with the weights of one of Values."""

import numpy as np

from .arrays import Array
from .finite import _short
from .nn import _size


class ArrayGPT:
    """A GPT on arrays; `tables` are its weights by name, as those that `tables` makes of a `GPT`.

    All weights lie in one long array, `data`, and their gradients in `grad`. Each weight is
    a view of it: what changes here changes there.
    """

    def __init__(self, tables, heads=4):
        _refuse_odd_tables(tables, heads)
        self.heads, self.weights, start = heads, {}, 0
        self.data = np.concatenate([np.ravel(table) for table in tables.values()]).astype(float)
        self.grad = np.zeros_like(self.data)
        for name, table in tables.items():
            part = slice(start, start + np.size(table))
            w = self.weights[name] = Array(self.data[part].reshape(np.shape(table)))
            w.grad, start = self.grad[part].reshape(np.shape(table)), part.stop
        self.blocks = [*dict.fromkeys(n.rpartition(".")[0] for n in tables if "." in n)]

    def __call__(self, tokens):
        """For each of the tokens, in one row or in several, the logits of the one after it."""
        w, count = self.weights, np.shape(tokens)[-1]
        size, places = len(w["token"].data), len(w["place"].data)
        if np.min(tokens) < 0 or np.max(tokens) >= size:
            raise ValueError(f"a token is 0 to {size - 1}, and among these is another")
        if count > places:
            raise ValueError(f"the text is too long: there are {places} places")
        x = rms_normed(w["token"][tokens] + w["place"][:count])
        ahead = np.triu(np.full((count, count), -np.inf), 1)
        for block in self.blocks:
            query, key, value, out, up, down = (w[f"{block}.{name}"].T for name in MATRICES)
            y, shape = rms_normed(x), x.data.shape
            by_head = (*shape[:-1], self.heads, shape[-1] // self.heads)
            query, key, value = (
                (y @ matrix).reshape(*by_head).swap(-2, -3) for matrix in (query, key, value)
            )
            scores = query @ key.T * by_head[-1] ** -0.5 + ahead
            x = x + (scores.softmax() @ value).swap(-2, -3).reshape(*shape) @ out
            x = x + (rms_normed(x) @ up).relu() @ down
        return x @ w["head"].T

    def loss(self, tokens):
        """The mean loss of the tokens of a text, or of several that are equally long."""
        tokens = np.asarray(tokens)
        if tokens.shape[-1] < 2:
            raise ValueError("a text has two tokens at least: one that follows another")
        return self(tokens[..., :-1]).cross_entropy(tokens[..., 1:])


def rms_normed(x):
    """`rms_norm` of an Array, over its last axis."""
    return x * ((x * x).mean() + 1e-5) ** -0.5


def tables(gpt):
    """The weights of a GPT of Values as arrays, by name: "token", "blocks.0.query" and so on."""
    found = {}
    for name, number in gpt.state_dict().items():
        matrix, row, _ = name.rsplit(".", 2)
        found.setdefault(matrix, {}).setdefault(row, []).append(number)
    return {matrix: np.array([*rows.values()]) for matrix, rows in found.items()}


MATRICES = ("query", "key", "value", "out", "up", "down")


def _refuse_odd_tables(tables, heads):
    """A ValueError where weights are missing, or do not fit together."""
    shapes = {name: np.shape(table) for name, table in tables.items()}
    size, dims = shapes.get("token", (0, 0))
    blocks = dict.fromkeys(name.rpartition(".")[0] for name in shapes if "." in name)
    wanted = {"token": (size, dims), "place": (*shapes.get("place", (1,))[:1], dims)}
    for block in blocks:
        wanted |= dict.fromkeys((f"{block}.{name}" for name in MATRICES), (dims, dims))
        wanted |= {f"{block}.up": (4 * dims, dims), f"{block}.down": (dims, 4 * dims)}
    wanted["head"] = (size, dims)
    for name in [*wanted, *shapes]:
        if shapes.get(name) != wanted.get(name):
            told = f"{_short(name)} has the shape {shapes.get(name)}, not {wanted.get(name)}"
            raise ValueError(f"the weights do not fit: {told}")
    if not blocks or dims % _size(heads, "heads"):
        raise ValueError(f"there is no block, or {heads} heads cannot share {dims} dimensions")
