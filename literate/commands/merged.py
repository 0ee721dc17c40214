"""After `git merge`: write anew what is generated, so that only what people wrote is resolved.

The package and the expected outputs are made of the chapters, so of two versions of them neither is
right: `.gitattributes` has git leave them to this. A conflict in a chapter is told with its line,
and nothing is done before that is resolved.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from literate.prove.outputs import FOLDER
from literate.read.error import BookError
from literate.read.model import PACKAGE

GENERATED = (PACKAGE, FOLDER.as_posix())
OURS = "<<<<<<< "


def finish(root: Path, generate: Callable[[Path], None]) -> str:
    """Generate, and conclude the merge if there is one; return what was done.

    Raises BookError where people have to decide first, with the place of each conflict.
    """
    unmerged = _git(root, "diff", "--name-only", "--diff-filter=U").splitlines()
    written = [path for path in unmerged if not path.startswith(tuple(f"{g}/" for g in GENERATED))]
    if written:
        raise BookError.of([_conflict(root, path) for path in written])
    generate(root)
    there = [path for path in GENERATED if (root / path).exists()]
    _git(root, "add", "--all", *there)
    if (root / _git(root, "rev-parse", "--git-path", "MERGE_HEAD").strip()).exists():
        _git(root, "commit", "--quiet", "--no-edit")
        return "The merge is concluded: what is generated fits the chapters. Now: make test"
    changed = _git(root, "diff", "--cached", "--name-only", "--", *there).splitlines()
    if changed:
        return f"Generated anew, and to be committed: {', '.join(changed)}"
    return "What is generated fits the chapters; there is nothing to do."


def _conflict(root: Path, path: str) -> BookError:
    """Where people have to choose: the first mark, or a file that one side removed."""
    file = root / path
    lines = file.read_text("utf-8", "replace").split("\n") if file.is_file() else []
    places = [number for number, line in enumerate(lines, 1) if line.startswith(OURS)]
    more = f", and {len(places) - 1} more below" if len(places) > 1 else ""
    if places:
        return BookError(
            path, places[0], f"here both of you have changed the same lines{more}",
            "choose between what stands above ======= and below, take the three marks out, and "
            f"say: git add {path}",
        )  # fmt: skip
    return BookError(
        path, None, "one of you has changed this file, and the other has removed it",
        f"say which holds: git add {path}, or git rm {path}",
    )  # fmt: skip


def _git(root: Path, *command: str) -> str:
    try:
        done = subprocess.run(
            ["git", *command], cwd=root, check=True, capture_output=True, encoding="utf-8"
        )
    except FileNotFoundError:
        raise BookError("make merged", None, "there is no git", "install it") from None
    except subprocess.CalledProcessError as error:
        said = str(error.stderr).strip().split("\n")[0]
        raise BookError(
            f"git {command[0]}", None, said, "run this command yourself, and see what it needs"
        ) from None
    return done.stdout
