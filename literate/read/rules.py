"""What a page may not say, because page, test runner and tangler would read it in two ways.

Every refusal names the place, the reason and the remedy. Those of `check_page` hold for every page
of the book, those of the others for a chapter, in the order in which `chapter` asks for them.
"""

from __future__ import annotations

import ast
import re

from literate.read.answers import answers
from literate.read.error import BookError
from literate.read.imports import imports
from literate.read.model import OPTIONAL, PARTS, Chapter
from literate.read.page import ANSWER_END, SAME_SLIDE, SLIDE, Block, Page
from literate.read.text import lines

OPTIONS = {"tangle", "after", "answer", "tags", "mystnb", "tolerance", *PARTS}
TAGS = {
    "hide-cell", "hide-input", "hide-output", "remove-cell", "remove-input", "remove-output",
    "remove-stderr", "raises-exception",
}  # fmt: skip
OPTION = re.compile(r":([\w-]+):\s*(.*?)\s*")
ODD_LINE_END = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What some programs take for the end of a line, and others do not."""


def check_page(page: Page) -> None:
    """Refuse what no page may say, be it a chapter or not."""
    for number, line in enumerate(lines(page.text), 1):
        if odd := ODD_LINE_END.search(line):
            raise page.error(
                number,
                f"the character U+{ord(odd[0]):04X}, which ends a line for some programs only",
                "take it out; in the text of a cell, write it as an escape such as '\\u2028'",
            )
    _check_slides(page)
    ended = [end for _, _, end in answers(page)]
    for block in page.walk():
        if block.title == ANSWER_END and block.kind == "mark" and block not in ended:
            raise page.error(
                block.line,
                "this ends no answer, for no question stands before it",
                "take it out, or put it below the last block of an answer",
            )


def _check_slides(page: Page) -> None:
    """Refuse a mark that puts nothing on a slide."""
    first_of_its_section = True
    for mark, below in zip(page.blocks, [*page.blocks[1:], None], strict=True):
        first_of_its_section |= mark.kind == "heading"
        if mark.title not in (SLIDE, SAME_SLIDE) or mark.kind != "mark":
            continue
        if not page.is_chapter:
            why = "only chapters with cells have slides"
        elif below is None or below.kind in ("heading", "mark"):
            why = "there is no block below it in its section"
        elif "remove-cell" in (below.options.get("tags") or ()):
            why = "the cell below it is not shown (remove-cell)"
        elif mark.title == SAME_SLIDE and first_of_its_section:
            why = f"no slide stands above it in its section; write {SLIDE}"
        else:
            first_of_its_section = False
            continue
        raise _on_nothing(page, mark, why)
    for mark in {*page.walk()} - {*page.blocks}:
        if mark.kind == "mark" and mark.title != ANSWER_END:
            why = "it stands inside of another block; put it above that block"
            raise _on_nothing(page, mark, why)


def _on_nothing(page: Page, mark: Block, why: str) -> BookError:
    return page.error(
        mark.line, f"the mark {mark.title} is on nothing: {why}", "move it, or take it out"
    )


def check_header(page: Page) -> tuple[str, ...]:
    """What the chapter needs; refuse a header with which Jupyter would not open it."""
    kernel = page.header.get("kernelspec")
    if not isinstance(kernel, dict) or not {"name", "display_name"} <= kernel.keys():
        raise page.error(
            1,
            "the header does not say with what Jupyter is to run the chapter",
            "add 'kernelspec: {name: python3, display_name: Python 3}' to it",
        )
    needs = page.header.get("needs", [])
    if not isinstance(needs, list) or not all(re.fullmatch(r"[A-Za-z_]\w*", f"{n}") for n in needs):
        raise page.error(
            1,
            f"what the chapter needs, '{needs}', is not a list of modules",
            "write, for example, 'needs: [torch]'",
        )
    return tuple(needs)


def check_options(page: Page, cell: Block) -> None:
    """Refuse options that mean nothing, or of which one would be dropped without a word."""
    if cell.unread:
        raise page.error(
            cell.line,
            f"the options of the cell cannot be read: {cell.unread}",
            "correct the options of that cell",
        )
    _check_option_lines(page, cell)
    options = cell.options
    for kind, names, known in (
        ("option", options, OPTIONS),
        ("tag", options.get("tags") or (), TAGS),
    ):
        for name in names:
            if name not in known:
                raise page.error(
                    cell.line,
                    f"a cell has no {kind} '{name}'",
                    f"use one of {', '.join(sorted(known))}",
                )
    for name in ("tangle", "after"):
        if not isinstance(options.get(name, ""), str):
            raise page.error(
                cell.line,
                f"':{name}: {options[name]}' is not one name",
                "name one; what goes into a second file needs a cell of its own",
            )
    hides = {"remove-cell", "remove-input"}.intersection(options.get("tags") or ())
    if "tangle" in options and hides:
        raise page.error(
            cell.line,
            f"code of the package that no page shows: the cell has the tag {min(hides)}",
            "drop the tag; to fold the code, write ':tags: [hide-input]'",
        )
    if not isinstance(options.get("answer", ""), str):
        raise page.error(
            cell.line,
            f"':answer: {options['answer']}' is no text",
            "say in a few words what is to be written there, between quotation marks if need be",
        )
    tolerance = options.get("tolerance", 0.01)
    if not isinstance(tolerance, float) or not 0 < tolerance < 1:
        raise page.error(
            cell.line,
            f"':tolerance: {tolerance}' is no share between 0 and 1",
            "say by which share of a number it may differ on another processor, such as 0.01",
        )


def _check_option_lines(page: Page, cell: Block) -> None:
    seen = set()
    for line, text in enumerate(lines(cell.token.content), cell.line + 1):
        match = OPTION.fullmatch(text)
        if not match:
            return
        name, value = match.groups()
        if name in seen:
            raise page.error(
                line,
                f"the option ':{name}:' stands twice",
                "keep one (what goes into a second file needs a cell of its own)",
            )
        if not value:
            raise page.error(line, f"the option ':{name}:' says nothing", "finish it, or drop it")
        if name == "tags" and not value.startswith("["):
            raise page.error(line, "the tags are not a list", f"write ':tags: [{value}]'")
        seen.add(name)


def parse(page: Page, line: int, source: str) -> ast.Module:
    """The code of a cell, whose first line is `line` of the page; refuse what is not Python."""
    try:
        tree = ast.parse(source)
        # Only this sees a `return` outside of a function.
        compile(source, str(page.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise page.error(
            line + (error.lineno or 1) - 1,
            f"the cell is not Python: {error.msg}",
            "correct the code there (IPython's own % and ! commands do not run under test, nor "
            "does an await outside of a function)",
        ) from None
    return tree


def check_hidden(chapter: Chapter) -> None:
    """Refuse a hidden cell that proves nothing: what else it does, the page does not tell."""
    for cell in chapter.cells:
        if cell.removed and not cell.assertions:
            remedy = "assert what the text promises; or show the cell, or take it out"
            raise cell.error("a hidden cell that asserts nothing", remedy)


def check_needs(chapter: Chapter) -> None:
    """Refuse what would go wrong where something is missing that the chapter needs."""
    for cell in chapter.cells:
        if chapter.needs and cell.target:
            raise cell.error(
                f"a chapter that needs {' and '.join(chapter.needs)} has code for the package, "
                "which everybody needs",
                "write that code in another chapter, or drop ':tangle:'",
            )
        for found in imports(cell.tree):
            module = found.root
            if module in OPTIONAL and module not in chapter.needs:
                raise cell.error(
                    f"the cell imports {module}, and the header does not say that it is needed",
                    f"add 'needs: [{', '.join([*chapter.needs, module])}]' to the header",
                    found.line,
                )
