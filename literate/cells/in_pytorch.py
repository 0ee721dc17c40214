"""The book's GPT in PyTorch, to compare with: as others would write it, with the same weights.

    theirs = GPTInPyTorch(tables(gpt), lr=0.01)
    theirs.loss(encode("maria"))      # a tensor
    theirs.step(encode("maria"))      # one step of Adam

Chapter, tests and benchmark ask this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class GPTInPyTorch:
    """`weights` are tensors of double precision by name, made of `tables`, which are arrays.

    PyTorch is set to one thread. Raises ModuleNotFoundError where it is not installed.
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        heads: int = 4,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
    ) -> None:
        import torch

        torch.set_num_threads(1)
        self.heads = heads
        self.weights = {
            name: torch.tensor(table, dtype=torch.float64, requires_grad=True)
            for name, table in tables.items()
        }
        self.adam = torch.optim.Adam([*self.weights.values()], lr=lr, betas=betas)

    def logits(self, tokens: Any) -> Any:
        """For each of the tokens, in one row or in several, the logits of the next."""
        import torch
        from torch.nn.functional import linear, relu, rms_norm

        w, count = self.weights, tokens.shape[-1]
        dims = w["token"].shape[1]
        ahead = torch.full((count, count), -torch.inf, dtype=torch.float64).triu(1)

        def norm(x: Any) -> Any:
            return rms_norm(x, (dims,), eps=1e-5)

        def by_head(x: Any) -> Any:
            return x.unflatten(-1, (self.heads, -1)).transpose(-2, -3)

        x = norm(w["token"][tokens] + w["place"][:count])
        for block in dict.fromkeys(name.rpartition(".")[0] for name in w if "." in name):
            y = norm(x)
            query, key, value = (
                by_head(linear(y, w[f"{block}.{name}"])) for name in ("query", "key", "value")
            )
            scores = query @ key.transpose(-1, -2) / (dims // self.heads) ** 0.5 + ahead
            found = (scores.softmax(-1) @ value).transpose(-2, -3).flatten(-2)
            x = x + linear(found, w[f"{block}.out"])
            x = x + linear(relu(linear(norm(x), w[f"{block}.up"])), w[f"{block}.down"])
        return linear(x, w["head"])

    def loss(self, tokens: Any) -> Any:
        """The mean loss of the tokens of a text, or of several that are equally long."""
        import torch

        tokens = torch.as_tensor(tokens)
        logits, targets = self.logits(tokens[..., :-1]), tokens[..., 1:]
        return torch.nn.functional.cross_entropy(logits.flatten(0, -2), targets.flatten())

    def step(self, tokens: Any) -> float:
        """Take a step of the training, and return the loss before it."""
        self.adam.zero_grad()
        loss = self.loss(tokens)
        loss.backward()
        self.adam.step()
        return float(loss.item())
