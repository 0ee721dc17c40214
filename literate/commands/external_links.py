"""Try every link that leads to another site.

That needs the network, and other sites fail without a fault of ours; so this is a command of its
own and no test. The links within the site are tested: tests/site/test_links.py.
"""

from __future__ import annotations

import json
from pathlib import Path

from literate.commands import site
from literate.files import BUILD
from literate.read.error import BookError

CHECKED = BUILD / "links"
REPORT = CHECKED / "_build" / "html" / "output.json"


def check(root: Path) -> int:
    """Return how many links to other sites there are; raises BookError if one does not lead there.

    Sphinx asks for each page, and looks for the anchor where the link has one.
    """
    (root / REPORT).unlink(missing_ok=True)
    result = site.jupyter_book(root, CHECKED, "--builder", "linkcheck")
    if not (root / REPORT).exists():
        raise BookError(
            "Jupyter Book", None, f"the links could not be tried\n{result.stdout}",
            "correct what it names; 'make book' says more",
        )  # fmt: skip
    tried = [json.loads(line) for line in (root / REPORT).read_text("utf-8").splitlines()]
    broken = [link for link in tried if link["status"] in ("broken", "timeout")]
    if broken:
        told = sorted(f"{b['filename']}:{b['lineno']}: {b['uri']}: {b['info']}" for b in broken)
        raise BookError(
            "links", None, "\n".join([f"{len(broken)} lead nowhere", *told]),
            "correct them; if all of them are named, look at the network first",
        )  # fmt: skip
    return sum(link["uri"].startswith("http") for link in tried)
