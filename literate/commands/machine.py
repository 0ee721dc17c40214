"""When and where was measured, without what is nobody's business: no host, no path, no user."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PYTHON = f"{platform.python_implementation()} {platform.python_version()}"


def facts() -> dict[str, str]:
    """For the rows of a table."""
    return {
        "date": date.today().isoformat(),
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} ({platform.machine()})",
        "versions": ", ".join(_versions()),
    }


def where() -> str:
    """For the line below a chart."""
    today = date.today()
    return (
        f"measured on {today.day} {today:%B %Y} with {PYTHON} on {processor()}, "
        f"{os.cpu_count()} cores, {platform.system()}"
    )


def processor() -> str:
    """Its model. Where Linux says it, Python does not."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        told = ""
    found = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def _versions() -> list[str]:
    found = [PYTHON]
    for name, module in (("NumPy", "numpy"), ("PyTorch", "torch")):
        try:
            found.append(f"{name} {version(module).partition('+')[0]}")
        except PackageNotFoundError:
            continue
    return found
