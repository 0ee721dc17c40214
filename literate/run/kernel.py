"""Execute the chapters for the page, each in a kernel of its own, and keep what they showed.

The results go into the cache that MyST-NB reads (jupyter-cache). Its key is made of the code; ours
adds, as kernel metadata, a digest of what the code builds on: the states that the chapter imports
and the machinery. So a chapter is executed again exactly when its result could be another.
"""

from __future__ import annotations

import ast
import asyncio
import atexit
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from literate.cells import measure
from literate.files import BUILD
from literate.read.error import BookError
from literate.read.model import PACKAGE, Book, Cell, Chapter
from literate.read.numbers import code
from literate.read.settings import time_limit
from literate.run import in_kernel, watch
from literate.run.cache import CACHE, NUMBERS, builds_on, read_notebook
from literate.run.drawing import need_dot
from literate.run.formats import KERNEL_CONFIG
from literate.run.in_kernel import PLACE
from literate.run.processes import at_once
from literate.run.shown import PLOTS
from literate.tangle import package
from literate.tangle.tangle import Tangled

STAGED = BUILD / "tangled"
IPYTHON = BUILD / "ipython"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(book: Book, tangled: Tangled, say: Callable[[str], None]) -> int:
    """Execute the chapters whose results are not in the cache; return how many that were."""
    root = book.root
    cache = get_cache(str(root / CACHE))
    waiting = list(_waiting(book, tangled, cache, say))
    if not waiting:
        return 0
    need_dot()
    # The states alone: no chapter needs the finished package, which only the last one makes.
    bare = {Path(PACKAGE, "__init__.py"): ""}
    package.write(root / STAGED, bare | package.after_files(tangled))
    run = _Runs(root)
    with ThreadPoolExecutor(at_once()) as pool:
        jobs = {pool.submit(run, *each): each for each in waiting}
        try:
            for number, job in enumerate(as_completed(jobs), start=1):
                chapter, notebook = jobs[job]
                data = job.result()
                cache.cache_notebook_bundle(
                    CacheBundleIn(notebook, str(chapter.path), data=data),
                    check_validity=False,
                    overwrite=True,
                )
                seconds = data["execution_seconds"]
                say(f"  executed {number} of {len(jobs)}: {chapter.path} ({seconds:.1f} s)")
        except BaseException:
            run.end()
            pool.shutdown(cancel_futures=True)
            raise
    return len(waiting)


def _waiting(
    book: Book, tangled: Tangled, cache: Any, say: Callable[[str], None]
) -> Iterator[tuple[Chapter, Any]]:
    """The chapters that are to be executed, each with its notebook."""
    for chapter in book.chapters:
        if chapter.missing:
            say(f"  not executed: {chapter.lacks('book')}")
            continue
        notebook = read_notebook(chapter.text, builds_on(book.root, chapter, tangled))
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            yield chapter, notebook


class _Runs:
    """Executes chapters, at once if need be, and can end all of them."""

    def __init__(self, root: Path) -> None:
        self.root, self.limit = root, time_limit(root)
        self.environment = _environment(root)
        self.at_work: list[_Execution] = []
        self.ended = False

    def __call__(self, chapter: Chapter, notebook: Any) -> dict[str, Any]:
        """The seconds that it took, and by the cells' places the numbers that the text takes."""
        if not chapter.cells:
            return {"execution_seconds": 0.0, NUMBERS: {}}
        started = time.monotonic()
        execution = _Execution(self.root, chapter, notebook, self.limit)
        self.at_work.append(execution)
        execution.ended = self.ended
        execution.run(self.environment)
        _tidy(notebook)
        return {"execution_seconds": time.monotonic() - started, NUMBERS: execution.found}

    def end(self) -> None:
        self.ended = True
        for execution in self.at_work:
            execution.end()


