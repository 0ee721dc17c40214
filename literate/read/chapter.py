"""Read the book: `_toc.yml`, the chapters in its order, and each chapter's cells.

A chapter is a page of `_toc.yml` that is a MyST notebook (`file_format: mystnb` in its header).
Whatever could be read in two ways by the page builder, the test runner and the tangler is refused
here, with the place and the remedy.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from myst_nb.core.read import (
    MystMetadataParsingError,
    read_myst_markdown_notebook,
)
from nbformat import ValidationError

from literate.read.markdown import headings, parser_config, tokens
from literate.read.model import BookError, Cell, Chapter
from literate.read.rules import _check_fences, _check_needs, _check_options, _parse, _read_header


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
