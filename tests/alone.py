"""A notebook that runs where nothing of ours is: its packages are those of its archive."""

import asyncio
import dataclasses
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from literate.cells import measure
from literate.run import plots
from literate.run.shown import Shown, of_outputs

ROOT = Path(__file__).parents[1]

STARTUP = """\
def _start():
    import sys

    from importlib.machinery import PathFinder

    class Blocked:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.split(".")[0] not in ("micrograd", "literate"):
                return None
            archives = [place for place in path or sys.path if ".zip" in place]
            if found := PathFinder.find_spec(name, archives):
                return found
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Blocked)
    shell = get_ipython()
    shell.display_formatter.formatters["text/plain"].for_type_by_name(
        "graphviz.graphs", "Digraph", lambda graph, printer, cycle: printer.text(graph.source)
    )

{plots}

    def report(result):
        from IPython.display import display

        if described := plots():
            display({"application/x-plots": described}, raw=True)

    shell.events.register("post_run_cell", report)


_start()
del _start
"""
"""What the kernel runs first: our packages can be imported from the notebook's archive alone, and
graphs and plots are described as they are in the expected outputs."""


class Alone:
    """Runs a notebook in a folder of its own, in a kernel that has nothing of ours."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "empty"
        self.folder.mkdir(parents=True)
        startup = place / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        lines = inspect.getsource(plots).split("from __future__ import annotations\n")[1]
        text = STARTUP.replace("{plots}", lines.replace("\n", "\n    ").rstrip())
        (startup / "alone.py").write_text(text, "utf-8")
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        more = {"IPYTHONDIR": str(startup.parents[1]), "MPLBACKEND": "agg", "PYTHONSAFEPATH": "1"}
        # A notebook measures, and draws in Matplotlib's own colours; to be compared with its
        # chapter, it shows the times on record, and draws in the colours of the book.
        more["MATPLOTLIBRC"] = str(ROOT / "book")
        self.environment = ours | more | {measure.RECORD: str(ROOT / measure.TIMES)}

    def run(self, notebook: Any, judge: Callable[[int, Shown], list[str]]) -> None:
        """Run the cells in their order. After each, `judge` is told its place and what it showed;
        it may answer with other code to be run, the cell itself among it."""
        asyncio.run(self._run(notebook, judge))

    async def _run(self, notebook: Any, judge: Callable[[int, Shown], list[str]]) -> None:
        client = NotebookClient(
            nbformat.v4.new_notebook(), timeout=120, kernel_name="python3",
            resources={"metadata": {"path": str(self.folder)}},
        )  # fmt: skip
        async with client.async_setup_kernel(env=self.environment):
            for name in ("micrograd", "literate"):
                told = await self._show(client, f"import {name}")
                assert told.raises == f"ModuleNotFoundError: No module named {name!r}"
            for place, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    waiting = [cell.source]
                    while waiting:
                        source = waiting.pop(0)
                        shown = await self._show(client, source, cell.metadata.get("tags", ()))
                        if not waiting:
                            waiting = judge(place, shown)
        assert not list(self.folder.iterdir()), "the notebook has left something behind"

    async def _show(self, client: Any, source: str, tags: Any = ()) -> Shown:
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [*tags]})
        client.nb.cells.append(cell)
        raises = ""
        try:
            await client.async_execute_cell(cell, len(client.nb.cells) - 1)
        except CellExecutionError as error:
            raises = f"{error.ename}: {error.evalue}"
        shown = of_outputs(cell.outputs)
        return dataclasses.replace(shown, raises=raises) if raises else shown
