"""The engine's time and memory grow with the number of values, and a long chain is no trouble.

Counted are lines of code and bytes, which are the same on a busy machine. What hides in a single
line, such as a search through a list, shows only in the time.
"""

import gc
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

import micrograd
from micrograd import MLP, Value, dot, topological_order


def chain(length):
    end = x = Value(0.5)
    for _ in range(length):
        end = (end + x) * 0.5
    return end


def row(length):
    return sum(Value(x / length) * 2.0 for x in range(length))


def wide(length):
    values = [Value(x / length) for x in range(length)]
    return dot(values, values, Value(0.0))


def ladder(length):
    """Each value is used twice, so there are 2**length ways through it."""
    end = Value(0.5)
    for _ in range(length):
        end = (end + end) * 0.5
    return end


of_compiled = pytest.mark.chapters("compiled")
shapes = pytest.mark.parametrize("shape", [chain, row, wide, ladder])


def whole(shape, length):
    shape(length).backward()


def program(shape, length):
    """Written, and run both ways."""
    root = shape(length)
    leaves = [node for node in topological_order(root) if not node._prev]
    made = micrograd.Compiled(root, leaves)
    made.forward([[]])
    made.backward([[]])


def lines(work, *arguments):
    """How many lines of Python run."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(*arguments)
    finally:
        sys.settrace(before)
    return count


def peak(work, *arguments, times=2):
    """How many bytes there are at most, without the collector; the least of some, because Python's
    own tables grow now and then."""
    least = float("inf")
    gc.collect()
    gc.disable()
    for _ in range(times):
        tracemalloc.start()
        work(*arguments)
        least = min(least, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    gc.enable()
    return least


def seconds(work, *arguments, times=5):
    """The best of several, of the processor's time and without the collector's."""
    best = float("inf")
    gc.disable()
    for _ in range(times):
        started = time.process_time()
        work(*arguments)
        best = min(best, time.process_time() - started)
    gc.enable()
    return best


@shapes
@pytest.mark.parametrize("work", [whole, pytest.param(program, marks=of_compiled)])
@pytest.mark.parametrize(
    ("measure", "sizes", "most"),
    [(lines, (200, 400), 2.1), (peak, (500, 1000), 2.3), (seconds, (125, 2000), 64)],
)
def test_what_it_takes_grows_with_the_number_of_values(measure, sizes, most, work, shape):
    """Twice as many take twice as much. Of seconds, 16 times as many take less than 64 times as
    many; where a line searches through all values, it is 256 times."""
    work(shape, 10)
    small, large = (measure(work, shape, size) for size in sizes)
    assert small > 0 and large / small < most


@of_compiled
def test_writing_a_program_takes_time_in_proportion_to_its_nodes():
    """Eight times as many take less than 20 times as long; where a line, or Python's own compiler,
    searches through all of them, it is 64 times."""
    roots = [chain(length) for length in (500, 4000)]
    leaves = [topological_order(root)[:1] for root in roots]
    small, large = (seconds(micrograd.Compiled, *pair, times=3) for pair in zip(roots, leaves))
    assert large / small < 20


def test_a_chain_of_a_million_values_goes_forwards_and_backwards_and_is_freed(root):
    """In a process of its own, because it may crash."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.chain", "eager", "1000000"], cwd=root,
        capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("1000000\n", 0), done.stderr


def test_an_expression_is_freed_without_the_collector():
    """It has no circles, so it goes when its last name goes."""
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        root = chain(1000)
        root.backward()
        assert len(gc.get_objects()) > before + 1000
        del root
        assert len(gc.get_objects()) < before + 100
    finally:
        gc.enable()


def training(number, together):
    """The parameters after a few steps of a training that shares nothing with others."""
    network = networks[number]
    inputs = [Value(0.0), Value(0.0)]
    compiled = micrograd.Compiled((network(inputs) - inputs[0]) ** 2, network.parameters(), inputs)
    together.wait()
    for _ in range(20):
        network.zero_grad()
        if number % 2:
            loss = sum((network([x, 0.5]) - x) ** 2 for x in (-1.0, 0.25, 1.0))
            loss.backward()
        else:
            compiled.backward([[x, 0.5] for x in (-1.0, 0.25, 1.0)])
        for p in network.parameters():
            p.data -= 0.01 * p.grad
    return [p.data for p in network.parameters()]


networks = {}


@pytest.fixture
def begin():
    def make():
        random.seed(1337)
        networks.update({number: MLP(2, [6, 1]) for number in range(4)})

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield make
    sys.setswitchinterval(interval)
    networks.clear()


@of_compiled
def test_expressions_that_share_nothing_go_backwards_in_threads_at_once(begin):
    """As the docstring of `Value.backward` has it. The threads change as often as can be."""
    begin()
    alone = [training(number, threading.Barrier(1)) for number in networks]
    begin()
    together = threading.Barrier(len(networks))
    with ThreadPoolExecutor(len(networks)) as pool:
        assert [*pool.map(lambda n: training(n, together), networks)] == alone
    assert len({tuple(parameters) for parameters in alone}) == len(networks)
