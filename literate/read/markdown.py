"""Read MyST Markdown: its tokens and its headings."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

LISTINGS = {"code", "code-block", "sourcecode"}


def parser_config() -> MdParserConfig:
    return MdParserConfig(enable_extensions={"colon_fence", "dollarmath", "deflist"})


def tokens(text: str) -> list[Token]:
    parser: Any = create_md_parser(parser_config(), RendererHTML)
    return list(parser.parse(text + "\n"))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


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
