"""Leave out of a run of pytest what has passed before and cannot have changed since.

A plugin of pytest, for `make test`: with the option `--unproven`, a test that passed is not run
again until something differs that it could depend on. That is asked generously: the cells of a
chapter depend on its text, on the states of the package that it imports and makes, on what is
expected of them and on all that is neither another chapter nor a test; every other test depends on
every file there is; and all depend on the installed packages, the browser and the machine. What
passed is kept in `_build/proven.json`, which `make clean` removes.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

from literate.files import BUILD, digest
from literate.prove import checks, outputs
from literate.prove.plugin import BOOK
from literate.read.model import PACKAGE

PROVEN = BUILD / "proven.json"
PROGRAMS = pytest.StashKey[list[str | None]]()
"""Where a run keeps the paths of the programs that the tests call, of those that are there."""
TESTS = "tests"
LEFT_OUT = {"_build", "__pycache__", "node_modules", "after"}
"""Folders in which nothing is that a test depends on, besides the hidden ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "leave out what has passed before and depends on nothing that has changed"
    parser.addoption("--unproven", action="store_true", help=told)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.unproven:
        config.pluginmanager.register(Unproven(config), "unproven")


class Unproven:
    """What has passed before, what passes now, and the keys of what it depends on."""

    def __init__(self, config: pytest.Config) -> None:
        self.config, self.root = config, config.rootpath
        self.files = _files(self.root)
        self.count = 0
        self.passed: dict[str, bool] = {}
        try:
            self.before = dict(json.loads((self.root / PROVEN).read_text("utf-8")))
        except (OSError, ValueError):
            self.before = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take out the proven ones; of a chapter, whose cells run in order, all or none."""

        def name(item: pytest.Item) -> str:
            return item.nodeid.split("::")[0]

        known = {item for item in items if self.before.get(item.nodeid) == self.key(item.nodeid)}
        begun = {name(item) for item in items if item not in known} & self.chapters.keys()
        left_out = [item for item in items if item in known and name(item) not in begun]
        self.count = len(left_out)
        self.config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in {*left_out}]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        passed = self.passed.get(report.nodeid, report.when == "setup")
        self.passed[report.nodeid] = passed and report.passed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.count = getattr(node, "workeroutput", {}).get("unproven", self.count)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["unproven"] = self.count
            return
        now = Unproven(self.config)
        kept = {name: key for name, key in self.before.items() if key == self.key(name)}
        for name, passed in self.passed.items():
            kept.pop(name, None)
            # Not if the files were changed while it ran.
            if passed and now.key(name) == self.key(name):
                kept[name] = self.key(name)
        (self.root / BUILD).mkdir(exist_ok=True)
        text = json.dumps(kept, indent=0, ensure_ascii=False)
        (self.root / PROVEN).write_text(text, "utf-8")
        if self.count and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.count:
            terminalreporter.line(
                f"{self.count} tests have passed before, and nothing that they depend on has "
                "changed; 'make clean' has them run again."
            )

    @functools.cached_property
    def chapters(self) -> dict[str, str]:
        """A digest of what the cells of a chapter depend on, by its path."""
        book, tangled = self.config.stash[BOOK]
        found = {}
        own = (*(c.path.as_posix() for c in book.chapters), f"{PACKAGE}/", f"{TESTS}/")
        common = [f"{file}:{text}" for file, text in self.files.items() if not file.startswith(own)]
        for chapter in book.chapters:
            states = [tangled.states[slug] for slug in (*chapter.builds_on, chapter.slug)]
            expected = (
                folder / f"{chapter.slug}.yml" for folder in (outputs.FOLDER, checks.FOLDER)
            )
            found[chapter.path.as_posix()] = digest([
                self.machine, *common, *chapter.missing,
                *(f"{file}:{text}" for state in states for file, text in state.items()),
                *(self.files.get(path.as_posix(), "") for path in (chapter.path, *expected)),
            ])  # fmt: skip
        return found

    @functools.cached_property
    def machine(self) -> str:
        return _machine(self.config.stash[PROGRAMS])

    def key(self, nodeid: str) -> str:
        """A digest of everything that the test could depend on."""
        return self.chapters.get(nodeid.split("::")[0], self.rest)

    @functools.cached_property
    def rest(self) -> str:
        """What every test depends on that is no cell of a chapter: all there is."""
        return digest([self.machine, *(f"{file}:{text}" for file, text in self.files.items())])


def _files(root: Path) -> dict[str, str]:
    """A digest of each file of the book, by its path."""
    found = {}
    for folder, inner, names in os.walk(root):
        here = Path(folder)
        kept = {".ci", ".github"} if here == root else set()
        inner[:] = sorted(n for n in inner if n not in LEFT_OUT and (n[0] != "." or n in kept))
        for file in sorted(here / name for name in names):
            if file.is_file():
                path = file.relative_to(root).as_posix()
                found[path] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _machine(programs: list[str | None]) -> str:
    """What the tests find here: packages, programs, the system."""
    packages = sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions())
    stamps = [
        f"{program} {os.path.getmtime(os.path.realpath(program))}"
        for program in (*programs, sys.executable)
        if program and os.path.exists(program)
    ]
    return digest([sys.version, platform.platform(), *stamps, *packages])
