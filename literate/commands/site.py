"""Make the site: check, tangle, execute, have Jupyter Book build, and put the result in place.

Everything is made aside. Only when all of it succeeded are package and site replaced, so a failure
leaves the previous ones as they were.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from literate import files
from literate.commands import languages, published
from literate.editions import live, notebook
from literate.files import BUILD, SITE, WOVEN, swap
from literate.prove import outputs
from literate.read import settings
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import CHAPTERS, PACKAGE, Book
from literate.read.settings import Words
from literate.run import cache, kernel
from literate.run.drawing import need_dot
from literate.tangle import package
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle
from literate.weave import styles
from literate.weave.theme import NEVER_LOADED, NOTEBOOKS

NO_ROOM = os.strerror(errno.ENOSPC)
LOG = BUILD / "weave.log"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def make(root: Path) -> Path:
    """Make the site of the book in `root` and return its first page; raises BookError."""
    say("Reading and tangling the chapters …")
    book = read_book(root)
    tangled = tangle(book)
    notebooks = notebook.texts(notebook.Edition(book, tangled, Words(root)))
    need_dot()
    # What they refuse is told before anything runs.
    settings.time_limit(root)
    settings.repository(root)
    _check_writable(root)
    say("Executing the chapters that need it …")
    count = kernel.execute(book, tangled, say)
    left = sum(not chapter.missing for chapter in book.chapters) - count
    say(f"  {count} executed; {left} are as they were.")
    _compare(book, tangled)
    say("Building the pages …")
    _build(root, tuple(book.pages))
    _compare_pages(book, tangled)
    made = _made(root, notebooks)
    live.write(book, tangled, Words(root), made)
    languages.add(book, made)
    package.write(root, package.package_files(tangled) | package.after_files(tangled))
    swap(made, root / SITE)
    return SITE / "index.html"


def _compare(book: Book, tangled: Tangled) -> None:
    """Refuse to publish what is not the expected output; tell every cell of which this is so."""
    wrong = [
        told
        for chapter in book.chapters
        if not chapter.missing
        for told in outputs.problems(
            book.root,
            chapter,
            ((cell, shown) for cell, shown, _ in cache.executed(book, chapter, tangled)),
        )
    ]
    if wrong:
        raise BookError.of(wrong)


def _compare_pages(book: Book, tangled: Tangled) -> None:
    """Refuse to publish a page that shows something else than what its cells have shown."""
    wrong: list[BookError] = []
    for chapter in book.chapters:
        if not chapter.missing:
            page = chapter.path.with_suffix(".html")
            html = (book.root / WOVEN / "_build" / "html" / page).read_text("utf-8")
            made = ((cell, made) for cell, _, made in cache.executed(book, chapter, tangled))
            wrong += published.problems(page, html, made)
    if wrong:
        raise BookError.of(wrong)


def _check_writable(root: Path) -> None:
    for folder in (root, root / PACKAGE, root / BUILD):
        try:
            folder.mkdir(exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise files.unwritable(folder, error) from None


def _build(root: Path, pages: tuple[Path, ...]) -> None:
    """Run Jupyter Book, warnings as errors. A build that failed or was stopped is not continued by
    the next, and neither is one that had a page which is no longer there: Sphinx would keep it."""
    woven = root / WOVEN
    html = woven / "_build" / "html"
    before = {p.relative_to(html).with_suffix(".md") for p in (html / CHAPTERS).rglob("*.html")}
    if not before <= {*pages}:
        shutil.rmtree(woven)
    try:
        result = jupyter_book(root, WOVEN, "--warningiserror", "--keep-going")
    except KeyboardInterrupt:
        shutil.rmtree(woven, ignore_errors=True)
        raise
    if result.returncode:
        shutil.rmtree(woven, ignore_errors=True)
    (root / LOG).write_text(result.stdout, encoding="utf-8")
    if result.returncode:
        if NO_ROOM in result.stdout:
            raise OSError(errno.ENOSPC, NO_ROOM)
        lines = result.stdout.splitlines()
        told = [line for line in lines if re.search("ERROR|WARN|SphinxError", line)] or lines[-12:]
        raise BookError(
            "Jupyter Book", None, "\n".join(["the pages could not be built", *told]),
            f"correct what it names; all of its output is in {LOG}",
        )  # fmt: skip


def jupyter_book(root: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Have Jupyter Book build the book, by default as pages, into the folder `output`."""
    program = str(Path(sys.executable).with_name("jupyter-book"))
    return subprocess.run(
        [program, "build", ".", "--path-output", str(output), "--quiet", *options], cwd=root,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"},
    )  # fmt: skip


def _made(root: Path, notebooks: dict[str, str]) -> Path:
    """The folder with the whole site, which needs only to be put in its place."""
    new = root / f"{SITE}.new"
    shutil.rmtree(new, ignore_errors=True)
    never = shutil.ignore_patterns(*NEVER_LOADED)
    try:
        shutil.copytree(root / WOVEN / "_build" / "html", new, ignore=never)
        (new / NOTEBOOKS).mkdir()
        for name, text in notebooks.items():
            (new / NOTEBOOKS / name).write_text(text, "utf-8")
        styles.lighten(new)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return new
