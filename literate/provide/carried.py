"""Which modules there are on a page, in the reader's browser, where nothing is installed.

Python's own are there, but for a few. A package from the requirements is carried along if it is
installed here, consists of Python and data alone, needs no other package, and is small: nobody has
to list it.
"""

from __future__ import annotations

import functools
import re
import sys
from importlib.metadata import Distribution, distributions
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
def _installed() -> list[tuple[Distribution, str]]:
    """The packages, each with its files, a line for each. To ask for these one by one takes long,
    but not every installer leaves a list."""
    return [
        (package, package.read_text("RECORD") or "\n".join(f"{f}," for f in package.files or ()))
        for package in distributions()
    ]


@functools.cache
def carried(module: str) -> dict[str, Path]:
    """The files of a package that a page carries along, by their path where it is installed; none
    if it carries none of it."""
    its_files = re.compile(rf"^{re.escape(module)}(/|\.py,)", re.MULTILINE)
    having = [package for package, files in _installed() if its_files.search(files)]
    if len(having) != 1 or any("extra ==" not in need for need in having[0].requires or ()):
        return {}
    kept = [file for file in having[0].files or () if not BESIDE.search(file.as_posix())]
    files = {file.as_posix(): Path(str(file.locate())) for file in kept}
    compiled = any(path.suffix in COMPILED for path in files.values())
    sizes = {name: path.stat().st_size for name, path in files.items() if path.is_file()}
    light = {name: files[name] for name, size in sizes.items() if size <= SMALL}
    small = sum(sizes[name] for name in light) <= SMALL
    return light if small and not compiled else {}
