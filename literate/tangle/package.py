"""The package on disk: write it whole or not at all, and say where it is not what was tangled."""

from __future__ import annotations

import ast
import contextlib
import difflib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from literate.files import replace_files
from literate.read.model import PACKAGE
from literate.read.text import lines as lines_of
from literate.tangle.splice import Unsuitable, find, module, without_imports
from literate.tangle.state import Tangled

AFTER_DOCSTRING = '"""The package as each chapter leaves it, for the chapters that follow."""\n'


def after_files(tangled: Tangled) -> dict[Path, str]:
    """The text of every file of `<package>/after/`, where chapters pick up the package."""
    after = Path(PACKAGE, "after")
    files = {after / "__init__.py": AFTER_DOCSTRING}
    for slug, state in tangled.states.items():
        files |= {after / slug / name: text for name, text in state.items()}
    return files


def package_files(tangled: Tangled) -> dict[Path, str]:
    """The text of every file of the package itself."""
    return {Path(PACKAGE, name): text for name, text in tangled.package.items()}


def write(root: Path, files: Mapping[Path, str]) -> list[Path]:
    """`replace_files`, and take away what former chapters left in the folders written to."""
    changed = replace_files(root, files)
    for folder in sorted({path.parent for path in files}, reverse=True):
        keep = {path.parts[len(folder.parts)] for path in files if path.is_relative_to(folder)}
        for found in sorted((root / folder).iterdir()):
            ours = found.suffix == ".py" or (folder.name == "after" and found.is_dir())
            if found.name not in keep and ours:
                shutil.rmtree(found) if found.is_dir() else found.unlink()
                changed.append(found.relative_to(root))
    return changed


def differences(root: Path, tangled: Tangled) -> Iterator[str]:
    """For each file of the package that is not what the chapters tangle to: what to do instead."""
    wanted = package_files(tangled)
    for path, text in wanted.items():
        place = root / path
        if not place.is_file():
            yield f"{path} is missing: run 'make tangle'"
        elif (found := place.read_text("utf-8")) != text:
            yield _explain(path, found, text, tangled)
    for place in sorted((root / PACKAGE).glob("*.py")):
        if place.relative_to(root) not in wanted:
            yield f"{place.relative_to(root)} comes from no chapter: remove it, or tangle it"


def _explain(path: Path, found: str, wanted: str, tangled: Tangled) -> str:
    message = f"{path} is not what the chapters tangle to."
    here, there = parts(found), parts(wanted)
    for name, text in there.items():
        if here.get(name) != text if here else text not in found:
            cell = tangled.origin(path.name, name)
            if cell:
                message += f"\n  `{name}` is written in {cell.path}:{cell.line}: edit it there."
    for name in here.keys() - there.keys():
        message += f"\n  `{name}` is in no chapter: write it in one."
    message += f"\n  Nobody edits {path}: 'make tangle' writes it."
    names = f"{path}", "what the chapters say"
    diff = difflib.unified_diff(lines_of(found), lines_of(wanted), *names, lineterm="", n=1)
    return "\n".join([message, *diff])


def parts(text: str) -> dict[str, str]:
    """The text of every definition of a module by path, such as `Value.__add__`; a class without
    its members. Empty when somebody made the text something else than a tangled module."""
    found: dict[str, str] = {}
    with contextlib.suppress(SyntaxError, Unsuitable):
        bare = without_imports(text)
        for definition in module(bare):
            found[definition.name] = definition.text
            if isinstance(definition.node, ast.ClassDef):
                inside = find(bare, definition.name)
                header = lines_of(bare)[definition.start : inside[0].start]
                found[definition.name] = "\n".join(header)
                found |= {f"{definition.name}.{member.name}": member.text for member in inside}
        return found
    return {}
