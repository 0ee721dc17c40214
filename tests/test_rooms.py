"""The rooms of the machinery: who may import whom, and what README.md there says of them."""

import ast
import graphlib
import re
import sys
from pathlib import Path

import pytest

MACHINERY = Path(__file__).parents[1] / "literate"
ROOMS = sorted(folder.name for folder in MACHINERY.iterdir() if (folder / "__init__.py").is_file())
HEAVY = {"sphinx", "docutils", "bs4", "nbformat", "myst_nb", "nbclient", "jupyter_cache"}
BELOW = {
    "read": set(),
    "cells": set(),
    "provide": set(),
    "markup": set(),
    "files": {"read"},
    "tangle": {"read", "files", "cells"},
    "run": {"read", "files", "cells", "provide", "tangle"},
    "prove": {"read", "files", "cells", "tangle", "run"},
    "weave": {"read", "files", "markup", "provide", "tangle", "run"},
    "live": {"run", "weave"},
    "editions": {"read", "files", "markup", "tangle", "prove", "provide"},
    "grade": {"read", "files", "tangle", "run"},
    "commands": {*ROOMS, "files", "markup"},
    "__main__": {*ROOMS, "files"},
}
"""For each room, and each file beside the rooms, those that it may import from."""
ON_THE_PAGE = {"literate.run.shown", "literate.weave.drawings"}
"""What of ours is brought along to where `live` runs, besides the helpers of the cells."""
TRUSTWORTHY = "read", "tangle", "prove"
"""These make the book trustworthy, and can do it where there are no pages and no notebooks."""


def imports(file):
    """The modules that a file imports, with those that lie in a package of ours."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                place = MACHINERY.parent.joinpath(*inner.split("."))
                whole = place.is_dir() or place.with_suffix(".py").is_file()
                yield inner if whole else str(node.module)


FILES = {
    ".".join(file.relative_to(MACHINERY.parent).with_suffix("").parts).removesuffix(".__init__"): {
        *imports(file)
    }
    for file in MACHINERY.rglob("*.py")
    if file.parent != MACHINERY or file.stem != "__init__"
}


def room(module):
    return module.split(".")[1]


@pytest.mark.parametrize("module", FILES)
def test_a_room_imports_from_below_only(module):
    for other in FILES[module]:
        top, _, rest = other.partition(".")
        if top == "literate" and rest:
            assert room(other) in {room(module), *BELOW[room(module)]}, other
            assert room(module) != "live" or room(other) == "live" or other in ON_THE_PAGE, other
        elif room(module) in TRUSTWORTHY:
            assert top not in HEAVY, other
        elif room(module) == "provide":
            assert top in sys.stdlib_module_names, other


def test_nothing_is_imported_in_a_circle():
    below = {name: {m for m in found if m in FILES} - {name} for name, found in FILES.items()}
    list(graphlib.TopologicalSorter(below).static_order())


def test_the_readme_names_every_room_and_only_what_is_there():
    text = (MACHINERY / "README.md").read_text("utf-8")
    named = set(re.findall(r"`((?:\w+/)*(?:\w+\.\w+|\w+/|static/))`", text))
    gone = [n for n in named if not (MACHINERY / n).exists() and not _anywhere(n)]
    assert not gone, f"literate/README.md names {', '.join(gone)}"
    missing = [room for room in ROOMS if f"`{room}/`" not in text]
    assert not missing, f"literate/README.md does not name the rooms {', '.join(missing)}"
    assert len(text.splitlines()) <= 50, "literate/README.md does not fit on one screen"


def _anywhere(name):
    """A file that is named below its room, or one of the whole book's."""
    return list(MACHINERY.rglob(name)) or (MACHINERY.parent / name).is_file()
