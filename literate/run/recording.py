"""What cells that run in this process leave for their page: the outputs that a kernel would send.

The tests run every cell here. Made of this, the site under test shows what they have seen, and no
chapter runs twice. That a kernel sends the same is a test of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from literate.read.model import Cell, Chapter
from literate.run import formats
from literate.run.cache import CACHE, LANGUAGE, NUMBERS, builds_on, read_notebook
from literate.run.shown import PLOTS
from literate.tangle.state import Tangled

formatter = functools.cache(formats.as_in_a_kernel)


class Recording:
    """The outputs of the cells of a chapter, by their places, and the numbers that its text takes
    from them."""

    def __init__(self, root: Path, place: Path, tangled: Tangled, chapter: Chapter) -> None:
        self.root, self.place, self.tangled, self.chapter = root, place, tangled, chapter
        self.outputs: dict[int, list[Any]] = {}
        self.numbers: dict[str, dict[str, str]] = {}

    def __call__(
        self, cell: Cell, numbers: dict[str, str], printed: str, stderr: str,
        value: object, raised: tuple[str, str] | None, figures_first: bool,
    ) -> None:  # fmt: skip
        """Take what `cell` shows, with the figures that are open now. No page shows None.

        The outputs stand in the order in which they began: `figures_first`, if before the text.
        """
        if numbers:
            self.numbers[str(cell.index)] = numbers
        if not cell.removed:
            self.outputs[cell.index] = [*_outputs(printed, stderr, value, raised, figures_first)]

    def keep(self) -> None:
        """Put it among the executed chapters of the book at `place`, as if executed there."""
        notebook = read_notebook(
            self.chapter.text, builds_on(self.root, self.chapter, self.tangled)
        )
        notebook.metadata["language_info"] = LANGUAGE
        for number, outputs in self.outputs.items():
            notebook.cells[number].outputs = outputs
        folder = self.place / CACHE
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            get_cache(str(folder)).cache_notebook_bundle(
                CacheBundleIn(notebook, str(self.chapter.path), data={NUMBERS: self.numbers}),
                check_validity=False,
                overwrite=True,
            )


def _outputs(
    printed: str, stderr: str, value: object, raised: tuple[str, str] | None, figures_first: bool
) -> Iterator[Any]:
    texts = [
        nbformat.v4.new_output("stream", name=name, text=text)
        for name, text in (("stdout", printed), ("stderr", stderr))
        if text
    ]
    figures = [*_figures()]
    yield from [*figures, *texts] if figures_first else [*texts, *figures]
    if value is not None:
        data, metadata = formatter().format(value)
        yield nbformat.v4.new_output("execute_result", data, metadata=metadata)
    if raised:
        name, text = raised
        line = f"{name}: {text}"
        yield nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[line])


def _figures() -> Iterator[Any]:
    import matplotlib.pyplot as plt

    for number in plt.get_fignums():
        data, metadata = formatter().format(plt.figure(number))
        metadata[PLOTS] = data.pop(PLOTS)
        yield nbformat.v4.new_output("display_data", data, metadata=metadata)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the other workers of the tests from writing there."""
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
