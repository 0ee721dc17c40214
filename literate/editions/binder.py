"""What a Binder installs: files that it looks for beside the notebooks.

The packages are those that the chapters import, in the book's versions, without what only some
chapters need: of PyTorch, pip would bring the build for graphics cards, of several gigabytes.
"""

from __future__ import annotations

import re
import tomllib

from literate.editions.notebook import Edition, packages
from literate.tangle.standalone import standalone

PINS = "constraints.txt"


def files(edition: Edition) -> dict[str, str]:
    """The texts of the files, by name."""
    root = edition.book.root
    used: set[str] = set()
    for chapter in edition.book.chapters:
        used |= {*packages(standalone(chapter, edition.tangled))}
    used -= {name for chapter in edition.book.chapters for name in chapter.needs}
    pins = dict(re.findall(r"^([\w.-]+)(==\S+)", (root / PINS).read_text("utf-8"), re.MULTILINE))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    # The oldest Python that the book runs on, for which the versions were chosen.
    (oldest,) = re.findall(r">=(\d+\.\d+)", project["requires-python"])
    made = {
        "requirements.txt": "".join(f"{name}{pins.get(name, '')}\n" for name in sorted(used)),
        "runtime.txt": f"python-{oldest}\n",
    }
    return made | ({"apt.txt": "graphviz\n"} if "graphviz" in used else {})
