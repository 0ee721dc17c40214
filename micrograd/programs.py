"""The loss of a GPT as programs: one for each length of a text."""

from .compiler import Compiled
from .engine import Value
from .finite import _series, _short
from .gpt import GPT
from .graph import topological_order
from .losses import cross_entropy


class Programs:
    """Writes a program when a text of a new length comes, and keeps it."""

    def __init__(self, gpt):
        if not isinstance(gpt, GPT):
            raise TypeError(f"programs are written for a GPT, not for {_short(gpt)}")
        self.gpt, self._written = gpt, {}

    def forward(self, tokens):
        """The mean loss of the tokens, each of which is to follow from those before it."""
        program, _, example = self._prepared(tokens)
        return program.forward([example])[0][0]

    def backward(self, tokens):
        """The same; its gradient is added to `grad` of the parameters."""
        program, pairs, example = self._prepared(tokens)
        loss = program.backward([example])
        for standing_in, p in pairs:
            p.grad += standing_in.grad
        return loss

    def _prepared(self, tokens):
        """The program, the pairs of a stand-in and what it stands for, and the targets."""
        tokens = _series(tokens, "the tokens")
        read = [self.gpt.row(token) for token in tokens][:-1]
        if not read:
            raise ValueError("a text has two tokens at least: one that follows another")
        if len(read) not in self._written:
            self._written[len(read)] = self._write(len(read))
        rows, program = self._written[len(read)]
        pairs = [pair for row, p in zip(rows, read) for pair in zip(row, p)]
        for standing_in, p in pairs:
            standing_in.data, standing_in.grad = p.data, 0.0
        every = range(len(self.gpt.token))
        return program, pairs, [float(t == token) for t in tokens[1:] for token in every]

    def _write(self, length):
        """The program for a length, and the rows in it that stand in for an embedding."""
        tokens, dims = len(self.gpt.token), len(self.gpt.token[0])
        rows = [[Value(0.0) for _ in range(dims)] for _ in range(length)]
        targets = [[Value(0.0) for _ in range(tokens)] for _ in range(length)]
        seen = self.gpt.nothing()
        loss = cross_entropy([self.gpt.read(row, seen) for row in rows], targets)
        used = {*topological_order(loss)}
        weights = [p for p in self.gpt.parameters() if p in used]
        stand_ins, inputs = ([x for row in table for x in row] for table in (rows, targets))
        return rows, Compiled(loss, [*weights, *stand_ins], inputs)
