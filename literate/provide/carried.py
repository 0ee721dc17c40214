"""Which modules there are on a page, in the reader's browser, where nothing is installed.

Python's own are there, but for a few. A package from the requirements is carried along if it is
installed here, consists of Python and data alone, needs no other package, and is small: nobody has
to list it.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
import sys
from collections.abc import Mapping
from pathlib import Path

SMALL = 1_000_000
"""The most bytes that a package may have to be carried along, and that one of its files may have:
a larger file of data stays behind."""
NOT_IN_A_BROWSER = {"curses", "idlelib", "lzma", "multiprocessing", "sqlite3", "ssl", "subprocess",
                    "tkinter", "turtle", "venv"}  # fmt: skip
"""What of Python's own modules Pyodide lacks, or has without being able to use it."""
BESIDE = re.compile(r"(^|/)(__pycache__|tests?|bin)/|\.dist-info/|\.\./")
"""Files of a package that are not imported."""
COMPILED = {".so", ".pyd", ".dylib", ".dll"}


def there(module: str) -> bool:
    """Whether a page can import this module, named by its first part."""
    if module in sys.stdlib_module_names:
        return module not in NOT_IN_A_BROWSER
    return bool(carried(module))


@functools.cache
def _installed() -> Mapping[str, list[str]]:
    """The packages by the modules that they bring; to find them looks at each of their files."""
    return importlib.metadata.packages_distributions()


@functools.cache
def carried(module: str) -> dict[str, Path]:
    """The files of a package that a page carries along, by their path where it is installed; none
    if it carries none of it."""
    (name, *more) = _installed().get(module, [""])
    found = importlib.metadata.distribution(name) if name and not more else None
    if not found or any("extra ==" not in need for need in found.requires or ()):
        return {}
    kept = [file for file in found.files or () if not BESIDE.search(file.as_posix())]
    files = {file.as_posix(): Path(str(file.locate())) for file in kept}
    compiled = any(path.suffix in COMPILED for path in files.values())
    sizes = {name: path.stat().st_size for name, path in files.items() if path.is_file()}
    light = {name: files[name] for name, size in sizes.items() if size <= SMALL}
    small = sum(sizes[name] for name in light) <= SMALL
    return light if small and not compiled else {}
