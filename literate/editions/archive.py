"""The whole site as one file, to be handed out and read without a network."""

from __future__ import annotations

import zipfile
from pathlib import Path

from literate.files import BUILD, SITE
from literate.read.error import BookError

ARCHIVE = BUILD / "offline.zip"
SERVER = Path(__file__).with_name("show.py")
"""Shows the site to a browser that wants it served, and lies beside it."""
FOLDER = "book"
"""What is in the archive lies in a folder of this name, so that unpacking it makes no mess."""
DAY = (1980, 1, 1, 0, 0, 0)
"""The day of every file in it, the first that a zip can tell: one site, one archive."""


def write(root: Path) -> Path:
    """Make the archive of the site that `make book` has put in place; raises BookError without."""
    site = root / SITE
    files = sorted(path for path in site.rglob("*") if path.is_file())
    if not files:
        raise BookError(SITE, None, "there is no site to pack", "run 'make book' first")
    new = root / ARCHIVE.with_suffix(".new")
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        inside = {path.relative_to(site): path for path in files} | {Path(SERVER.name): SERVER}
        for place, path in inside.items():
            name = Path(FOLDER, place).as_posix()
            entry = zipfile.ZipInfo(name, DAY)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    new.replace(root / ARCHIVE)
    return ARCHIVE
