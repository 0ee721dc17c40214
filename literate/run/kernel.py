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
from collections.abc import Callable
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
from literate.read.model import PACKAGE, Book, BookError, Cell, Chapter
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
    waiting = []
    for chapter in book.chapters:
        if chapter.missing:
            say(f"  not executed: {chapter.lacks('book')}")
            continue
        notebook = read_notebook(chapter.text, builds_on(root, chapter, tangled))
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            waiting.append((chapter, notebook))
    if not waiting:
        return 0
    need_dot()
    # The states alone: no chapter needs the finished package, which only the last one makes.
    bare = {Path(PACKAGE, "__init__.py"): ""}
    package.write(root / STAGED, bare | package.after_files(tangled))
    environment = _environment(root)
    limit = time_limit(root)
    kernels = Kernels()
    with ThreadPoolExecutor(at_once()) as pool:
        jobs = {
            pool.submit(_run, root, chapter, notebook, environment, limit, kernels): (
                chapter,
                notebook,
            )
            for chapter, notebook in waiting
        }
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
            kernels.end()
            pool.shutdown(cancel_futures=True)
            raise
    return len(waiting)


class Kernels:
    """Those at work, so that they can be ended: they do not hear of an interrupt themselves."""

    def __init__(self) -> None:
        self._clients: list[NotebookClient] = []
        self.ended = False

    def began(self, client: NotebookClient) -> None:
        self._clients.append(client)

    def end(self) -> None:
        """End all of them, and let no other cell begin."""
        self.ended = True
        for client in self._clients:
            provisioner = getattr(client.km, "provisioner", None)
            if pid := getattr(provisioner, "pid", None):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)


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


def _run(
    root: Path,
    chapter: Chapter,
    notebook: Any,
    environment: dict[str, str],
    limit: int,
    kernels: Kernels,
) -> dict[str, Any]:
    """Execute `notebook` in place; raise BookError where it stops.

    Returns the seconds that it took, and by the cells' places the numbers that the text takes.
    """
    found: dict[str, dict[str, str]] = {}
    if not chapter.cells:
        return {"execution_seconds": 0.0, NUMBERS: found}
    started = time.monotonic()
    at = [chapter.cells[0]]
    by_index = {cell.index: cell for cell in chapter.cells}

    def begin(cell: Any, cell_index: int) -> None:
        at[0] = by_index[cell_index]
        if kernels.ended:
            raise DeadKernelError("the others were ended")
        if at[0].removed:
            asked = {text: code(text) for text in at[0].numbers}
            cell.source = in_kernel.removed(cell.source, asked)

    async def numbers(cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Ask the kernel for those that the text below the cell takes from it."""
        hidden, texts = by_index[cell_index].removed, by_index[cell_index].numbers
        if hidden:
            cell.source = cell.source.partition("\n")[2]
        if texts:
            asked = {text: in_kernel.taken(text) if hidden else code(text) for text in texts}
            kernel: Any = client.kc
            reply = await kernel.execute(
                "", silent=True, user_expressions=asked, reply=True, timeout=limit
            )
            said = reply["content"]["user_expressions"]
            found[str(cell_index)] = {
                text: ast.literal_eval(said[text]["data"]["text/plain"])
                for text in texts
                if said[text]["status"] == "ok"
            }

    client = NotebookClient(
        notebook,
        timeout=limit,
        kernel_name="python3",
        record_timing=False,
        # A kernel sends what is printed in pieces, as the clock has it: here it is one text again.
        coalesce_streams=True,
        resources={"metadata": {"path": str(root / chapter.path.parent)}},
        on_cell_execute=begin,
        on_cell_executed=numbers,
    )
    kernels.began(client)
    try:
        asyncio.run(client.async_execute(env=environment, stderr=subprocess.DEVNULL))
    except CellTimeoutError:
        raise at[0].error(
            f"the cell ran longer than {limit} seconds and was stopped",
            "make it quicker, or raise 'execute: timeout:' in _config.yml",
        ) from None
    except DeadKernelError:
        raise at[0].error(
            "the kernel died in this cell (out of memory, or a crash in a compiled library)",
            "run the chapter in Jupyter up to this cell to see what happens",
        ) from None
    except CellExecutionError as error:
        raise _failure(at[0], error) from None
    finally:
        # Where the kernel was ended as it started, nbclient would try once more at the very end.
        atexit.unregister(client._cleanup_kernel)
    _tidy(notebook)
    return {"execution_seconds": time.monotonic() - started, NUMBERS: found}


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
