"""Formatting, linting, types, and the number of the version."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

COMMANDS = ("ruff format --check --diff", "ruff check", "mypy")


@pytest.mark.parametrize("command", COMMANDS)
def test_quality(root: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode:
        pytest.fail(f"{command}:\n{done.stdout}", pytrace=False)


def test_the_change_log_begins_with_this_version(root: Path) -> None:
    """And says of each what a fork must do; what is to come may stand above it."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    _, *sections = (root / "CHANGELOG.md").read_text("utf-8").split("\n## ")
    names = [section.split("\n")[0] for section in sections]
    newest = next(name for name in names if re.match(r"\d", name))
    assert newest == version, (
        f"pyproject.toml has the version {version}: begin its section in CHANGELOG.md"
    )
    assert set(names[:1]) <= {version, "Next"}
    for name, section in zip(names, sections, strict=True):
        assert "\n**A fork must:** " in section, f"CHANGELOG.md, {name}: what must a fork do?"
