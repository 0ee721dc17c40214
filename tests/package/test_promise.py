"""A wrong number never comes out silently: eleven thousand uses of the package, drawn at random.

Each use is compared with what NumPy's floats say. Where these are finite, ours are the same. Where
they are not, or the use makes no sense, there is an error that people can read: a ValueError or a
TypeError, and none of the messages with which Python itself stumbles over such a use.
"""

import math
import random
import re
from decimal import Decimal
from fractions import Fraction
from inspect import signature

import numpy as np
import pytest

import micrograd
from micrograd import (
    MLP,
    SGD,
    Adam,
    Compiled,
    Layer,
    Neuron,
    Rule,
    Value,
    apply,
    batches,
    binary_cross_entropy_with_logits,
    clip_grad_norm,
    cross_entropy,
    dot,
    grad,
    hinge_loss,
    l2_penalty,
    log_sum_exp,
    mse_loss,
    softmax,
)

CASES = 1000
"""Of each of the eleven kinds of use."""
ROUGH = re.compile(
    r"unsupported operand|not iterable|has no attribute|must be real|subscriptable|domain|"
    r"math range|unpack|by zero|positional argument|has no len|unhashable|not supported|zip\(|"
    r"must be str|empty sequence|index out of|'NoneType'|too many|truth value|bad operand"
)
GOOD = [
    0.0, -0.0, 1.0, -1.0, 0.5, 3, -2, True, 1e-3, -7.25, 40.0, 710.0, -745.5, 1e-200, 1e200, -1e200,
    1.7e308, 5e-324, 1e-310, Fraction(1, 3), np.float64(0.7), np.float32(0.1), np.int64(-3),
    np.uint8(3), np.uint8(200), np.uint32(4), np.uint64(2), 2**53 + 1, 10**300,
]  # fmt: skip
BAD = [
    math.nan, math.inf, -math.inf, 10**400, 10**5000, np.float64("nan"), np.float32("inf"), "3", "",
    b"2", None, 1j, [], [1.0], (), {}, {1.0}, Decimal("0.5"), np.array([1.0, 2.0]), object, len,
]  # fmt: skip


class Draw(random.Random):
    def number(self, bad=0.15):
        if self.random() < bad:
            return self.choice(BAD)
        return self.choice(GOOD) if self.random() < 0.6 else round(self.uniform(-4, 4), 3)

    def numbers(self, most=4, bad=0.05):
        return [self.number(bad) for _ in range(self.randrange(most + 1))]

    def anything(self):
        """What somebody may pass: numbers, lists of them, lists of lists, and what fits nowhere."""
        row = self.choice([self.numbers(), [Value(x) for x in self.numbers(bad=0.0)]])
        return self.choice([self.number(), Value(1.5), row, [row], [row, row], "ada", len, OWN])

    def series(self, numbers):
        """The numbers as somebody may give them; some of the ways are of no use."""
        return self.choice(
            [list, tuple, lambda xs: (x for x in xs), lambda xs: [Value(x) for x in xs],
             lambda xs: xs, lambda xs: None, lambda xs: 5, lambda xs: "12"]
            if self.random() < 0.3 else [list, lambda xs: [Value(x) for x in xs]]
        )(numbers)  # fmt: skip


