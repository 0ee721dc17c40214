"""Serve the site on this machine, and make it again when something it is made of is saved."""

from __future__ import annotations

from pathlib import Path

from livereload import Server

from literate.commands import site
from literate.files import SITE, alone
from literate.read.error import BookError
from literate.read.model import CHAPTERS

PORT = 8000


def serve(root: Path) -> None:
    """Make the site, serve it on PORT, and watch; a failure is told, and the old site stays."""

    def make() -> None:
        try:
            with alone(root):
                site.make(root)
        except BookError as error:
            site.say(f"\n{error}\n\nStill serving the last good site.")

    with alone(root):
        site.make(root)
    server = Server()
    for watched in (CHAPTERS, "literate", "_toc.yml", "_config.yml"):
        server.watch(str(root / watched), make)
    server.serve(root=str(root / SITE), port=PORT)
