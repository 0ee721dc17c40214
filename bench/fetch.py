"""The published micrograd, from the package index, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.contestants import PUBLISHED
from literate.read.error import BookError

VERSION = "0.1.0"


def fetch(root: Path) -> None:
    """Install it, unless it is there; raises BookError if the index does not give it."""
    place = root / PUBLISHED
    if (place / f"micrograd-{VERSION}.dist-info").is_dir():
        return
    new = place.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--target", str(new), f"micrograd=={VERSION}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(new, ignore_errors=True)
        told = [line for line in done.stdout.splitlines() if line.startswith("ERROR: ")]
        raise BookError(
            f"micrograd {VERSION}", None,
            "\n".join(["the package index did not give it", *(told or done.stdout.splitlines())]),
            f"look at the network and at pip's settings; or put its folder into {PUBLISHED}",
        )  # fmt: skip
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
