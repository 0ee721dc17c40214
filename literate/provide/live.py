"""Provide what a page runs in its reader's browser: Python, what draws graphs, and an editor.

`make` runs this once, unless it is told LIVE=no. Everything comes from npm, as
literate/live/package-lock.json pins it, and is served from the site itself. Where it cannot be had,
or is not wanted, the site is made without, and is whole.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from literate.provide import npm

SOURCES = Path(__file__).parents[1] / "live"
"""Holds the package.json and package-lock.json of what comes from npm; in `page`, the scripts."""
PLACE = Path(sys.prefix, "on-page")
"""Where that is installed: below it, `node_modules`, and beside them the editor as one file."""
EDITOR = PLACE / "editor.js"
PYODIDE = PLACE / "node_modules" / "pyodide"
VIZ = PLACE / "node_modules" / "@viz-js" / "viz" / "dist" / "viz.js"
PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
          "pyodide-lock.json")  # fmt: skip
"""What of Pyodide a page asks for."""
HELP = """\
Python on the pages needs npm's packages, which could not be installed (npm says above why): the
pages are made without it, and are whole. To have it, connect to the network, delete .venv/live and
run make again; LIVE=no leaves it out."""


def missing() -> bool:
    """Whether something is lacking of what a page runs, or it is to be left out."""
    if os.environ.get("LIVE") == "no":
        return True
    return not all(path.is_file() for path in (EDITOR, VIZ, *(PYODIDE / name for name in PYTHON)))


def bundle() -> None:
    """Make one file of the editor and all that it imports."""
    esbuild = PLACE / "node_modules" / "esbuild" / "bin" / "esbuild"
    node = shutil.which("node", path=npm.environment()["PATH"])
    if node and esbuild.is_file():
        options = ["--bundle", "--format=esm", "--minify", "--log-level=error"]
        subprocess.run(
            [node, esbuild, SOURCES / "page" / "editor.js", *options, f"--outfile={EDITOR}"],
            env=npm.environment(NODE_PATH=str(PLACE / "node_modules")),
        )


def main() -> int:
    print("Installing what the pages run, 70 MB (LIVE=no leaves it out) …", flush=True)
    if npm.node():
        # Installing takes away what is there, which a build beside this one may be reading.
        if missing() or not npm.installed(SOURCES, PLACE):
            npm.install(SOURCES, PLACE)
        bundle()
    if missing():
        print(HELP, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
