"""Each chapter in Colab and on Binder: links that follow from the repository's address.

Both open a notebook that lies in a repository on GitHub, so the workflow puts the notebooks on a
branch of their own (see .github/workflows/book.yml). For a repository elsewhere there are no links.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from literate.read.model import Chapter
from literate.read.settings import Words

BRANCH = "notebooks"
COLAB = "https://colab.research.google.com/github/{repository}/blob/{branch}/{slug}.ipynb"
BINDER = "https://mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/{slug}.ipynb"


def links(address: str, chapter: Chapter, say: Words) -> Iterator[tuple[str, str]]:
    """What the chapter's links say, and where they lead; `address` is the repository's."""
    site = urlsplit(address)
    repository = site.path.strip("/").removesuffix(".git")
    if site.netloc != "github.com" or repository.count("/") != 1:
        return
    place = {"repository": repository, "branch": BRANCH, "slug": chapter.slug}
    if chapter.needs:
        # A Binder has only what the chapters share (see `binder`).
        yield say("colab needs", packages=", ".join(chapter.needs)), COLAB.format(**place)
        return
    yield say("colab"), COLAB.format(**place)
    yield say("binder"), BINDER.format(**place)
