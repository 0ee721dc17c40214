"""Formatting, linting and types."""

import subprocess
import sys
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
