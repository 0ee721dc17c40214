"""Who takes part. `load` imports what a contestant needs, and nothing else."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import arrays, compiled, floats, scalars
from bench.scalars import Engine
from bench.tasks import SEED, Task, Training

PUBLISHED = Path("_build/published")
Steps = Callable[[Any], Callable[[], float]]
"""Makes, of a task, the function that takes one step of it and returns the loss."""


def published() -> Engine:
    """The package of the package index. It is called `micrograd`, as ours is."""
    sys.path.insert(0, str(PUBLISHED.resolve()))
    engine = import_module("micrograd.engine")
    if not Path(str(engine.__file__)).is_relative_to(PUBLISHED.resolve()):
        raise RuntimeError("another micrograd was there before the published one")
    return Engine(engine.Value, import_module("micrograd.nn").MLP)


def lecture() -> Engine:
    """The lecture's engine, as the chapter *library* leaves it."""
    package = import_module("micrograd.after.library")
    return Engine(package.Value, package.MLP)


def ours() -> Engine:
    package = import_module("micrograd")
    return Engine(package.Value, package.MLP)


def torch() -> Engine:
    """PyTorch's numbers, one by one, in the network of the lecture."""
    module = _torch()
    number = partial(module.tensor, dtype=module.float64)
    leaf = partial(number, requires_grad=True)
    nn: Any = import_module("micrograd.after.library.nn")
    nn.Value = leaf
    return Engine(number, nn.MLP, leaf, no_slope=None)


def _layers(engine: Engine, task: Training) -> floats.Layers:
    """The numbers with which the engine's network begins."""
    random.seed(SEED)
    network = engine.MLP(task.inputs, task.layers)
    return [
        ([[w.data for w in neuron.w] for neuron in layer.neurons],
         [neuron.b.data for neuron in layer.neurons])
        for layer in network.layers
    ]  # fmt: skip


ENGINES: dict[str, Callable[[], Engine]] = {
    "published": published,
    "lecture": lecture,
    "eager": ours,
    "torch": torch,
}
"""The engines that make a graph of single numbers."""
CONTESTANTS = (
    "published", "lecture", "eager", "compiled", "floats", "numpy", "torch", "torch-batched",
)  # fmt: skip
NEEDS = {"numpy": "numpy", "torch": "torch", "torch-batched": "torch"}
"""The modules that some contestants need, which need not be there."""
UNTRACED = {"torch", "torch-batched"}
"""Who keeps numbers where Python does not see them, and cannot say how much memory that takes."""


def takes_part(contestant: str, task: Task) -> bool:
    """Slopes are worked out by hand for networks alone."""
    return contestant in {*ENGINES, "compiled"} or isinstance(task, Training)


def load(contestant: str) -> Steps:
    if contestant in ENGINES:
        return partial(scalars.steps, ENGINES[contestant]())
    if contestant == "compiled":
        return partial(compiled.steps, ours(), import_module("micrograd").Compiled)
    begin = partial(_layers, lecture())
    if contestant == "floats":
        return lambda task: floats.steps(begin(task), task)
    if contestant == "numpy":
        np = import_module("numpy")
        return lambda task: arrays.numpy_steps(np, begin(task), task)
    module = _torch()
    return lambda task: arrays.torch_steps(module, begin(task), task)


def _torch() -> Any:
    module = import_module("torch")
    # Its threads wait for each other longer than so few numbers take.
    module.set_num_threads(1)
    return module
