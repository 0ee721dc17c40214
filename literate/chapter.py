"""Read the book: `_toc.yml`, the chapters in its order, and each chapter's cells.

A chapter is a page of `_toc.yml` that is a MyST notebook (`file_format: mystnb` in its header).
Whatever could be read in two ways by the page builder, the test runner and the tangler is refused
here, with the place and the remedy.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_nb.core.read import (
    MystMetadataParsingError,
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import ValidationError
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

PACKAGE = "micrograd"
CHAPTERS = "book"
TITLE = "{{ title }}"
"""What the first page says instead of the book's title, which stands in `_config.yml` alone."""
CELL = "{code-cell}"
SPELLING = f"{CELL} python"
PARTS = {"starter", "solution", "check"}
"""The options of the cells that belong to an exercise."""
OPTIONS = {"tangle", "after", "answer", "tags", "mystnb"} | PARTS
TAGS = {
    "hide-cell", "hide-input", "hide-output", "remove-cell", "remove-input", "remove-output",
    "remove-stderr", "raises-exception",
}  # fmt: skip
OPTIONAL = {"torch": "PYTORCH"}
"""Modules that only some chapters need, and the variable of `make` that leaves each out."""
OPTION = re.compile(r":([\w-]+):\s*(.*?)\s*")
LISTINGS = {"code", "code-block", "sourcecode"}
PYTHON_FENCES = {"python", "python3", "py", "pycon", "ipython", "ipython3"}


class BookError(Exception):
    """Something in the book that a person must mend: where, what, and how."""

    def __init__(self, place: str | Path, line: int | None, reason: str, remedy: str) -> None:
        where = f"{place}:{line}" if line else f"{place}"
        super().__init__(f"{where}: {reason}\n  To mend it: {remedy}")


