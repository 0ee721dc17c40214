"""Formulas as MathML, which needs no script."""

from __future__ import annotations

import re
from typing import Any

import latex2mathml.converter
from docutils import nodes

from literate.weave import drawings


def mathml(formula: str, display: str = "inline") -> str:
    """A formula, written as in LaTeX, as MathML."""
    text = latex2mathml.converter.convert(formula, display=display)
    # A minus after another sign is one of its own, and stands close to its number.
    return re.sub(
        r"(<mrow>|<mo[^>]*>(?!&#x00029;)[^<]*</mo>)<mo>&#x02212;",
        r'\1<mo form="prefix">&#x02212;',
        text,
    )


def math(self: Any, node: nodes.math) -> None:
    """An inline formula."""
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def math_block(self: Any, node: nodes.math_block) -> None:
    """A displayed formula."""
    self.body.append(drawings.scrolling("formula", mathml(node.astext(), display="block")))
    raise nodes.SkipNode
