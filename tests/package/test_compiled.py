"""What a program is made of, and that it does what the engine does, in the last digit and in words.

Random expressions are compared in test_promise.py; these are those that chance hardly draws.
"""

import math
import re

import pytest

import micrograd
from micrograd import Compiled, Name, Value, dot

MANY = 400
"""So many names are a text that is longer than `LONGEST`."""


def values(count, first=1.0):
    return [Value(first + i) for i in range(count)]


def test_several_roots_have_a_result_each_and_their_sum_a_gradient():
    p, x = Value(2.0), Value(0.0)
    program = Compiled([p * x, p + x, p * p, p * 3.0], [p], [x])
    assert program.forward([[1.0], [5.0]]) == [[2.0, 3.0, 4.0, 6.0], [10.0, 7.0, 4.0, 6.0]]
    assert program.backward([[1.0], [5.0]]) == 15.0 + 27.0
    assert p.grad == (1 + 1 + 4 + 3) + (5 + 1 + 4 + 3)


def test_roots_come_from_any_series():
    x = Value(2.0)
    assert Compiled((root for root in (x * 2.0, x * 3.0)), [x]).forward([[]]) == [[4.0, 6.0]]


@pytest.mark.parametrize("kind", ["parameter", "input", "computed"])
def test_a_long_text_becomes_lines_whatever_it_begins_with(kind):
    """A dot product begins with what is added to it."""
    ws, xs, begin = values(MANY), [1.0] * MANY, Value(1000.0)
    total = dot(ws, xs, begin * 1.0 if kind == "computed" else begin)
    parameters = ws if kind == "input" else [*ws, begin]
    program = Compiled(total, parameters, [begin] if kind == "input" else [])
    assert re.search(r"^ +t\d+ = ", program.source, re.MULTILINE)
    example = [1000.0] if kind == "input" else []
    assert program.forward([example]) == [[total.data]]
    program.backward([example])
    assert [w.grad for w in ws] == xs


@pytest.mark.chapters("losses")
def test_a_function_of_many_and_a_gradient_of_many_uses():
    """Of which the text, and the sum of what arrives, are longer than a line may be."""
    zs, w = values(MANY, -200.0), Value(0.5)
    result = micrograd.log_sum_exp([z * w for z in zs]) + sum(w * float(i) for i in range(MANY))
    result.backward()
    expected = [p.grad for p in (*zs, w)]
    for p in (*zs, w):
        p.grad = 0.0
    program = Compiled(result, [*zs, w])
    assert program.backward([[]]) == result.data
    assert [p.grad for p in (*zs, w)] == expected


def test_a_zero_keeps_its_sign():
    x = Value(-0.0)
    (found,) = Compiled(x.tanh(), [x]).forward([[]])[0]
    assert math.copysign(1.0, found) == math.copysign(1.0, x.tanh().data) == -1.0


def asks(root, parameters, inputs=()):
    """Whether the program asks for a gradient that is 0, besides whether it is to go backwards."""
    return Compiled(root, parameters, inputs).source.count("if ") > 2


def test_it_asks_for_zeros_only_where_that_may_pay():
    """Below a ReLU, for five children or more, whose gradients are names."""
    ws, x = values(8), values(8)
    assert asks(dot(ws[:4], x[:4], ws[4]).relu(), ws, x)
    assert not asks(dot(ws[:3], x[:3], ws[4]).relu(), ws, x)
    assert not asks(dot(ws[:4], x[:4], ws[4]), ws, x)
    assert not asks(dot(ws[:4], x[:4], ws[4]).tanh(), ws, x)
    assert asks(dot(ws[:5], x[:5], 1.0).relu(), ws, x)
    assert not asks(dot(ws[:4], x[:4], 1.0).relu(), ws, x)
    hidden = dot(ws[:4], x[:4], ws[4]).relu()
    assert asks(hidden * hidden, ws, x)
    assert asks((hidden * 2.0).tanh(), ws, x)
    assert not asks(dot(ws[:4], x[:4], ws[4]) + hidden.data, ws, x)


@pytest.mark.chapters("losses")
def test_it_asks_for_no_zero_where_a_gradient_has_to_be_computed():
    ws = values(8)
    assert not asks(micrograd.log_sum_exp(ws).relu(), ws)


def test_a_gradient_of_1_is_not_multiplied_by():
    a, b = values(2)
    assert "1.0 *" not in Compiled(a + b, [a, b]).source.replace("[0.0] *", "")
    assert "* 1.0" not in Compiled(a + b - a, [a, b]).source


def test_a_function_that_no_program_has():
    with pytest.raises(AttributeError, match=r"^a program has no function 'sine'$"):
        _ = Name("p0", []).sine
