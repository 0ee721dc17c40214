"""The table of the chapter *Right*, row by row: the package, the lecture's engine and PyTorch."""

import copy
import math
import pickle
import re

import numpy as np
import pytest

from micrograd import MLP, Value, trace
from micrograd.after import library


def chain(value, length):
    for _ in range(length):
        value = value * 1.0
    return value


def test_a_chain_of_a_thousand_nodes():
    for make, survives in ((Value, True), (library.Value, False)):
        begin = make(3.0)
        end = chain(begin, 1000)
        if survives:
            end.backward()
            assert begin.grad == 1.0
        else:
            with pytest.raises(RecursionError):
                end.backward()


def test_a_price_on_a_wide_network():
    for module, survives in ((MLP, True), (library.MLP, False)):
        parameters = module(2, [32, 32, 1]).parameters()
        price = sum(p * p for p in parameters)
        if survives:
            price.backward()
            assert all(p.grad == 2 * p.data for p in parameters)
        else:
            with pytest.raises(RecursionError):
                price.backward()


def test_backward_twice():
    for make, right in ((Value, 48.0), (library.Value, 72.0)):
        a = make(2.0)
        loss = a * a * 6
        loss.backward()
        assert a.grad == 24.0
        loss.backward()
        assert a.grad == right


def test_two_losses_that_share_a_part():
    for make, right in ((Value, 34.0), (library.Value, 58.0)):
        a = make(2.0)
        b = a * a
        (b * 6).backward()
        (b * 2.5).backward()
        assert a.grad == right


def test_the_leaves_alone_add_up():
    a = Value(1.5)
    a.backward()
    a.backward()
    assert a.grad == 2.0
    b = a * 3
    (b * b).backward()
    (b * 2).backward()
    assert b.grad == 2.0


def test_children_are_in_order_and_twice_where_they_are_used_twice():
    a, b = Value(1.0), Value(2.0)
    assert (a + a)._prev == (a, a) and (b * a)._prev == (b, a)
    double = a + a
    assert trace(double)[1] == [(a, double), (a, double)]