def _environment(root: Path) -> dict[str, str]:
    """What a kernel finds: the staged package first, our settings for IPython, no other."""
    profile = root / IPYTHON / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(KERNEL_CONFIG, profile / KERNEL_CONFIG.name)
    paths = [str(root / STAGED), str(root)]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "IPYTHONDIR": str(root / IPYTHON),
        "PYTHONHASHSEED": "0",
        measure.RECORD: str(root / measure.TIMES),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


class _Execution:
    """One chapter in a kernel of its own: which cell is at work, and which numbers were found."""

    def __init__(self, root: Path, chapter: Chapter, notebook: Any, limit: int) -> None:
        self.chapter, self.limit = chapter, limit
        self.cells = {cell.index: cell for cell in chapter.cells}
        self.at = chapter.cells[0]
        self.ended = False
        self.found: dict[str, dict[str, str]] = {}
        self.client = NotebookClient(
            notebook,
            timeout=limit,
            kernel_name="python3",
            record_timing=False,
            # A kernel sends what is printed in pieces, as the clock has it: here it is one text.
            coalesce_streams=True,
            resources={"metadata": {"path": str(root / chapter.path.parent)}},
            on_cell_execute=self._begin,
            on_cell_executed=self._numbers,
        )

    def run(self, environment: dict[str, str]) -> None:
        """Execute the notebook in place; raise BookError where it stops."""
        try:
            asyncio.run(self.client.async_execute(env=environment, stderr=subprocess.DEVNULL))
        except CellTimeoutError:
            raise self.at.error(
                f"the cell ran longer than {self.limit} seconds and was stopped",
                "make it quicker, or raise 'execute: timeout:' in _config.yml",
            ) from None
        except DeadKernelError:
            raise self.at.error(
                "the kernel died in this cell (out of memory, or a crash in a compiled library)",
                "run the chapter in Jupyter up to this cell to see what happens",
            ) from None
        except CellExecutionError as error:
            raise _failure(self.at, error) from None
        finally:
            # Where the kernel was ended as it started, nbclient would try once more at the end.
            atexit.unregister(self.client._cleanup_kernel)

    def end(self) -> None:
        """End the kernel, which does not hear of an interrupt itself; no other cell begins."""
        self.ended = True
        provisioner = getattr(self.client.km, "provisioner", None)
        if pid := getattr(provisioner, "pid", None):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def _begin(self, cell: Any, cell_index: int) -> None:
        self.at = self.cells[cell_index]
        if self.ended:
            raise DeadKernelError("the others were ended")
        if self.at.removed:
            asked = {text: code(text) for text in self.at.numbers}
            cell.source = in_kernel.removed(cell.source, asked)

    async def _numbers(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Ask the kernel for those that the text below the cell takes from it."""
        hidden, texts = self.cells[cell_index].removed, self.cells[cell_index].numbers
        if hidden:
            cell.source = cell.source.partition("\n")[2]
        if texts:
            asked = {text: in_kernel.taken(text) if hidden else code(text) for text in texts}
            kernel: Any = self.client.kc
            reply = await kernel.execute(
                "", silent=True, user_expressions=asked, reply=True, timeout=self.limit
            )
            said = reply["content"]["user_expressions"]
            self.found[str(cell_index)] = {
                text: ast.literal_eval(said[text]["data"]["text/plain"])
                for text in texts
                if said[text]["status"] == "ok"
            }


def _failure(cell: Cell, error: Any) -> BookError:
    where = PLACE.findall(error.evalue) if cell.removed else []
    found = where or re.findall(r"(?:Cell )?In\s*\[\d+\], line (\d+)", ANSI.sub("", str(error)))
    line, text = int(found[0]) if found else 1, PLACE.sub("", error.evalue)
    if error.ename == watch.Refused.__name__:
        return cell.error(*watch.told(text), line)
    return cell.failure(error.ename, text, line)


def _tidy(notebook: Any) -> None:
    """Leave what the page shows: of an exception type and message, without frames and paths.

    What describes a plot goes into the output's metadata, for the page could not show it.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
            elif PLOTS in output.get("data", {}):
                output.metadata = nbformat.from_dict({PLOTS: output.data.pop(PLOTS)})
