"""What a page may not say, because page, test runner and tangler would read it in two ways."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml
from markdown_it.token import Token

from literate.read.markdown import LISTINGS, _line, tokens
from literate.read.model import CELL, OPTIONAL, PARTS, SPELLING, BookError, Chapter, _imported

OPTIONS = {"tangle", "after", "answer", "tags", "mystnb"} | PARTS
TAGS = {
    "hide-cell", "hide-input", "hide-output", "remove-cell", "remove-input", "remove-output",
    "remove-stderr", "raises-exception",
}  # fmt: skip
OPTION = re.compile(r":([\w-]+):\s*(.*?)\s*")
PYTHON_FENCES = {"python", "python3", "py", "pycon", "ipython", "ipython3"}


def _read_header(path: Path, header: Token) -> tuple[str, ...]:
    """What the chapter needs; refuse a header with which Jupyter would not open it."""
    settings = yaml.safe_load(header.content) or {}
    kernel = settings.get("kernelspec")
    if not isinstance(kernel, dict) or not {"name", "display_name"} <= kernel.keys():
        raise BookError(
            path, 1, "the header does not say with what Jupyter is to run the chapter",
            "add 'kernelspec: {name: python3, display_name: Python 3}' to it",
        )  # fmt: skip
    needs = settings.get("needs", [])
    if not isinstance(needs, list) or not all(re.fullmatch(r"[A-Za-z_]\w*", f"{n}") for n in needs):
        raise BookError(
            path, 1, f"what the chapter needs, '{needs}', is not a list of modules",
            "write, for example, 'needs: [torch]'",
        )  # fmt: skip
    return tuple(needs)


def _check_needs(chapter: Chapter) -> None:
    """Refuse what would go wrong where something is missing that the chapter needs."""
    for cell in chapter.cells:
        if chapter.needs and cell.target:
            raise cell.error(
                f"a chapter that needs {' and '.join(chapter.needs)} has code for the package, "
                "which everybody needs",
                "write that code in another chapter, or drop ':tangle:'",
            )  # fmt: skip
        for name, line in _imported(cell):
            module = name.split(".")[0]
            if module in OPTIONAL and module not in chapter.needs:
                raise cell.error(
                    f"the cell imports {module}, and the header does not say that it is needed",
                    f"add 'needs: [{', '.join([*chapter.needs, module])}]' to the header", line,
                )  # fmt: skip


def _check_option_lines(path: Path, token: Token) -> None:
    """Refuse options of which one would be dropped without a word, or not be read at all."""
    seen = set()
    for line, text in enumerate(token.content.splitlines(), _line(token) + 1):
        match = OPTION.fullmatch(text)
        if not match:
            return
        name, value = match.groups()
        if name in seen:
            raise BookError(
                path, line, f"the option ':{name}:' stands twice",
                "keep one (what goes into a second file needs a cell of its own)",
            )  # fmt: skip
        if not value:
            raise BookError(
                path, line, f"the option ':{name}:' says nothing", "finish it, or drop it"
            )
        if name == "tags" and not value.startswith("["):
            raise BookError(path, line, "the tags are not a list", f"write ':tags: [{value}]'")
        seen.add(name)


def _check_options(path: Path, fence: int, options: dict[str, Any]) -> None:
    for kind, names, known in (
        ("option", options, OPTIONS),
        ("tag", options.get("tags", ()), TAGS),
    ):
        for name in names:
            if name not in known:
                raise BookError(
                    path, fence, f"a cell has no {kind} '{name}'",
                    f"use one of {', '.join(sorted(known))}",
                )  # fmt: skip
    for name in ("tangle", "after"):
        if not isinstance(options.get(name, ""), str):
            raise BookError(
                path, fence, f"':{name}: {options[name]}' is not one name",
                "name one; what goes into a second file needs a cell of its own",
            )  # fmt: skip

    if not isinstance(options.get("answer", ""), str):
        raise BookError(
            path, fence, f"':answer: {options['answer']}' is no text",
            "say in a few words what is to be written there, between quotation marks if need be",
        )  # fmt: skip


def _parse(path: Path, line: int, source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise BookError(
            path, line + (error.lineno or 1) - 1, f"the cell is not Python: {error.msg}",
            "correct the code there (IPython's own % and ! commands do not run under test)",
        ) from None  # fmt: skip


def _check_fences(path: Path, stream: list[Token], lines: list[str]) -> None:
    """Refuse what the page would run and the test runner skip, or the other way round."""
    depth = 0
    for token in stream:
        depth += token.nesting
        if token.type == "fence" and token.info == SPELLING:
            _check_option_lines(path, token)
        if token.type not in ("fence", "colon_fence"):
            continue
        info = token.info.strip()
        words = re.findall(r"[\w-]+", info.lower()) or [""]
        language = words[1] if words[0] in LISTINGS and words[1:] else words[0]
        if info.startswith(CELL):
            whole = lines[_line(token) - 1].rstrip()
            if whole != f"```{SPELLING}" or depth:
                raise BookError(
                    path, _line(token), f"the test runner would skip a cell spelled '{info}'"
                    + (" inside another block" if depth else f" between {token.markup}"),
                    f"begin it with ```{SPELLING} at the start of a line, outside of other blocks",
                )  # fmt: skip
        elif language in PYTHON_FENCES:
            raise BookError(
                path, _line(token), "this listing would be tested but not executed on the page",
                f"make it a cell (```{SPELLING})",
            )  # fmt: skip
        elif info.startswith("{") and CELL in token.content:
            inner = token.content[: token.content.index(CELL)].count("\n")
            raise BookError(
                path, _line(token) + 1 + inner, "a cell inside another block is not executed",
                "move it out of the block; to fold it, give it a tag such as hide-input",
            )  # fmt: skip


def _refuse_cells_in_plain_page(path: Path, text: str) -> None:
    for token in tokens(text):
        if token.type == "fence" and token.info.startswith(CELL):
            raise BookError(
                path, _line(token), "a cell, but the page's header does not make it a notebook",
                "begin the file with the header of a chapter (file_format: mystnb)",
            )  # fmt: skip