REFUSED = {
    "a product": (lambda v: v(1e200) * v(1e200), "* of 1e+200, 1e+200 has no finite result"),
    "a sum": (lambda v: v(1.7e308) + 1e308, "+ of 1.7e+308, 1e+308 has no finite result"),
    "exp": (lambda v: v(1000.0).exp(), "exp of 1000.0 has no finite result"),
    "a division": (lambda v: 1 / v(0.0), "/ of 1.0, 0.0 has no finite result"),
    "a root": (lambda v: v(-8.0) ** (1 / 3), "**0.3333333333333333 of -8.0 has no finite result"),
    "a power": (lambda v: v(10.0) ** 400, "**400 of 10.0 has no finite result"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_computed_is_refused_with_operation_and_number(name):
    action, says = REFUSED[name]
    with pytest.raises(ValueError, match=re.escape(says)):
        action(Value)


def test_a_logarithm():
    for number in (0.0, -1.0):
        with pytest.raises(ValueError, match=f"log of {number} has no finite result"):
            Value(number).log()
    x = Value(4.0)
    x.log().backward()
    assert x.grad == 0.25


def test_long_lists_of_numbers_are_cut_in_messages():
    wide = MLP(100, [1])
    with pytest.raises(ValueError, match=r"dot of .{1,70} … has no finite result") as told:
        wide([1.7e308] * 100)
    assert len(str(told.value)) < 130


def test_a_gradient_that_is_not_finite():
    root = Value(0.0) ** 0.5
    assert root.data == 0.0
    with pytest.raises(ValueError, match=re.escape("**0.5 of 0.0 has no finite gradient")):
        (root * 3).backward()
    power = Value(0.0)
    (power**0).backward()
    assert power.grad == 0.0


def test_a_gradient_that_overflows_on_its_way():
    a = Value(1e-200)
    far = a * 1e200 * 1e200
    with pytest.raises(ValueError, match=re.escape("* of 1e-200, 1e+200 has no finite gradient")):
        far.backward()


def test_tanh_far_out():
    x = Value(1000.0)
    out = x.tanh()
    out.backward()
    assert (out.data, x.grad) == (1.0, 0.0)


@pytest.mark.parametrize("number", [2, True, np.float32(2), np.float64(2), np.int64(2)])
def test_numbers_become_numbers_of_python(number):
    assert type(Value(number).data) is float
    assert type((Value(1.0) * number + number).data) is float
    assert type((number * Value(1.0) - number).data) is float
    assert type((Value(2.0) ** number).data) is float


@pytest.mark.parametrize("number", [2.5, np.float64(2.5)])
def test_a_number_of_numpy_that_was_put_in_later_goes_no_further(number):
    a = Value(1.0)
    a.data = number
    assert type((a * 3).data) is float


@pytest.mark.parametrize(
    "data", ["2", [2.0], Value(2.0), 1j, None, np.array([1.0, 2.0]), b"2", {}], ids=repr
)
def test_what_is_no_number_does_not_come_in(data):
    with pytest.raises(TypeError, match="a Value holds one finite real number, not "):
        Value(data)


@pytest.mark.parametrize("data", [math.inf, -math.inf, math.nan, 10**400, np.float64("nan")])
def test_what_is_not_finite_does_not_come_in(data):
    with pytest.raises(ValueError, match="a Value holds one finite real number, not "):
        Value(data)


@pytest.mark.parametrize("exponent", [Value(2.0), "2", None, 1j])
def test_an_exponent_is_a_plain_number(exponent):
    with pytest.raises(TypeError, match="the exponent is a plain number, not "):
        Value(2.0) ** exponent


def test_inputs_of_a_network():
    network = MLP(2, [3, 1])
    right = network([1.0, 2.0]).data
    assert network(x for x in (1.0, 2.0)).data == right
    assert network(np.array([1.0, 2.0])).data == right
    assert network((Value(1.0), 2)).data == right
    for wrong in ([1.0], [1.0, 2.0, 3.0], [], Value(1.0)):
        with pytest.raises(ValueError, match="expected 2 inputs, got "):
            network(wrong)
    with pytest.raises(TypeError, match=r"a Value holds one finite real number, not '1\.0'"):
        network(["1.0", "2.0"])


def test_a_layer_of_one_neuron_before_another():
    network = MLP(2, [1, 2, 1])
    assert isinstance(network([1.0, 2.0]), Value)
    with pytest.raises(TypeError):
        library.MLP(2, [1, 2, 1])([1.0, 2.0])
    one = MLP(1, [1])
    assert one(0.5 for _ in range(1)).data == one(Value(0.5)).data == one([0.5]).data


def test_copies():
    # What is pickled is looked up by name, and chapters that ran before had the package forgotten.
    import micrograd

    network = micrograd.MLP(2, [3, 1])
    network([1.0, 2.0]).backward()
    for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        for p, other in zip(network.parameters(), twin.parameters(), strict=True):
            assert p is not other
            assert (p.data, p.grad, p.label) == (other.data, other.grad, other.label)
        assert twin([1.0, 2.0]).data == network([1.0, 2.0]).data
    shared = micrograd.Value(1.0, label="shared")
    one, other = copy.deepcopy([shared, shared])
    assert one is other and one.label == "shared"
    computed = chain(shared, 5000)
    for action in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=re.escape("a copy of a computed Value (*)")):
            action(computed)


def test_the_lecture_engine_loses_the_slopes_of_a_copy():
    a = library.Value(2.0)
    twin = copy.deepcopy(a * a)
    twin.backward()
    assert (a.grad, twin._prev[0].grad) == (0.0, 0.0)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(a)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip(
        "torch", reason="PyTorch is not installed: run make test without PYTORCH=no"
    )


def test_pytorch_walks_a_chain_and_adds_up_leaves(torch):
    a = torch.tensor(3.0, requires_grad=True)
    chain(a, 1000).backward()
    assert a.grad == 1.0
    a = torch.tensor(2.0, requires_grad=True)
    loss = a * a * 6
    loss.backward(retain_graph=True)
    loss.backward()
    assert a.grad == 48.0
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()
    a = torch.tensor(2.0, requires_grad=True)
    b = a * a
    (b * 6).backward(retain_graph=True)
    (b * 2.5).backward()
    assert a.grad == 34.0
    assert b.grad_fn.next_functions[0][0] is b.grad_fn.next_functions[1][0]


@pytest.mark.parametrize("name", REFUSED)
def test_pytorch_goes_on_with_what_is_not_finite(name, torch):
    assert not torch.isfinite(REFUSED[name][0](lambda x: torch.tensor(x, dtype=torch.float64)))


def test_pytorch_has_infinite_slopes_and_refuses_copies(torch):
    leaf = torch.tensor(0.0, requires_grad=True)
    (leaf**0.5).backward()
    assert math.isinf(leaf.grad)
    assert torch.tensor(1000.0).tanh() == 1.0
    with pytest.raises(RuntimeError, match="deepcopy"):
        copy.deepcopy(torch.tensor(1.0, requires_grad=True) * 2)
    with pytest.raises(TypeError):
        torch.nn.Linear(2, 1)(x for x in (1.0, 2.0))
    with pytest.raises(RuntimeError):
        torch.nn.Linear(2, 1)(torch.ones(3))
    with pytest.raises(TypeError):
        torch.tensor("2")
