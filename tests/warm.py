"""A Python that is warm: it has imported the libraries, and forks for whatever it is asked to run.

Nearly all the time of a command on a small book passes before its first line, in imports. `python`
in the folder that `start` makes is a stand-in which has this process run the same arguments, in the
same folder and environment and with the same input and output. Of ours nothing is imported before.
What it does not know how to run, `python` itself runs.
"""

import contextlib
import importlib.abc
import importlib.machinery
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

SOCKET = "socket"
PROGRAMS = ("jupyter-book",)
LIBRARIES = (
    "_hypothesis_pytestplugin", "bs4", "dateutil.rrule", "graphviz",
    "hypothesis.internal.conjecture.engine", "ipykernel.heartbeat", "ipykernel.iostream",
    "ipykernel.ipkernel", "ipykernel.parentpoller", "IPython.core.interactiveshell",
    "IPython.lib.pretty", "jupyter_book.cli.main", "jupyter_book.sphinx", "jupyter_cache.base",
    "jupyter_cache.cache.main", "jupyter_client.session", "latex2mathml.converter",
    "markdown_it", "myst_nb.core.read", "myst_nb.sphinx_ext", "nbclient", "nbformat.v4",
    "nbformat.validator", "numpy", "PIL.Image", "pyparsing", "pytest", "runpy",
    "psutil", "pygments.lexers.shell", "sphinx.builders.html", "sphinx.cmd.build",
    "sphinx.jinja2glue", "sphinx_book_theme", "sphinx_comments", "sphinx_copybutton",
    "sphinx_design.extension", "sphinx_external_toc.api", "sphinx_external_toc.collectors",
    "sphinx_jupyterbook_latex.transforms", "sphinx_multitoc_numbering", "sphinx_revealjs.builders",
    "sphinx_thebe", "sphinx_togglebutton", "sqlalchemy.dialects.sqlite",
    "sybil.integration.pytest", "sybil.parsers.myst", "sybil.parsers.rest", "sybil.sybil",
    "tornado.ioloop", "xdist.looponfail", "xdist.plugin", "yaml", "zmq.eventloop.zmqstream",
)  # fmt: skip
DRAWING = (
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure",
)  # fmt: skip
"""What is imported of Matplotlib, which is kept aside: see `Matplotlib`."""
PLUGINS = ("_hypothesis_globals", "_hypothesis_pytestplugin", "hypothesis", "sybil", "xdist")
HERE = Path(__file__)
STAND_IN = """#!/bin/sh
exec "{python}" -IS "{here}" ask "{folder}" "$0" "$@"
"""


@contextlib.contextmanager
def start(folder: Path, prepare: Callable[[], None], *libraries: str) -> Iterator[str]:
    """Start a warm process; return the path of the stand-in for `python`, in `folder`.

    It has imported what commands on a book need, or these libraries alone. `prepare` is called in
    the process before it begins. Where the system cannot do this, the
    stand-in is `python` itself.
    """
    if not hasattr(os, "pidfd_open"):
        yield sys.executable
        return
    for name in ("python", *PROGRAMS):
        text = STAND_IN.format(python=sys.executable, here=HERE, folder=folder)
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, str(HERE), "serve", str(folder), *libraries], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, cwd=folder, preexec_fn=prepare,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert server.stdout and server.stdout.readline() == b"warm\n", "the warm Python does not start"
    yield str(folder / "python")
    server.communicate()


