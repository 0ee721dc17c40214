"""Read MyST Markdown: a page as a sequence of blocks that know their lines.

A page is read once, by the parser that MyST has; whoever wants to know something of it asks the
blocks. Of this page

    # One

    :::{note}
    Text.
    :::

`walk` gives a heading (line 1), a directive named "note" (lines 3 to 5) and a text (line 4).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

from literate.read.page import CELL, LISTINGS, MARKS, Block, Page

DIRECTIVE = re.compile(r"\{([\w:-]+)\}")
COMMENT = re.compile(r"<!--(?:(?!-->).)*-->", re.DOTALL)


class _AnyDirective:
    """What MyST is to know of a directive so that it takes its options as they are."""

    option_spec = {"any": True}  # noqa: RUF012
    required_arguments = 0
    optional_arguments = 1
    has_content = True


def parser_config() -> MdParserConfig:
    """The syntax that `_config.yml` enables."""
    return MdParserConfig(enable_extensions={"colon_fence", "dollarmath", "deflist"})


@functools.cache
def _parser() -> MarkdownIt:
    return create_md_parser(parser_config(), RendererHTML)


@functools.lru_cache(1024)  # A book that is read again is mostly the same.
def read_page(path: Path, text: str, first: int = 1) -> Page:
    """The page at `path` that `text` is, or the part of it that begins in the line `first`."""
    tree = SyntaxTreeNode(_parser().parse(text + "\n"))
    blocks = tuple(_blocks(path, tree.children, first))
    header: Any = None
    if blocks and blocks[0].kind == "front_matter":
        try:
            header = yaml.safe_load(blocks[0].token.content)
        except yaml.YAMLError:
            header = None  # Then it is no header.
    return Page(path, text, blocks, first, header if isinstance(header, dict) else {})


def _blocks(path: Path, nodes: Sequence[SyntaxTreeNode], first: int) -> Iterator[Block]:
    for node in nodes:
        start, end = node.map or (node.children[0].map if node.children else None) or (0, 0)
        lines = range(first + start, first + end)
        token = node.nester_tokens.opening if node.nester_tokens else node.token
        assert token
        said = token.content.strip()
        if node.type in ("fence", "colon_fence"):
            yield _fence(path, token, lines)
        elif node.children and node.children[0].type == "inline":
            inline = node.children[0].token
            assert inline
            kind, spans = "heading" if node.type == "heading" else "text", inline.children or ()
            yield Block(kind, lines, token, source=inline.content, spans=tuple(spans))
        elif node.type == "myst_line_comment" or COMMENT.fullmatch(said):
            yield Block("mark" if said in MARKS else "comment", lines, token, title=said)
        else:
            inside = tuple(_blocks(path, node.children, first))
            yield Block(node.type, lines, token, children=inside)


def _fence(path: Path, token: Token, lines: range) -> Block:
    """What stands between ``` or :::, read as MyST-NB and MyST read it."""
    info = token.info.strip()
    directive = DIRECTIVE.match(info)
    if not directive:
        source = token.content.rstrip()
        return Block("listing", lines, token, title=info, source=source, first=lines.start + 1)
    kept: Any = _AnyDirective
    parts: Any = parse_directive_text(kept, "", token.content, validate_options=False)
    first, source = lines.start + 1 + parts.body_offset, "\n".join(parts.body).rstrip()
    kind = "directive"
    if info.startswith(CELL) or directive[1] in LISTINGS:
        kind = "cell" if info.startswith(CELL) else "listing"
    return Block(
        kind,
        lines,
        token,
        name=directive[1],
        title=info[directive.end() :].strip(),
        options=parts.options,
        unread=parts.warnings[0].msg if parts.warnings else "",
        body=read_page(path, source, first) if kind == "directive" else None,
        source=source,
        first=first,
    )
