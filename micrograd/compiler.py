"""An expression as a program: traced once, written out, and run for any numbers."""

import math

from .engine import Value, topological_order
from .finite import _number


def _dot(ws, xs, b):
    products = [f"{w} * {x}" for w, x in zip(ws, xs)]
    return " + ".join([b, *products]), [*xs, *ws, "1.0"]


# For each operation: how its result is written, and each of its slopes.
# Where an infinity would be swallowed, 0.0 times it is added: that is not a number.
RULES = {
    "+": lambda out, a, b: (f"{a} + {b}", ["1.0", "1.0"]),
    "*": lambda out, a, b: (f"{a} * {b}", [b, a]),
    "**": lambda out, a, k: (f"{a} ** {k} + 0.0 * {a}", [f"{k} * {a} ** ({k} - 1)"]),
    "exp": lambda out, a: (f"math.exp({a}) + 0.0 * {a}", [out]),
    "log": lambda out, a: (f"math.log({a})", [f"1.0 / {a}"]),
    "tanh": lambda out, a: (f"math.tanh({a}) + 0.0 * {a}", [f"(1.0 - {out} * {out})"]),
    "ReLU": lambda out, a: (f"({a} if {a} > 0.0 else 0.0) + 0.0 * {a}", [f"({out} > 0.0)"]),
    "dot": lambda out, *x: _dot(x[: len(x) // 2], x[len(x) // 2 : -1], x[-1]),
}
_PROGRAM = """\
def forward(parameters, examples):
    [{p}] = parameters
    results = []
    for [{x}] in examples:
        {there}
        results += [{results}]
    return results


def backward(parameters, examples):
    [{p}] = parameters
    [{g}] = [0.0] * len(parameters)
    total = 0.0
    for [{x}] in examples:
        {there}
        total += {total}
        [{s}] = [0.0] * {inner}
        {back}
    return [total, {g}]
"""


def _write(roots, parameters, inputs):
    """The program for the expressions that end in `roots`, as text."""
    nodes = [node for node in topological_order(Value(0.0, roots)) if node._op]
    names = {}
    for letter, those in (("p", parameters), ("x", inputs), ("v", nodes)):
        names |= {node: f"{letter}{i}" for i, node in enumerate(those)}
    slopes = {p: f"g{i}" for i, p in enumerate(parameters)}
    inner, there, back = [], [], []
    for node in nodes:
        # A leaf without a name is frozen: it stays what it is now.
        children = [names.get(child, f"({child.data!r})") for child in node._prev]
        result, factors = _rule(node._op)(names[node], *children)
        there.append(f"{names[node]} = {result}")
        if any(child in slopes for child in node._prev):
            slopes[node] = "s" + names[node][1:]
            inner.append(slopes[node])
            back[:0] = [
                f"{slopes[child]} += {slopes[node]} * {factor}"
                for child, factor in zip(node._prev, factors)
                if child in slopes
            ]
    back[:0] = [f"{slopes[root]} += 1.0" for root in roots if root in slopes]
    results = [names.get(root, repr(root.data)) for root in roots]
    return _PROGRAM.format(
        p=", ".join(names[p] for p in parameters), x=", ".join(names[x] for x in inputs),
        g=", ".join(slopes[p] for p in parameters), s=", ".join(inner), inner=len(inner),
        there=_lines(there), back=_lines(back),
        results=", ".join(results), total=" + ".join(results),
    )  # fmt: skip


def _lines(lines):
    return "\n        ".join(lines or ["pass"])


def _rule(op):
    """The rule for an operation; a ValueError if there is none."""
    if op[:2] == "**":
        return lambda out, a: RULES["**"](out, a, op[2:])
    if op not in RULES:
        raise ValueError(f"no rule for the operation {op!r}: write one into RULES")
    return RULES[op]


class Compiled:
    """An expression as a program, traced once and run for many examples.

    `root` is the Value that it ends in, or a list of several. `parameters` are leaves:
    they are read anew in every run, and their `grad` is added to. `inputs` are the
    leaves that each example has a number for. All other leaves stay what they are
    now. `source` is the program.

    A ValueError for a computed value among the leaves, and for an operation that
    has no rule.
    """

    def __init__(self, root, parameters, inputs=()):
        self.roots = [root] if isinstance(root, Value) else list(root)
        self.parameters, self.inputs = list(parameters), list(inputs)
        if any(leaf._prev for leaf in [*self.parameters, *self.inputs]):
            raise ValueError("parameters and inputs are leaves; one of these was computed")
        self.source = _write(self.roots, self.parameters, self.inputs)
        self._program = {"math": math}
        try:
            exec(self.source, self._program)
        except RecursionError:
            raise ValueError("a sum has more terms than Python can read in one line") from None

    def forward(self, examples):
        """For each example the list of the results, one for each root."""
        results, count = self._run("forward", examples), len(self.roots)
        return [results[i : i + count] for i in range(0, len(results), count)]

    def backward(self, examples):
        """The sum of all results; its slopes are added to `grad` of the parameters."""
        total, *slopes = self._run("backward", examples)
        for p, slope in zip(self.parameters, slopes):
            p.grad += slope
        return total

    def _run(self, name, examples):
        examples = [[_number(x) for x in example] for example in examples]
        for place, example in enumerate(examples):
            if len(example) != len(self.inputs):
                expected = f"expected {len(self.inputs)} numbers, got {len(example)}"
                raise ValueError(f"example {place}: {expected}")
        try:
            results = self._program[name]([_number(p.data) for p in self.parameters], examples)
            if all(map(math.isfinite, results)):
                return results
        except (ArithmeticError, ValueError):
            pass
        raise ValueError("a result is not finite; without the program, the error says where")
