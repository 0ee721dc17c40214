"""The decks of slides that `slides` has written, put in place with all that shows them."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from literate.files import BUILD, MADE_DECKS, WOVEN, swap
from literate.read.book import read_book

DECKS = BUILD / "slides"
INDEX = "index.html"
STATIC = "_static"
WEAVERS = Path("literate", "weave", "static")
"""Where the weaver keeps its scripts and style sheets."""


def write(root: Path) -> tuple[Path, list[str]]:
    """Put the decks that `make book` has made in place.

    Returns the page that leads to them, and for each chapter that has none the reason.
    """
    made = root / WOVEN / "_build"
    ours = root / WEAVERS
    reveal = Path(str(resources.files("sphinx_revealjs"))) / "_static" / "revealjs"
    chapters = read_book(root).chapters
    files = {f"{c.slug}.html": root / MADE_DECKS for c in chapters if not c.missing}
    files |= {INDEX: root / MADE_DECKS}
    sheet = (ours / "book.css").read_text("utf-8")
    loaded = (p for p in ours.glob("fonts/*") if p.name in sheet or p.name == "LICENSE")
    static = {path.relative_to(ours).as_posix(): ours for path in loaded}
    static |= {"book.css": ours, "slides.css": ours, "play.js": ours}
    static |= {"pygments.css": made / "html" / "_static"}
    static |= {"notes.js": reveal / "plugin" / "notes"}
    static |= {"reveal.js": reveal / "dist", "reveal.css": reveal / "dist", "LICENSE": reveal}
    files |= {f"{STATIC}/{name}": folder for name, folder in static.items()}
    new = root / f"{DECKS}.new"
    shutil.rmtree(new, ignore_errors=True)
    for name, folder in files.items():
        place = new / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name.removeprefix(f"{STATIC}/"), place)
    swap(new, root / DECKS)
    left = [f"no slides: {c.lacks('slides')}" for c in chapters if c.missing]
    return DECKS / INDEX, left
