"""What several tests need: the book, small chapters, and a small book to break."""

import asyncio
import compileall
import contextlib
import dataclasses
import fcntl
import importlib.util
import inspect
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from literate import files
from literate.cells import measure
from literate.prove import outputs
from literate.prove.plugin import BOOK
from literate.read.book import read_book
from literate.read.chapter import read_chapter
from literate.read.model import Book, BookError, Chapter
from literate.run import plots
from literate.run.shown import Shown, of_outputs
from literate.tangle import package
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parents[1]
TESTS = Path(__file__).parent
HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"

# It has a README and pages of its own, which are examined only in a copy of it.
collect_ignore = ["small_book"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Call a test that asks for a `slug` once for each chapter."""
    marks = metafunc.definition.iter_markers("parametrize")
    given = [[mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0] for mark in marks]
    if "slug" in metafunc.fixturenames and not any("slug" in names for names in given):
        book, _ = metafunc.config.stash[BOOK]
        metafunc.parametrize("slug", [chapter.slug for chapter in book.chapters])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is about chapters that a fork has dropped."""
    book, _ = config.stash[BOOK]
    there = {chapter.slug for chapter in book.chapters}
    for item in items:
        for mark in item.iter_markers("chapters"):
            if gone := sorted({*mark.args} - there):
                reason = f"this book has no chapter {' and no chapter '.join(gone)}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Book:
    return request.config.stash[BOOK][0]


@pytest.fixture(scope="session")
def tangled(request: pytest.FixtureRequest) -> Tangled:
    return request.config.stash[BOOK][1]


@pytest.fixture
def chapter() -> Callable[..., Chapter]:
    """Makes a chapter of cells, each given as the text inside its fence."""

    def make(*cells: str, name: str = "one") -> Chapter:
        fences = [f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells]
        return read_chapter(Path(f"book/{name}.md"), HEADER + "# Title\n\n" + "\n".join(fences))

    return make


@pytest.fixture
def refused() -> Callable[..., None]:
    """Checks that a call is refused: at this place, for this reason, with this remedy."""

    def check(call: Callable[[], object], place: str, reason: str, remedy: str) -> None:
        with pytest.raises(BookError) as error:
            call()
        told = str(error.value)
        assert told.startswith(place), told
        assert reason in told and remedy in told.split("To fix it: ")[1], told

    return check


@pytest.fixture
def tangle_cells(chapter: Callable[..., Chapter]) -> Callable[..., Tangled]:
    """Tangles cells for `micrograd/engine.py`, or with a target of their own, as one chapter."""

    def make(*cells: str) -> Tangled:
        given = [
            c if c.startswith(":tangle:") else f":tangle: micrograd/engine.py\n{c}" for c in cells
        ]
        return tangle(Book(ROOT, (chapter(*given),), {}))

    return make


@dataclasses.dataclass
class Result:
    """How a command ended, and all that it said."""

    status: int
    text: str

    def tells(self, *parts: str) -> None:
        """Assert that the command failed, and said all this."""
        assert self.status, f"it did not fail:\n{self.text}"
        for part in parts:
            assert part in self.text, f"it did not say {part!r}:\n{self.text}"


class SmallBook:
    """A copy of a small book, with the machinery and those of our tests that fit every book."""

    def __init__(self, root: Path, python: str = sys.executable) -> None:
        self.root, self.python = root, python

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, "utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def expect(self) -> None:
        """Expect what the chapters show now, as after `make outputs`."""
        _expect_outputs(self.root)

    def line(self, path: str, words: str) -> str:
        """The place of the only line with these words, as messages name it."""
        lines = (self.root / path).read_text("utf-8").splitlines()
        (found,) = [number for number, line in enumerate(lines, 1) if words in line]
        return f"{path}:{found}"

    def pytest(self) -> Result:
        """What `make test` does."""
        return self.run("pytest")

    def literate(self, command: str, **environment: str) -> Result:
        """What `make tangle`, `make outputs` or `make book` does."""
        return self.run("literate", command, **environment)

    def shell(self, line: str) -> Result:
        """What someone gets who writes this line."""
        # Without workers, because the tests that call this have taken the processors already.
        return self._run(["bash", "-c", line], {"PYTEST_XDIST_AUTO_NUM_WORKERS": "0"})

    def run(self, *module: str, **environment: str) -> Result:
        return self._run([self.python, "-m", *module], environment)

    @contextlib.contextmanager
    def started(self, command: str) -> Iterator[subprocess.Popen[str]]:
        """A command of `python -m literate` in a group of its own, as a terminal starts one."""
        started = subprocess.Popen(
            [sys.executable, "-m", "literate", command], cwd=self.root, env=self._environment(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            start_new_session=True,
        )  # fmt: skip
        try:
            yield started
        finally:
            started.kill()
            started.wait()

    def _run(self, command: list[str], environment: dict[str, str]) -> Result:
        done = subprocess.run(
            command, cwd=self.root, env=self._environment() | environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120,
            preexec_fn=_obey_permissions,
        )  # fmt: skip
        return Result(done.returncode, done.stdout)

    @staticmethod
    def _environment() -> dict[str, str]:
        ours = {name: v for name, v in os.environ.items() if not name.startswith("PYTEST_")}
        # The interpreter's own folder, because the only dot may be there; no bytecode, because
        # Python takes two files of one size and one second for the same.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        # None of its tests has to do with a browser, and to import what drives one takes long.
        more = {"NO_COLOR": "1", "PYTEST_ADDOPTS": "-p no:playwright"}
        return ours | more | {"PYTHONDONTWRITEBYTECODE": "1", "PATH": path}

    def snapshot(self, *folders: str) -> dict[str, tuple[bytes, int]]:
        """Content and time of every file in `folders`."""
        files = [f for folder in folders for f in (self.root / folder).rglob("*") if f.is_file()]
        return {
            str(f.relative_to(self.root)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files
        }


def _obey_permissions() -> None:
    """Take from a process of root's the right to write where the permissions forbid it."""
    if sys.platform == "linux" and os.geteuid() == 0:
        import ctypes

        drop_from_bounding_set, dac_override = 24, 1
        ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Has the first worker that needs a folder of this name fill it; the others find it filled."""

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        place, filled = shared / name, shared / f"{name}.filled"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                shutil.rmtree(place, ignore_errors=True)
                fill(place)
                filled.touch()
        return place

    return make


@pytest.fixture(scope="session")
def whole_small_book(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The small book, tangled and with its outputs recorded; to be copied, not changed."""
    return once("small", _fill)


def _fill(place: Path) -> None:
    shutil.copytree(TESTS / "small_book", place)
    shutil.copytree(
        ROOT / "literate", place / "literate", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("conftest.py", "pyproject.toml", "requirements.txt", "constraints.txt",
                 "book/matplotlibrc", "book/words.yml", "tests/conftest.py",
                 "tests/read/test_cells.py", "tests/tangle/test_package.py"):  # fmt: skip
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place / name)
    # The copies are read from bytecode that is valid for a text, whenever that was written.
    compileall.compile_dir(
        place / "literate", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
    )
    _expect_outputs(place)


def _expect_outputs(root: Path) -> None:
    small = read_book(root)
    made = tangle(small)
    package.write(root, package.package_files(made) | package.after_files(made))
    texts = {outputs.file(c.slug): outputs.record(small, c) for c in small.chapters}
    files.replace_files(root, {path: text for path, text in texts.items() if text})


EXERCISE = """\

```{code-cell} python
import math
```

::::{admonition} Exercise: the double
:class: exercise
:name: double

Double it.

:::{dropdown} A hint
Twice.
:::
::::

```{code-cell} python
:starter: double
def double(x):
    raise NotImplementedError("twice")
```

```{code-cell} python
:solution: double
def double(x):
    return 2 * x  # the secret
```

```{code-cell} python
:check: double
assert double(1.5) is not None, "is there a `return`?"
assert math.isclose(double(1.5), 3), f"of 1.5 it is 3, not {double(1.5)}"
```
"""
"""An exercise that a chapter of the small book may end with."""


@pytest.fixture(scope="session")
def small_exercise() -> str:
    return EXERCISE


@pytest.fixture(scope="session")
def warm() -> Any:
    """The module tests/warm.py, which starts a Python that has imported libraries already."""
    found = importlib.util.spec_from_file_location("warm", TESTS / "warm.py")
    assert found and found.loader
    warm = importlib.util.module_from_spec(found)
    found.loader.exec_module(warm)
    return warm


@pytest.fixture(scope="session")
def warm_python(warm: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Python that need not import the libraries anew for each command: see tests/warm.py."""
    with warm.start(tmp_path_factory.mktemp("warm"), _obey_permissions) as python:
        yield python


@pytest.fixture(scope="session")
def make_small_book(warm_python: str) -> Callable[[Path], SmallBook]:
    """Makes the copy of a small book at a place into one that can be edited and run."""
    return lambda place: SmallBook(place, warm_python)


@pytest.fixture
def small_book(
    whole_small_book: Path, make_small_book: Callable[[Path], SmallBook], tmp_path: Path
) -> SmallBook:
    """A fresh copy of the small book."""
    place = tmp_path / "book"
    shutil.copytree(whole_small_book, place)
    return make_small_book(place)


@pytest.fixture(scope="session")
def whole_built_book(
    once: Callable[[str, Callable[[Path], None]], Path],
    whole_small_book: Path,
    make_small_book: Callable[[Path], SmallBook],
) -> Path:
    """The small book with its site; to be copied, not changed."""

    def fill(place: Path) -> None:
        shutil.copytree(whole_small_book, place)
        built = make_small_book(place).literate("book")
        assert built.status == 0, built.text

    return once("built", fill)


@pytest.fixture
def built_book(
    whole_built_book: Path, make_small_book: Callable[[Path], SmallBook], tmp_path: Path
) -> SmallBook:
    """A fresh copy of the small book with its site."""
    place = tmp_path / "book"
    shutil.copytree(whole_built_book, place)
    return make_small_book(place)


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


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Alone]:
    """Makes what runs a notebook alone."""
    return lambda: Alone(tmp_path_factory.mktemp("alone"))
