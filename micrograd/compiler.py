"""An expression as a program: traced once, written out, and run for any numbers."""

from math import isfinite

from .engine import Value, _apply
from .finite import _computed, _finite, _number, _series
from .functional import _as_values
from .graph import topological_order
from .rules import FUNCTIONS, RELU

LONGEST = 1000
_PROGRAM = """\
def program(parameters, examples, backward):
    [{p}] = parameters
    [{g}] = [0.0] * len(parameters)
    total, results = 0.0, []
    for [{x}] in examples:
        {there}
        results += [{results}]
        if backward:
            total += {total}
            {back}
    return [total, {g}] if backward else results
"""


def _written(sign, level):
    """The two methods of Name for an operator; what binds less tightly gets brackets."""

    def method(self, other):
        left = self.text if self.level >= level else f"({self.text})"
        right = str(other) if getattr(other, "level", 4) > level else f"({other})"
        result = Name(f"{left} {sign} {right}", self.lines, level)
        # An infinity would get lost in 1 / x. But 0.0 times it is no number.
        return result + other * 0.0 if sign == "/" else result

    def reflected(self, other):
        return method(Name(repr(other), self.lines), self)

    return method, reflected


class Name:
    """What stands for a number in a program: to compute with it is to write that down.

    `level` tells how tightly the text binds: 0 a comparison, 1 a sum, 2 a product, 3 a
    call, 4 a name. A text longer than `LONGEST` becomes one of the `lines`, and a name.
    """

    __slots__ = "level", "lines", "text"

    def __init__(self, text, lines, level=4):
        self.text, self.lines, self.level = text, lines, level
        if len(text) > LONGEST:
            self.text, self.level = f"t{len(lines)}", 4
            lines.append(f"{self.text} = {text}")

    def __str__(self):
        return self.text

    def __bool__(self):
        raise TypeError("a rule cannot ask for a number while a program is written")

    __add__, __radd__ = _written("+", 1)
    __sub__, __rsub__ = _written("-", 1)
    __mul__, __rmul__ = _written("*", 2)
    __truediv__, __rtruediv__ = _written("/", 2)
    __gt__, _ = _written(">", 0)

    def __neg__(self):
        return self * -1.0

    def __getattr__(self, function):
        if function not in FUNCTIONS:
            raise AttributeError(f"a program has no function {function!r}")

        def call(*more):
            arguments = ", ".join(map(str, (self, *more)))
            return Name(f"{function}({arguments})", self.lines, 3) + self * 0.0

        return call


def _write(roots, order, parameters, inputs):
    """The program for the expressions that end in `roots`, as text."""
    there = []
    names = {x: Name(f"x{i}", there) for i, x in enumerate(inputs)}
    names |= {p: Name(f"p{i}", there) for i, p in enumerate(parameters)}
    grads = {p: f"g{i}" for i, p in enumerate(parameters)}
    for node in order:
        if node._prev:
            result = node._rule.result(*[names[child] for child in node._prev])
            if any(child in grads for child in node._prev):
                grads[node] = f"s{len(names)}"
            names[node] = Name(f"v{len(names)}", there)
            there.append(f"{names[node]} = {result}")
        elif node not in names:
            names[node] = Name(repr(node.data), there)
    back = _backwards(roots, order, names, grads)
    results = [names[root] for root in roots]
    return _PROGRAM.format(
        p=_listed(names[p] for p in parameters), x=_listed(names[x] for x in inputs),
        g=_listed(grads[p] for p in parameters), there=_lines(there, 8),
        back=_lines(back, 12), results=_listed(results), total=sum(results[1:], results[0]),
    )  # fmt: skip