def outcome(action):
    """What it returns, or the error in words; any other error, or one of Python's, fails."""
    try:
        return action()
    except (TypeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        assert not ROUGH.search(told) and len(told) < 400, told
        return told


def real(number):
    """The number as Python's float; None for what is none, or not finite."""
    try:
        number = float(number) if not isinstance(number, str | bytes | Decimal) else math.nan
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def check(case, expected, action, least=1e-300):
    """The same numbers where all are known and finite, and else a refusal."""
    found = outcome(action)
    with np.errstate(all="ignore"):
        try:
            wanted = expected() if callable(expected) else expected
        except (OverflowError, ZeroDivisionError, ValueError):
            wanted = None
    wanted = None if wanted is None else [float(x) for x in np.atleast_1d(wanted)]
    if wanted is None or not all(map(math.isfinite, wanted)):
        assert isinstance(found, str), f"{case}: {found} and not a refusal"
    elif isinstance(found, str):
        # Refused on the way, where a float has ended although the whole has not.
        assert "finite" in found or "add up" in found, f"{case}: {found}, and it is {wanted}"
        extremes.append(case)
    else:
        found = [x.data if isinstance(x, Value) else x for x in np.atleast_1d(found).tolist()]
        assert all(type(x) is float for x in found), f"{case}: {found}"
        same = zip(found, wanted, strict=True)
        assert all(math.isclose(f, w, rel_tol=1e-9, abs_tol=least) for f, w in same), (
            f"{case}: {found}, and it is {wanted}"
        )


extremes = []
UNARY = {
    "exp": (np.exp, np.exp),
    "log": (lambda x: np.log(x) if x > 0 else np.nan, lambda x: 1 / x),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
    "sigmoid": (
        lambda x: 1 / (1 + np.exp(-x)) if x > -700 else np.exp(x),
        lambda x: np.exp(-abs(x)) / (1 + np.exp(-abs(x))) ** 2,
    ),
    "__neg__": (lambda x: -x, lambda x: -1.0),
}


def unary(draw):
    number, (name, (result, derivative)) = draw.number(), draw.choice([*UNARY.items()])
    x = real(number)

    def both():
        v = Value(number)
        out = getattr(v, name)()
        out.backward()
        return [out.data, v.grad]

    def wanted():
        with np.errstate(all="ignore"):
            return [result(np.float64(x)), derivative(np.float64(x))]

    if name == "tanh" or name == "sigmoid":  # 1 - tanh**2 far out is 0 in both, but for rounding
        found, one = outcome(both), x
        if one is None:
            assert isinstance(found, str)
        else:
            assert np.allclose(found, wanted(), rtol=1e-9, atol=1e-15), (name, number, found)
        return
    check((name, number), None if x is None else wanted, both)


BINARY = {
    "+": (lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "-": (lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "*": (lambda a, b: a * b, lambda a, b: (b, a)),
    "/": (lambda a, b: a / b, lambda a, b: (1 / b, -(a / b) / b)),
}


def binary(draw):
    one, other, (sign, (result, gradient)) = (
        draw.number(), draw.number(), draw.choice([*BINARY.items()]),
    )  # fmt: skip
    a, b, way = real(one), real(other), draw.randrange(3)
    if isinstance(one if way == 2 else other, np.ndarray | list | tuple | dict | set):
        return  # a list of Python's or an array of NumPy's has a say here as well

    def both():
        if way == 0:
            v, w = Value(one), Value(other)
            out = result(v, w)
        elif way == 1:
            v, w = Value(one), None
            out = result(v, other)
        else:
            v, w = None, Value(other)
            out = result(one, w)
        out.backward()
        return [out.data, *(x.grad for x in (v, w) if x is not None)]

    def wanted():
        a64, b64 = np.float64(a), np.float64(b)
        with np.errstate(all="ignore"):
            grads = gradient(a64, b64)
            if not np.isfinite([result(a64, b64), *grads]).all():
                return None
        return [result(a64, b64), *(g for g, k in zip(grads, (1, 2), strict=True) if way in (0, k))]

    if a is not None and b is not None and way and wanted() is None:
        # An overflow beside the way, in the gradient of a number that nobody asks for, may refuse.
        outcome(both)
        return
    check((sign, one, other, way), None if a is None or b is None else wanted, both)


def powers(draw):
    base, exponent = draw.number(), draw.number()
    x, k = real(base), real(exponent)

    def both():
        v = Value(base)
        out = v**exponent
        out.backward()
        return [out.data, v.grad]

    def wanted():
        if k == 0:
            return [1.0, 0.0]
        return [math.pow(x, k), k * math.pow(x, k - 1)]

    check(("**", base, exponent), None if x is None or k is None else wanted, both)


def sums(draw):
    """dot, log_sum_exp, softmax, l2_penalty."""
    name, xs = draw.choice(["dot", "log_sum_exp", "softmax", "l2"]), draw.numbers()
    ws = draw.numbers() if draw.random() < 0.3 else [draw.number(0.05) for _ in xs]
    floats, weights = [real(x) for x in xs], [real(w) for w in ws]
    sense = None not in floats

    def given(numbers):
        return [Value(x) if draw.random() < 0.5 else x for x in numbers]

    if name == "dot":
        wanted = None
        if sense and None not in weights and len(xs) == len(ws):
            wanted = lambda: [0.25 + sum(w * x for w, x in zip(weights, floats, strict=True))]  # noqa: E731
            if any(abs(w) > 1e100 or abs(x) > 1e100 for w in weights for x in floats):
                outcome(lambda: dot(given(ws), given(xs), 0.25))  # the rounding decides
                return
        check((name, ws, xs), wanted, lambda: dot(given(ws), given(xs), 0.25))
        return
    if name == "l2":
        wanted = (lambda: sum(x * x for x in floats)) if sense else None
        check((name, xs), wanted, lambda: l2_penalty(given(xs)))
        return

    def exact():
        if not floats:
            return None
        top = max(floats)
        total = top + math.log(sum(math.exp(x - top) for x in floats))
        return total if name == "log_sum_exp" else [math.exp(x - total) for x in floats]

    function = log_sum_exp if name == "log_sum_exp" else softmax
    check((name, xs), exact if sense else None, lambda: function(given(xs)))


def losses(draw):
    name = draw.choice(["mse", "hinge", "bce"])
    xs = draw.numbers(3)
    fit = {"mse": draw.number, "hinge": lambda: draw.choice([1, -1, 1.0, np.int64(-1)]),
           "bce": lambda: draw.choice([0, 1, True, 0.25, np.float64(1.0)])}[name]  # fmt: skip
    ts = [fit() if draw.random() < 0.9 else draw.number(0.3) for _ in xs]
    ts = ts[:-1] if draw.random() < 0.1 else ts
    loss = {"mse": mse_loss, "hinge": hinge_loss, "bce": binary_cross_entropy_with_logits}[name]
    z, t = [real(x) for x in xs], [real(x) for x in ts]
    sense = bool(z) and len(z) == len(t) and None not in z and None not in t
    sense = sense and (name != "hinge" or all(abs(x) == 1 for x in t))
    sense = sense and (name != "bce" or all(0 <= x <= 1 for x in t))

    def wanted():
        pairs = list(zip(z, t, strict=True))
        if name == "mse":
            return sum(math.pow(x - y, 2) for x, y in pairs) / len(z)
        if name == "hinge":
            return sum(max(0.0, 1 - y * x) for x, y in pairs) / len(z)
        return sum(max(x, 0) - x * y + math.log1p(math.exp(-abs(x))) for x, y in pairs) / len(z)

    predictions, targets = draw.series(xs) if sense else xs, ts
    if not isinstance(predictions, list | tuple) and not hasattr(predictions, "__next__"):
        sense = False
    if name == "bce" and sense and any(abs(x) > 1e15 for x in z):
        outcome(lambda: loss(predictions, targets))  # z - y z is lost in the digits
        return
    least = 1e-13 if name == "bce" else 1e-300  # what is left of z - y z
    check((name, xs, ts), wanted if sense else None, lambda: loss(predictions, targets), least)


def entropies(draw):
    rows = [[draw.number(0.03) for _ in range(draw.randrange(1, 4))] for _ in range(2)]
    targets = []
    for row in rows:
        label = draw.randrange(-1, 4)
        shares = [float(place == 0) for place in range(len(row))]
        odd = [draw.choice([0.5, -0.5, 2.0, math.nan, 0.3]) for _ in row]
        targets.append(draw.choice([label, label, shares, odd, draw.number(0.5)]))
    wanted, total = True, 0.0
    for row, target in zip(rows, targets, strict=True):
        zs = [real(z) for z in row]
        if isinstance(target, int | np.integer):
            share = [float(place == target) for place in range(len(row))]
        elif isinstance(target, list):
            share = target
        else:
            share = []
        fits = len(share) == len(zs) and all(s >= 0 for s in share) and abs(sum(share) - 1) < 1e-6
        if None in zs or not fits:
            wanted = False
            break
        top = max(zs)
        if max(map(abs, zs)) > 1e15:
            outcome(lambda: cross_entropy(rows, targets))
            return
        lse = top + math.log(sum(math.exp(z - top) for z in zs))
        total += sum(s * (lse - z) for s, z in zip(share, zs, strict=True)) / len(rows)
    found = outcome(lambda: cross_entropy(rows, targets))
    if not wanted:
        assert isinstance(found, str), (rows, targets, found)
    else:
        assert isinstance(found, Value), (rows, targets, found)
        assert math.isclose(found.data, total, rel_tol=1e-9, abs_tol=1e-9), (rows, targets)


def networks(draw):
    """What a network, an optimiser and their helpers are given, of all kinds."""
    size = draw.choice([1, 2, 3, 0, -1, 1.5, "2", None, True])
    sizes = draw.choice([[1], [2, 1], [], [0], [size], size, (2,), "12", [[1]]])
    kind = {"activation": draw.choice(["relu", "tanh", "sine", None, 3])} if size == 1 else {}
    if draw.random() < 0.2:
        kind["init"] = draw.choice(["he", "xavier", "him", [], 3])
    network = outcome(lambda: MLP(size, sizes, **kind))
    fine = isinstance(size, int) and size >= 1 and isinstance(sizes, list | tuple) and len(sizes)
    fine = fine and all(isinstance(n, int) and n >= 1 for n in sizes)
    fine = fine and kind.get("activation", "relu") in ("relu", "tanh")
    fine = fine and ("init" not in kind or kind["init"] in ("he", "xavier"))
    assert isinstance(network, MLP) == bool(fine), (size, sizes, kind, network)
    if not fine:
        outcome(lambda: Layer(size, size))
        outcome(lambda: Neuron(size))
        return
    inputs = draw.numbers(4)
    sound = all(real(x) is not None for x in inputs)
    values = draw.series(inputs) if sound else inputs if draw.random() < 0.8 else draw.number()
    answer = outcome(lambda: network(values))
    whole = sound and len(inputs) == size
    if values is inputs and not whole:
        assert isinstance(answer, str), (inputs, size, answer)
    parameters = draw.choice([network.parameters(), network, None, [1.0], network.parameters() * 2])
    lr, extra = draw.number(0.3), draw.number(0.3)
    make = draw.choice([lambda: SGD(parameters, lr, extra), lambda: SGD(parameters, lr),
                        lambda: Adam(parameters, lr, (extra, 0.9)),
                        lambda: Adam(parameters, lr, eps=extra)])  # fmt: skip
    optimizer = outcome(make)
    right = parameters == network.parameters() and real(lr) is not None and real(lr) >= 0
    assert right or isinstance(optimizer, str), (parameters, lr, extra)
    if not isinstance(optimizer, str):
        for p in parameters:
            p.grad = draw.choice([0.0, 1.0, -3.0, 1e200, 1e308])
        before = [p.data for p in parameters]
        told = outcome(optimizer.step)
        if isinstance(told, str):
            assert before == [p.data for p in parameters], "half a step"
        assert all(math.isfinite(p.data) for p in parameters)
    outcome(lambda: clip_grad_norm(parameters, extra))
    outcome(lambda: batches(parameters, extra))
    state = draw.choice([network.state_dict(), {}, None, 3, {"a": 1.0}, [1.0]])
    outcome(lambda: network.load_state_dict(state))


STEPS = ["+", "-", "*", "/", "exp", "log", "tanh", "relu", "sigmoid", "**", "dot", "lse", "own"]
OWN = Rule("own", lambda a, b: a * b + b, lambda out, a, b: (b, a + 1.0))


def expression(draw, leaves, steps):
    made = list(leaves)
    for name, b, k in steps:
        x, y = made[-1], made[b % len(made)]  # so that nothing is computed beside the way
        if name in BINARY:
            made.append(BINARY[name][0](x, y))
        elif name == "**":
            made.append(x**k)
        elif name == "dot":
            made.append(dot([x, y, x], made[:3], y))
        elif name == "lse":
            made.append(log_sum_exp([x, y, made[-1]]))
        elif name == "own":
            made.append(apply(OWN, x, y))
        else:
            made.append(getattr(x, name)())
    return made[-1]


def programs(draw):
    """A program has the numbers, the gradients and the refusals of its expression."""
    steps = [
        (draw.choice(STEPS), draw.randrange(9),
         draw.choice([2, -1, 0.5, 3, 0, Fraction(1, 2), 1, -0.5]))
        for _ in range(draw.randrange(1, 7))
    ]  # fmt: skip
    start = [round(draw.uniform(0.2, 2), 3) for _ in range(3)]
    leaves = [Value(x) for x in start]
    root = outcome(lambda: expression(draw, leaves, steps))
    if isinstance(root, str):
        return
    program = Compiled(root, leaves)
    numbers = [real(draw.number(0)) for _ in range(3)] if draw.random() < 0.7 else start
    for leaf, number in zip(leaves, numbers, strict=True):
        leaf.data = number

    def eagerly():
        values = [Value(x) for x in numbers]
        out = expression(draw, values, steps)
        forward = out.data
        out.backward()
        return [forward, *(v.grad for v in values)]

    def compiled():
        return [program.backward([[]]), *(leaf.grad for leaf in leaves)]

    one, other = outcome(eagerly), outcome(compiled)
    if isinstance(one, str):
        other = other if isinstance(other, str) else str(other)
        assert other == one.replace("Error: ", "Error: example 0: "), (steps, numbers, one, other)
    else:
        assert one == other, (steps, numbers, one, other)


def compilers(draw):
    """What the compiler and `grad` are given, of all kinds."""
    w, x = Value(2.0), Value(3.0)
    root = draw.choice([w * x, [w * x, w], w, [], None, 3.0, "a", [w * x] * 2])
    parameters = draw.choice([[w], [w, w], [w * x], w, None, [x], [], [3.0], (v for v in [w])])
    inputs = draw.choice([[x], [w], [x, x], [], None])
    program = outcome(lambda: Compiled(root, parameters, inputs))
    outcome(lambda: grad(root, parameters))
    if isinstance(program, str):
        return
    examples = draw.choice(
        [
            [[1.0]],
            [],
            [[1.0, 2.0]],
            [1.0],
            None,
            "ab",
            [["a"]],
            [[draw.number()]],
            ([2] for _ in "ab"),
        ]
    )
    outcome(lambda: program.forward(examples))
    outcome(lambda: program.backward(examples, draw.choice(["sum", "mean", "all", None])))


def attributes(draw):
    """What is assigned to `data` and `grad` is looked at."""
    v, number = Value(1.0), draw.number(0.4)
    name = draw.choice(["data", "grad"])
    found = outcome(lambda: setattr(v, name, number))
    if real(number) is None:
        assert isinstance(found, str) and getattr(v, name) == {"data": 1.0, "grad": 0.0}[name]
    else:
        assert type(getattr(v, name)) is float and getattr(v, name) == real(number)
    outcome(lambda: apply(draw.choice([OWN, OWN._replace(gradients=lambda *a: (1.0,) * 3)]), v, v))


def arguments(draw):
    """Any function of the package, given anything."""
    function = draw.choice(FUNCTIONS)
    given = []
    for parameter in signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            given += [draw.number() for _ in range(EXPECTED.get(function, draw.randrange(3)))]
        elif parameter.default is parameter.empty or draw.random() < 0.5:
            given.append(draw.anything())
        else:
            break
    outcome(lambda: function(*given))


FUNCTIONS = [
    getattr(micrograd, name)
    for name in micrograd.__all__
    if name.islower() and name not in ("load_names", "matrix", "no_grad")
]
"""All that take anything but a size, which may be so large that there is no memory for it."""
EXPECTED = {apply: 2, micrograd.pow: 1} | dict.fromkeys(
    [micrograd.exp, micrograd.log, micrograd.sigmoid, micrograd.tanh], 0
)
"""How many numbers these take beside their first, which their signatures do not say."""
KINDS = (
    unary, binary, powers, sums, losses, entropies, networks, programs, compilers, attributes,
    arguments,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_thousand_uses_are_right_or_refused(kind):
    draw = Draw(1337)
    extremes.clear()
    for _ in range(CASES):
        kind(draw)
    assert len(extremes) < CASES / 10, "too much is refused that could be computed"
