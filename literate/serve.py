"""Serve the site on this machine, and make it again when something it is made of is saved."""

from __future__ import annotations

from pathlib import Path

from livereload import Server

from literate import book
from literate.chapter import CHAPTERS, BookError

PORT = 8000


def serve(root: Path) -> None:
    """Make the site, serve it on PORT, and watch; a failure is told, and the old site stays."""

    def make() -> None:
        try:
            book.make(root)
        except BookError as error:
            book.say(f"\n{error}\n\nStill serving the last good site.")

    book.make(root)
    server = Server()
    for watched in (CHAPTERS, "literate", "_toc.yml", "_config.yml"):
        server.watch(str(root / watched), make)
    server.serve(root=str(root / book.SITE), port=PORT)
