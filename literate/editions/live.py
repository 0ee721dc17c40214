"""What a page runs in its reader's browser: a folder of the site, of which a click loads the rest.

For each chapter its cells, its exercises and the modules of ours that they import, as one file; and
once for all of them Python, what draws graphs, the editor, and the scripts between these and the
page. A chapter needs to say nothing for it.
"""

from __future__ import annotations

import ast
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from literate.provide import live
from literate.provide.carried import carried, there
from literate.read.imports import OURS, roots
from literate.read.model import PACKAGE, Book, Chapter
from literate.read.settings import Words
from literate.tangle.lacks import places, reach
from literate.tangle.standalone import bound_names
from literate.tangle.state import Tangled

FOLDER = "live"
"""The folder of the site, and beside it nothing else belongs to this."""
RUNS = ("literate/__init__.py", "literate/live/*.py", "literate/cells/*.py",
        "literate/run/__init__.py", "literate/run/shown.py", "literate/weave/__init__.py",
        "literate/weave/drawings.py")  # fmt: skip
"""What runs the cells: of what is installed it imports what writes values (see `_python`)."""
FETCHED = "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "ours.zip", "graphviz.zip"
"""What the page says how much of it has come; their sizes, unpacked, are added up."""
DAY = (1980, 1, 1, 0, 0, 0)
WORDS = "graph", "live "
"""How the words begin that a page needs: what a drawing says to those who cannot see it, and its
own."""


def chapter_data(chapter: Chapter, tangled: Tangled, say: Words) -> dict[str, Any]:
    """All that a page asks for to run a chapter."""
    found, alone = reach(chapter, tangled, there)
    place = places(chapter)
    modules = {path: text for path, text in alone.modules.items() if path.startswith(PACKAGE)}
    sources = [*modules.values(), *(cell.source for cell in alone.cells)]
    named = {root for text in sources for root in roots(ast.parse(text))} - OURS - {""}
    return {
        "slug": chapter.slug,
        "folder": f"/chapters/{chapter.slug}",
        "modules": modules,
        "packages": sorted(root for root in named if carried(root)),
        "absent": sorted(root for root in named if not there(root)),
        "words": say.beginning(*WORDS),
        "cells": [
            {"index": place[cell.index], "source": found[cell.index].source, "raises": cell.raises}
            for cell in alone.cells
        ],
        "exercises": {
            exercise.name: {
                "starter": place[exercise.starter.index],
                "check": found[exercise.check.index].source,
                "defines": sorted(
                    bound_names(exercise.solution.source) | bound_names(exercise.starter.source)
                ),
            }
            for exercise in chapter.exercises
        },
    }


def write(book: Book, tangled: Tangled, say: Words, site: Path) -> None:
    """Write the folder into the site; where what a page runs is not installed, nothing."""
    if live.missing():
        return
    place = site / FOLDER
    (place / "chapters").mkdir(parents=True)
    for script in sorted((live.SOURCES / "page").glob("*.*s")):
        shutil.copyfile(script, place / script.name)
    for file in (live.EDITOR, live.VIZ, *(live.PYODIDE / name for name in live.PYTHON)):
        shutil.copyfile(file, place / file.name)
    # It lists what could be fetched from another host, and is none of this site's.
    lock = json.loads((live.PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    (place / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": {}}), "utf-8")
    (place / "ours.zip").write_bytes(_zip(_python(book.root)))
    chapters = [chapter_data(chapter, tangled, say) for chapter in book.chapters]
    for package in sorted({"graphviz"}.union(*(data["packages"] for data in chapters))):
        archived = {name: path.read_bytes() for name, path in carried(package).items()}
        (place / f"{package}.zip").write_bytes(_zip(archived))
    size = sum((place / name).stat().st_size for name in FETCHED)
    for data in chapters:
        text = json.dumps(data | {"size": size}, ensure_ascii=False, sort_keys=True)
        (place / "chapters" / f"{data['slug']}.json").write_text(text, "utf-8")


def _python(root: Path) -> dict[str, bytes]:
    """The modules that run the cells, by path."""
    found = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for pattern in RUNS
        for file in sorted(root.glob(pattern))
    }
    pretty = resources.files("IPython.lib").joinpath("pretty.py").read_bytes()
    return found | {"IPython/__init__.py": b"", "IPython/lib/__init__.py": b"",
                    "IPython/lib/pretty.py": pretty}  # fmt: skip


def _zip(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in sorted(files.items()):
            made.writestr(zipfile.ZipInfo(path, DAY), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