class Matplotlib(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Keeps Matplotlib aside until it is imported: only then does it read its settings, from the
    folder and the environment that there are."""

    def __init__(self) -> None:
        names = [name for name in sys.modules if name.split(".")[0] == "matplotlib"]
        self.kept = {name: sys.modules.pop(name) for name in names}

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "matplotlib" or name not in self.kept:
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        self.found = self.kept["matplotlib"].__spec__
        return self.kept["matplotlib"]

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.found
        sys.modules.update(self.kept)
        self.kept.clear()
        matplotlib: Any = module
        # The last lines of its own import.
        ours = matplotlib.rc_params_from_file(matplotlib.matplotlib_fname(), False, False)
        matplotlib.rcParams.update(ours)
        matplotlib.rcParamsOrig = matplotlib.rcParams.copy()
        if backend := os.environ.get("MPLBACKEND"):
            matplotlib.rcParams["backend"] = backend


def remember(folder: Path) -> None:
    """Have done what the libraries do once in each process: what they compile, or keep."""
    import functools
    import inspect

    import jinja2
    import nbformat
    from pygments.lexers import get_lexer_by_name

    cache = jinja2.FileSystemBytecodeCache(str(folder))
    begin = functools.partialmethod(jinja2.Environment.__init__, bytecode_cache=cache)
    jinja2.Environment.__init__ = begin  # type: ignore[assignment, method-assign]
    nbformat.validate(nbformat.v4.new_notebook())
    for name in ("ipython3", "python"):
        get_lexer_by_name(name)
    inspect.getmodule(sys._getframe())


def import_all(folder: Path) -> None:
    """Import what a command on a book could need, and is not ours."""
    (folder / "matplotlibrc").touch()
    for name in (*LIBRARIES, *DRAWING):
        importlib.import_module(name)
    from sphinx.application import builtin_extensions

    for name in builtin_extensions:
        importlib.import_module(name)
    remember(folder)
    sys.meta_path.insert(0, Matplotlib())
    # It takes from the environment, as it is imported, what it works with.
    assert "ipykernel.kernelapp" not in sys.modules
    for name in PLUGINS:
        # Or pytest warns that it comes too late to rewrite their assertions.
        sys.modules[name].__doc__ = "PYTEST_DONT_REWRITE"


def serve(folder: Path, *libraries: str) -> None:
    """Import the libraries, then fork for each that asks, until the standard input ends."""
    import gc

    if libraries:
        for name in libraries:
            importlib.import_module(name)
    else:
        import_all(folder)
    gc.collect()
    gc.freeze()
    os.chdir(folder)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(SOCKET)
    listener.listen(64)
    print("warm", flush=True)
    running: list[tuple[int, int, socket.socket]] = []
    while True:
        ready, _, _ = select.select([listener, 0, *(x for _, *two in running for x in two)], [], [])
        if 0 in ready:
            return
        for run in [*running]:
            pid, ended, asking = run
            if ended not in ready and asking in ready:
                os.killpg(pid, signal.SIGKILL)  # Nobody waits for it any more.
            if ended in ready or asking in ready:
                _, status = os.waitpid(pid, 0)
                with contextlib.suppress(OSError):
                    asking.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
                asking.close()
                os.close(ended)
                running.remove(run)
        if listener in ready:
            asking, _ = listener.accept()
            _, given, _, _ = socket.recv_fds(asking, 1, 3)
            asked = json.loads(asking.makefile("r", encoding="utf-8").readline())
            pid = os.fork()
            if not pid:
                for _, ended, other in running:
                    os.close(ended)
                    other.close()
                listener.close()
                asking.close()
                become(given, **asked)
            for descriptor in given:
                os.close(descriptor)
            running.append((pid, os.pidfd_open(pid), asking))


def become(
    inherited: list[int],
    python: str,
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
) -> None:
    """Go on as a Python that was just started with these arguments."""
    import atexit
    import faulthandler
    import runpy
    import threading
    import traceback

    os.setsid()
    for target, source in enumerate(inherited):
        os.dup2(source, target)
        os.close(source)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.executable = python
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    if environment.get("PYTHONFAULTHANDLER"):
        faulthandler.enable()
    more = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:1] = more
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status: object = 0
    try:
        first, *rest = arguments
        if first == "-m":
            sys.path.insert(0, folder)
            sys.argv = rest
            runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, str(Path(first).parent))
            sys.argv = arguments
            runpy.run_path(first, run_name="__main__")
    except SystemExit as ended:
        status = ended.code
        if isinstance(status, str):
            print(status, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(status is not None) if not isinstance(status, int) else status)


def ask(folder: str, program: str, *arguments: str) -> int:
    """Have the warm process in `folder` run the arguments; return how that ended."""
    name = os.path.basename(program)
    if name != "python":
        arguments = (os.path.join(os.path.dirname(sys.executable), name), *arguments)
    if not arguments or (arguments[0].startswith("-") and arguments[0] != "-m"):
        os.execv(sys.executable, [sys.executable, *arguments])
    asked = {"python": os.path.join(folder, "python"), "arguments": arguments,
             "folder": os.getcwd(), "environment": dict(os.environ)}  # fmt: skip
    os.chdir(folder)  # The address of a socket has 107 characters at most.
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(SOCKET)
        socket.send_fds(asking, [b"?"], [0, 1, 2])
        asking.sendall(json.dumps(asked).encode() + b"\n")
        told = asking.makefile("r").readline()
    return int(told or 1) % 256


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "serve":
        serve(Path(given[0]), *given[1:])
    else:
        sys.exit(ask(*given))
