"""Where and when was measured, without what is nobody's business: no host, no path, no user."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from literate.commands.times import processor


def facts() -> dict[str, str]:
    return {
        "date": date.today().isoformat(),
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} ({platform.machine()})",
        "versions": ", ".join(_versions()),
    }


def _versions() -> list[str]:
    found = [f"{platform.python_implementation()} {platform.python_version()}"]
    for name, module in (("NumPy", "numpy"), ("PyTorch", "torch")):
        try:
            found.append(f"{name} {version(module).partition('+')[0]}")
        except PackageNotFoundError:
            continue
    return found
