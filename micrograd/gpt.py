"""A GPT: it reads token after token, and gives a logit to each that could come next."""

from numbers import Integral

from .attention import attend
from .finite import _series, _short
from .functional import linear, rms_norm
from .nn import Module, _size, matrix


class Block(Module):
    """Attention, which fetches from the places so far, and an MLP; both only add."""

    def __init__(self, dims, heads):
        if _size(dims, "dims") % _size(heads, "heads"):
            raise ValueError(f"{dims} dimensions cannot be shared among {heads} heads")
        self.heads = heads
        self.query, self.key, self.value, self.out = (matrix(dims, dims) for _ in range(4))
        self.up, self.down = matrix(4 * dims, dims), matrix(dims, 4 * dims)

    def __call__(self, x, keys, values):
        """The new vector of a place, whose key and value are added to the lists."""
        normed, found, size = rms_norm(x), [], len(x) // self.heads
        query = linear(normed, self.query)
        keys.append(linear(normed, self.key))
        values.append(linear(normed, self.value))
        for head in [slice(i, i + size) for i in range(0, len(x), size)]:
            found += attend(query[head], [k[head] for k in keys], [v[head] for v in values])
        x = linear(found, self.out, x)
        return linear([h.relu() for h in linear(rms_norm(x), self.up)], self.down, x)


class GPT(Module):
    """Embeddings of tokens and of places, blocks, and a row of weights for each logit."""

    def __init__(self, tokens=27, places=16, dims=16, heads=4, layers=1):
        self.token, self.place = matrix(tokens, dims), matrix(places, dims)
        self.blocks = [Block(dims, heads) for _ in range(_size(layers, "layers"))]
        self.head = matrix(tokens, dims)

    def __call__(self, tokens):
        """For each of the tokens the logits of the one after it."""
        seen = self.nothing()
        return [self.read(self.row(token), seen) for token in _series(tokens, "the tokens")]

    def row(self, token):
        """The embedding of a token; a ValueError if there is none."""
        if not isinstance(token, Integral) or token not in range(len(self.token)):
            raise ValueError(f"a token is 0 to {len(self.token) - 1}, not {_short(token)}")
        return self.token[token]

    def nothing(self):
        return [([], []) for _ in self.blocks]  # no keys and no values have been seen

    def read(self, row, seen):
        """The logits after one more token, from its embedding and what was `seen`."""
        place = len(seen[0][0])
        if place == len(self.place):
            raise ValueError(f"the text is too long: there are {place} places")
        x = rms_norm([a + b for a, b in zip(row, self.place[place])])
        for block, (keys, values) in zip(self.blocks, seen):
            x = block(x, keys, values)
        return linear(x, self.head)
