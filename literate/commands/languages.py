"""The book in its other languages: each is a book of its own, made beside the original."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from literate.commands.compare import compare
from literate.editions import translation
from literate.files import BUILD, SITE
from literate.prove import outputs
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import CHAPTERS, Book
from literate.read.settings import languages

PLACE = BUILD / "languages"
COPIED = (CHAPTERS, "literate", str(outputs.FOLDER))
"""The folders that a book is made of, besides what lies at its root."""


def translated(root: Path, path: Path) -> int:
    """Record that a page says what its original says now; return how many cells it has."""
    if path.parent.parent != Path(CHAPTERS):
        raise BookError(
            path, None, "a translation has a folder of its own there",
            f"name it {CHAPTERS}/<language>/<page>.md, as {CHAPTERS}/de/{path.name}",
        )  # fmt: skip
    # The command runs in the folder of the book, and its messages name files from there.
    count = compare(Path(CHAPTERS, path.name), path)
    translation.translated(root, path)
    return count


def add(book: Book, made: Path) -> None:
    """Make the site in each language that has a folder, and put it into the site at `made`."""
    for code, name in languages(book.root).items():
        if (book.root / translation.folder(code)).is_dir():
            print(f"The book in {name}:", file=sys.stderr, flush=True)
            shutil.copytree(_made(book, code, name) / SITE, made / code)


def _made(book: Book, code: str, name: str) -> Path:
    """The folder in which the book in one language was made; it keeps what was executed."""
    place = book.root / PLACE / code
    texts = translation.files(book, code)
    others = shutil.ignore_patterns("__pycache__", "after", *languages(book.root))
    for folder in COPIED:
        shutil.rmtree(place / folder, ignore_errors=True)
        shutil.copytree(book.root / folder, place / folder, ignore=others)
    for file in (*book.root.glob("*.txt"), book.root / "_toc.yml"):
        shutil.copy2(file, place / file.name)
    for path, text in texts.items():
        (place / path).write_text(text, "utf-8")
    # Read here, so that what does not fit is told before minutes have passed.
    read_book(place)
    command = [sys.executable, "-m", "literate", "book"]
    done = subprocess.run(command, cwd=place, stdout=sys.stderr, env=os.environ)
    if done.returncode:
        raise BookError(
            PLACE / code, None, f"the book in {name} could not be made; what is wrong stands above",
            f"correct it in {translation.folder(code)}, from where the pages there are taken",
        )  # fmt: skip
    return place