@dataclasses.dataclass(frozen=True)
class Cell:
    """A code cell: the `index`th cell of the notebook that its chapter is.

    `fence` and `line` are the chapter's lines of the cell's fence and of its first code.
    """

    path: Path
    index: int
    fence: int
    line: int
    heading: str
    source: str
    options: dict[str, Any]
    tree: ast.Module

    @property
    def tags(self) -> list[str]:
        return list(self.options.get("tags", ()))

    @property
    def target(self) -> str | None:
        """The file that the cell is tangled into, as the author wrote it."""
        return self.options.get("tangle")

    @property
    def raises(self) -> bool:
        return "raises-exception" in self.tags

    def error(self, reason: str, remedy: str, line: int = 1) -> BookError:
        """A refusal at `line` of the cell's code."""
        return BookError(self.path, self.line + line - 1, reason, remedy)

    def failure(self, kind: str, message: str, line: int = 1) -> BookError:
        """The refusal of a cell whose code raised, at `line`, an exception of this kind."""
        remedy = "correct it, or, if it is to raise, give the cell the tag raises-exception"
        if PARTS & self.options.keys():
            remedy = "correct the solution of the exercise, or its check"
        return self.error(f"the cell raises {kind}: {message}".removesuffix(": "), remedy, line)


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A notebook page: its path below the root, its text and what was read from it."""

    path: Path
    text: str
    cells: tuple[Cell, ...]
    timecodes: tuple[tuple[int, str], ...]
    needs: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return slug(self.path)

    @property
    def builds_on(self) -> list[str]:
        """The slugs of the chapters whose state this one imports."""
        return list(dict.fromkeys(name for _, name, _ in state_imports(self) if name))

    @property
    def missing(self) -> list[str]:
        """The modules that the chapter needs and that are not installed here."""
        return [name for name in self.needs if find_spec(name) is None]

    def lacks(self, command: str) -> str:
        """What is missing, and how to get it when the target `command` was to run the chapter."""
        remedies = [
            f"run 'make {command}' without {OPTIONAL[name]}=no" if name in OPTIONAL
            else f"install {name} into .venv"
            for name in self.missing
        ]  # fmt: skip
        missing, remedy = " and ".join(self.missing), " and ".join(dict.fromkeys(remedies))
        return f"{self.path} needs {missing}, which is not installed: {remedy}"


@dataclasses.dataclass(frozen=True)
class Book:
    """The chapters of `root` in the order of `_toc.yml`, and every page of it."""

    root: Path
    chapters: tuple[Chapter, ...]
    pages: tuple[Path, ...]


def slug(path: Path) -> str:
    """The name under which a chapter's state is imported: its file's name, as an identifier."""
    return path.stem.replace("-", "_")


def read_book(root: Path) -> Book:
    """Read `_toc.yml` and all chapters below `root`; raise BookError for what cannot be used."""
    pages = tuple(_pages(root))
    chapters = []
    seen: dict[str, Path] = {}
    for path in pages:
        text = _text(root, path)
        if is_myst_markdown_notebook(text):
            other = seen.setdefault(slug(path), path)
            if other != path:
                raise BookError(
                    path, None, f"its state would have the same name as that of {other}",
                    "give one of the two files another name",
                )  # fmt: skip
            chapters.append(read_chapter(path, text))
        elif CELL in text:
            _refuse_cells_in_plain_page(path, text)
    book = Book(root, tuple(chapters), pages)
    # Both build on this module.
    from literate.exercise import check_names
    from literate.order import check_imports, check_pages

    check_imports(book)
    check_pages(book)
    check_names(book)
    return book


def _pages(root: Path) -> Iterator[Path]:
    """The pages that `_toc.yml` names, in its order; none missing."""
    try:
        toc = parse_toc_yaml(root / "_toc.yml")
    except FileNotFoundError:
        raise BookError("_toc.yml", None, "there is no such file", "write one") from None
    except (MalformedError, yaml.YAMLError) as error:
        raise BookError("_toc.yml", None, str(error), "correct it") from None

    def below(document: Any) -> Iterator[str]:
        yield document.docname
        for child in document.child_files():
            yield from below(toc[child])

    for name in below(toc.root):
        path = Path(name if name.endswith(".md") else f"{name}.md")
        if not (root / path).is_file():
            raise BookError(
                "_toc.yml", None, f"it names {path}, and there is no such file",
                "write that page, or take its line out",
            )  # fmt: skip
        yield path


def _text(root: Path, path: Path) -> str:
    raw = (root / path).read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BookError(
            path, raw.count(b"\n", 0, error.start) + 1, "the file is not UTF-8",
            "save it with the encoding UTF-8",
        ) from None  # fmt: skip


def _refuse_cells_in_plain_page(path: Path, text: str) -> None:
    for token in tokens(text):
        if token.type == "fence" and token.info.startswith(CELL):
            raise BookError(
                path, _line(token), "a cell, but the page's header does not make it a notebook",
                "begin the file with the header of a chapter (file_format: mystnb)",
            )  # fmt: skip


def parser_config() -> MdParserConfig:
    return MdParserConfig(enable_extensions={"colon_fence", "dollarmath", "deflist"})


def tokens(text: str) -> list[Token]:
    parser: Any = create_md_parser(parser_config(), RendererHTML)
    return list(parser.parse(text + "\n"))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def read_chapter(path: Path, text: str) -> Chapter:
    """The chapter that `text` is; `path` is for messages. Cells keep their line numbers."""
    stream = tokens(text)
    needs = _read_header(path, stream[0])
    _check_fences(path, stream, text.splitlines())
    found = list(headings(stream))
    try:
        notebook = read_myst_markdown_notebook(text, parser_config(), add_source_map=True)
    except (MystMetadataParsingError, yaml.YAMLError, ValidationError) as error:
        raise BookError(
            path, None, str(error), "correct the header, or the options of that cell"
        ) from None
    lines = text.splitlines()
    cells = []
    starts = notebook.metadata["source_map"]
    for index, (fence, cell) in enumerate(zip(starts, notebook.cells, strict=True)):
        if cell.cell_type == "code":
            heading = next((name for line, name, _ in reversed(found) if line <= fence), "")
            source, options = cell.source.rstrip(), dict(cell.metadata)
            first = cell.source.split("\n", 1)[0]
            line = lines.index(first, fence) + 1 if source else fence + 1
            _check_options(path, fence, options)
            tree = _parse(path, line, source)
            cells.append(Cell(path, index, fence, line, heading, source, options, tree))
    timecodes = tuple((line, moment) for line, _, moments in found for moment in moments)
    chapter = Chapter(path, text, tuple(cells), timecodes, needs)
    _check_needs(chapter)
    return chapter


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


def headings(stream: list[Token]) -> Iterator[tuple[int, str, list[str]]]:
    """Each heading's line, its words, and the timecodes it carries."""
    for opening, inline in itertools.pairwise(stream):
        if opening.type == "heading_open":
            children = inline.children or []
            words = "".join(c.content for c in children if c.type in ("text", "code_inline"))
            moments = [
                c.content
                for c in children
                if c.type == "myst_role" and c.meta.get("name") == "timecode"
            ]
            yield _line(opening), words.strip(), moments


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


def state_imports(chapter: Chapter) -> Iterator[tuple[Cell, str | None, int]]:
    """Each import of the package: the cell, the slug whose state it takes, the code's line.

    The slug is None where the finished package is imported instead of a chapter's state.
    """
    for cell in chapter.cells:
        for name, line in _imported(cell):
            parts = name.split(".")
            if parts[0] == PACKAGE:
                state = parts[2] if parts[1:2] == ["after"] and len(parts) > 2 else None
                yield cell, state, line


def _imported(cell: Cell) -> Iterator[tuple[str, int]]:
    """Each module that a cell imports, and the line of its code."""
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == f"{PACKAGE}.after":
                for alias in node.names:
                    yield f"{PACKAGE}.after.{alias.name}", node.lineno
            else:
                yield node.module, node.lineno