def _backwards(roots, order, names, grads):
    """The lines of the backward pass: what arrives at each node, added up as the engine does."""
    lines, busy = [], set(roots)
    arrived = {leaf: Name(name, lines) for leaf, name in grads.items() if not leaf._prev}

    def arrive(node, what):
        arrived[node] = arrived[node] + what if node in arrived else what

    def settle(node):
        """Write the sum of what has arrived so far; from here on it has a name."""
        total, name = arrived.get(node, 0.0), grads[node]
        arrived[node] = Name(name, lines)
        if str(total) != name:
            lines.append(f"{name} = {total}")

    for root in roots:
        if root in grads:
            arrive(root, Name("1.0", lines))
    for node in reversed(order):
        if node not in grads:
            continue
        settle(node)
        if not node._prev:
            continue
        if node in busy and node._rule is not RELU:
            busy.update(node._prev)
        out, *xs = names[node], *(names[child] for child in node._prev)
        pairs = zip(node._prev, node._rule.gradients(out, *xs))
        pairs = [(child, g) for child, g in pairs if child in grads]
        upstream = arrived[node]
        terms = [(child, upstream if g == 1.0 else upstream * g) for child, g in pairs]
        if node in busy or len(pairs) < 5 or any(getattr(g, "level", 4) < 4 for _, g in pairs):
            for child, term in terms:
                arrive(child, term)
        else:
            for child, _ in terms:
                settle(child)
            lines.append(f"if {upstream}:")
            lines += [f"    {grads[child]} += {term}" for child, term in terms]
    return lines


def _listed(names):
    return ", ".join(map(str, names))


def _lines(lines, indent):
    return ("\n" + " " * indent).join(lines or ["pass"])


class Compiled:
    """An expression as a program, traced once and run for many examples.

    `root` is the Value that it ends in, or a list of several. `parameters` are leaves:
    they are read anew in every run, and their `grad` is added to. `inputs` are the
    leaves that each example has a number for. All other leaves stay what they are
    now. `source` is the program.

    A ValueError for a leaf that was computed, or is there twice.
    """

    def __init__(self, root, parameters, inputs=()):
        roots = [root] if isinstance(root, Value) else root
        self.roots, self.parameters, self.inputs = (
            _as_values(values, "Compiled") for values in (roots, parameters, inputs)
        )
        leaves = [*self.parameters, *self.inputs]
        if not self.roots or any(leaf._prev for leaf in leaves):
            raise ValueError("a root is missing, or a parameter or an input was computed")
        if len(set(leaves)) < len(leaves):
            raise ValueError("among the parameters and inputs, a leaf is there twice")
        self._order = topological_order(*self.roots)
        self.source = _write(self.roots, self._order, self.parameters, self.inputs)
        namespace = dict(FUNCTIONS)
        exec(self.source, namespace)
        self._program = namespace["program"]

    def forward(self, examples):
        """For each example the list of the results, one for each root."""
        results, count = self._run(examples, backward=False), len(self.roots)
        return [results[i : i + count] for i in range(0, len(results), count)]

    def backward(self, examples, reduction="sum"):
        """The sum of all results; its gradient is added to `grad` of the parameters.

        With `reduction="mean"`, both are divided by the number of examples.
        """
        examples = _series(examples, "the examples")
        if reduction not in ("sum", "mean") or (reduction == "mean" and not examples):
            raise ValueError("reduction is 'sum', or 'mean' of one example at least")
        count = len(examples) if reduction == "mean" else 1
        total, *grads = self._run(examples, backward=True)
        pairs = zip(self.parameters, grads)
        sums = _finite([p._grad + g / count for p, g in pairs], "a gradient is")
        for p, number in zip(self.parameters, sums):
            p._grad = number
        return total / count

    def _run(self, examples, backward):
        """What the program returns, if all of it is finite."""
        rows = []
        for place, example in enumerate(_series(examples, "the examples")):
            what = f"example {place} holds"
            rows.append([_number(x, what) for x in _series(example, what)])
            if len(rows[-1]) != len(self.inputs):
                expected = f"expected {len(self.inputs)} numbers, got {len(rows[-1])}"
                raise ValueError(f"example {place}: {expected}")
        numbers = [p._data for p in self.parameters]
        results = _computed(self._program, numbers, rows, backward)
        if isinstance(results, list) and (isfinite(sum(results)) or all(map(isfinite, results))):
            return results
        raise ValueError(self._refusal(rows, backward))

    def _refusal(self, rows, backward):
        """What the engine says of the example that the program could not compute."""
        for place, row in enumerate(rows):
            made = {leaf: Value(number) for leaf, number in zip(self.inputs, row)}
            try:
                for node in self._order:
                    if node._prev:
                        made[node] = _apply(node._rule, tuple(made[c] for c in node._prev))
                    elif node not in made:
                        made[node] = Value(node.data)
                if backward:
                    sum(made[root] for root in self.roots).backward()
            except ValueError as error:
                return f"example {place}: {error}"
        return "the sum over the examples, or its gradient, is not finite"
