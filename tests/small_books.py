"""A copy of a small book, to be broken: what is in it, and what its commands say."""

import compileall
import contextlib
import dataclasses
import os
import py_compile
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from literate import files
from literate.prove import outputs
from literate.read.book import read_book
from literate.read.error import BookError
from literate.tangle import package
from literate.tangle.tangle import tangle

ROOT = Path(__file__).parents[1]
TESTS = Path(__file__).parent
PATIENCE = 120
"""Seconds that a command on a small book may take; on a busy machine it takes some."""


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
        expect_outputs(self.root)

    def line(self, path: str, words: str) -> str:
        """The place of the only line with these words, as messages name it."""
        lines = (self.root / path).read_text("utf-8").splitlines()
        (found,) = [number for number, line in enumerate(lines, 1) if words in line]
        return f"{path}:{found}"

    def read(self) -> Result:
        """What every command does first."""
        try:
            tangle(read_book(self.root))
        except BookError as error:
            return Result(1, str(error))
        return Result(0, "")

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
            # Where the tests themselves run in the background, it would be ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        try:
            yield started
        finally:
            started.kill()
            started.wait()

    def _run(self, command: list[str], environment: dict[str, str]) -> Result:
        with subprocess.Popen(
            command, cwd=self.root, env=self._environment() | environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            preexec_fn=obey_permissions,
        ) as started:  # fmt: skip
            try:
                text, _ = started.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                running = self._abort()
                started.kill()
                text, _ = started.communicate()
                told = f"{command} has not ended in {PATIENCE} seconds. At the end there ran:"
                raise AssertionError("\n".join([told, *running, "It said:", text])) from None
        return Result(started.returncode, text)

    def _abort(self) -> list[str]:
        """End all that runs in this book; each process that is Python's says where it stood."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if self.root in (place := Path(process.cwd()), *place.parents):
                    found.append(f"{process.pid} {process.status()}: {process.cmdline()}")
                    process.send_signal(signal.SIGABRT)
        return found

    @staticmethod
    def _environment() -> dict[str, str]:
        ours = {name: v for name, v in os.environ.items() if not name.startswith("PYTEST_")}
        # The interpreter's own folder, because the only dot may be there; no bytecode, because
        # Python takes two files of one size and one second for the same.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        # None of its tests has to do with a browser, and to import what drives one takes long.
        more = {
            "NO_COLOR": "1", "PYTEST_ADDOPTS": "-p no:playwright", "PYTHONFAULTHANDLER": "1",
        }  # fmt: skip
        return ours | more | {"PYTHONDONTWRITEBYTECODE": "1", "PATH": path}

    def snapshot(self, *folders: str) -> dict[str, tuple[bytes, int]]:
        """Content and time of every file in `folders`."""
        files = [f for folder in folders for f in (self.root / folder).rglob("*") if f.is_file()]
        return {
            str(f.relative_to(self.root)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files
        }


def obey_permissions() -> None:
    """Take from a process of root's the right to write where the permissions forbid it."""
    if sys.platform == "linux" and os.geteuid() == 0:
        import ctypes

        drop_from_bounding_set, dac_override = 24, 1
        ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


def fill(place: Path) -> None:
    """Put the small book there, with the machinery, tangled and with its outputs recorded."""
    shutil.copytree(TESTS / "small_book", place)
    shutil.copytree(
        ROOT / "literate", place / "literate", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("conftest.py", "pyproject.toml", "requirements.txt", "constraints.txt",
                 "book/matplotlibrc", "book/words.yml",
                 "tests/read/test_cells.py", "tests/tangle/test_package.py"):  # fmt: skip
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place / name)
    # The copies are read from bytecode that is valid for a text, whenever that was written.
    compileall.compile_dir(
        place / "literate", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
    )
    expect_outputs(place)


def expect_outputs(root: Path) -> None:
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
