"""Weave: what the book adds to its pages, as a Sphinx extension.

- Above each tangled cell a caption (file, class, what happens, lines out and in), the change as a
  diff in a fold, and marks on the changed lines of the listing.
- At the top of a page whose chapter needs something that is not installed, a note that says so.
- Around what answers a question, a fold (see `answers`).
- Around the cells of an exercise: where to start, the solution in a fold, where to check.
- At a chapter's end, two folds: the package so far, and what the chapter changed in it.
- `{timecode}`, a role that links a moment of the lecture. In a heading, it moves below it.
- Drawings inside the page (see `figures`), formulas as MathML, which needs no script.
- Pages are made anew when what they show could be another (see `execute`).
"""

from __future__ import annotations

import difflib
import html
import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import latex2mathml.converter
import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from literate import answers, execute, figures, player, slides
from literate.chapter import CHAPTERS, OPTIONAL, PACKAGE, PARTS, BookError, Chapter, read_book
from literate.tangle import Edit, State, Tangled, tangle
from literate.words import Words

VIDEO = "https://www.youtube.com/watch?v={video}&t={seconds}s"
TIMELINE = Path(CHAPTERS, "timeline.yml")
TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)")
logger = logging.getLogger(__name__)


def seconds(timecode: str) -> int:
    """Of a timecode such as 00:08:08, how far into the lecture it is."""
    hours, minutes, rest = map(int, timecode.split(":"))
    return 3600 * hours + 60 * minutes + rest


def lecture(root: Path, timecode: str) -> tuple[str, str]:
    """A moment of the lecture as one says it, 8:08, and the address where it can be watched."""
    timeline = (root / TIMELINE).read_text("utf-8")
    url = VIDEO.format(video=yaml.safe_load(timeline)["video"], seconds=seconds(timecode))
    return timecode.removeprefix("00:").removeprefix("0"), url


class Timecode(SphinxRole):
    """{timecode}`00:08:08`, a link to that moment of the lecture."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        app: Any = self.env.app
        if not TIMECODE.fullmatch(self.text):
            logger.error(
                "'%s' is not a timecode such as 00:08:08", self.text, location=self.get_location()
            )
            return [], []
        short, url = lecture(Path(self.env.srcdir), self.text)
        # Without words yet: a heading's words make its address (see place_timecodes).
        link = nodes.reference("", refuri=url, classes=["timecode"], short=short)
        link["reftitle"] = app.words("lecture at", moment=short)
        return [link], []


def place_timecodes(document: nodes.document, say: Words) -> None:
    """Give the timecodes their words; move those in headings below, out of menus and links.

    There a button stands beside each, which plays the lecture on the page (see `video.js`).
    """
    watch, note = html.escape(say("watch")), html.escape(say("watch note"))
    button = f"<button class='watch pst-js-only' type='button' title='{note}'>{watch}</button>"
    for link in document.findall(nodes.reference):
        if "timecode" in link["classes"]:
            link += nodes.Text(f"▶ {link['short']}")
    for title in list(document.findall(nodes.title)):
        links = [n for n in title.findall(nodes.reference) if "timecode" in n["classes"]]
        if links:
            below = nodes.paragraph(classes=["timecodes"])
            for link in links:
                link.parent.remove(link)
                below += [link, nodes.Text(" "), nodes.raw("", button, format="html")]
            last = title[-1]
            if isinstance(last, nodes.Text):
                title.replace(last, nodes.Text(last.rstrip()))
            title.parent.insert(title.parent.index(title) + 1, below)


def caption(edits: list[Edit], say: Words) -> nodes.paragraph:
    """One line: file, class, what is added and replaced, how many lines go and come."""
    line = nodes.paragraph(classes=["tangled"])
    line += nodes.strong("", f"{PACKAGE}/{edits[0].file}")
    for class_name, group in itertools.groupby(edits, key=lambda e: e.class_name):
        line += nodes.Text(f" · class {class_name}" if class_name else "")
        said = ""
        for edit in group:
            verb = say("replaces") if edit.before else say("adds")
            line += nodes.Text((", " if said else " · ") + (f"{verb} " if verb != said else ""))
            line += nodes.Text(edit.name) if " " in edit.name else nodes.literal("", edit.name)
            said = verb
    removed, added = (sum(numbers) for numbers in zip(*(e.counts for e in edits), strict=True))
    counts = f"−{removed} +{added}" if removed else f"+{added}"
    line += nodes.inline("", f" ({counts})", classes=["counts"])
    return line


def changed_lines(edits: Iterable[Edit]) -> list[int]:
    """The lines of the cell, counted from 1, that differ from the definitions they replace."""
    marked = []
    for edit in edits:
        if edit.before:
            blocks = difflib.SequenceMatcher(
                None, edit.before.splitlines(), edit.after.splitlines(), autojunk=False
            ).get_opcodes()
            for kind, _, _, start, end in blocks:
                if kind != "equal":
                    marked += [edit.start + number + 1 for number in range(start, end)]
    return marked


def diff(before: str, after: str, name: str, context: int = 3) -> str:
    """A unified diff without places of any machine."""
    text = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name}, before", f"{name}, after", "", "",
        n=context, lineterm="",
    )  # fmt: skip
    return "\n".join(text)


def fold(summary: str, *content: nodes.Node, classes: str = "fold") -> list[nodes.Node]:
    """`content` folded under one line."""
    opening = f"<details class='{classes}'><summary>{html.escape(summary)}</summary>"
    return [
        nodes.raw("", opening, format="html"),
        *content,
        nodes.raw("", "</details>", format="html"),
    ]


def listing(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def weave_cells(document: nodes.document, chapter: Chapter, tangled: Tangled, say: Words) -> None:
    """Captions, diffs and marks for the tangled cells of a page."""
    by_index = {cell.index: cell for cell in chapter.cells}
    for node in list(document.findall(nodes.container)):
        if node.get("nb_element") != "cell_code":
            continue
        cell = by_index[node["cell_index"]]
        edits = [edit for edit in tangled.edits if edit.cell is cell]
        if not edits:
            continue
        head: list[nodes.Node] = [caption(edits, say)]
        changes = [diff(e.before, e.after, e.path, 99) for e in edits if e.before]
        if changes:
            head += fold(say("diff"), listing("\n".join(changes), "diff"))
        for block in node.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                block["highlight_args"] = {"hl_lines": changed_lines(edits)}
        node.parent[node.parent.index(node) : node.parent.index(node)] = head


def weave_missing(document: nodes.document, chapter: Chapter, say: Words) -> None:
    """At the top of a page that could not be executed: what is missing, and how to get it."""
    note = nodes.admonition("", classes=["warning", "missing"])
    note += nodes.title("", say("missing"))
    for name in chapter.missing:
        if name in OPTIONAL:
            text = say("missing option", module=name, option=f"{OPTIONAL[name]}=no")
        else:
            text = say("missing module", module=name)
        # Every second part stands in backticks.
        parts = enumerate(text.split("`"))
        note += nodes.paragraph(
            "", "", *(nodes.literal("", p) if i % 2 else nodes.Text(p) for i, p in parts)
        )
    top = next(document.findall(nodes.section))
    place = next(i for i, node in enumerate(top) if not isinstance(node, nodes.title))
    top.insert(place, note)


def weave_exercises(document: nodes.document, chapter: Chapter, say: Words) -> None:
    """Say above the cells of an exercise what they are for, and fold its solution."""
    parts = {cell.index: PARTS & cell.options.keys() for cell in chapter.cells}
    for node in list(document.findall(nodes.container)):
        part = parts.get(node.get("cell_index")) if node.get("nb_element") == "cell_code" else None
        if part:
            around: list[nodes.Node] = [node]
            if part == {"solution"}:
                around = fold(say("solution"), node, classes="fold solution")
            else:
                words = say(next(iter(part)))
                around.insert(0, nodes.paragraph("", words, classes=["exercise-part"]))
            place = node.parent.index(node)
            node.parent[place : place + 1] = around


def weave_end(document: nodes.document, before: State, after: State, say: Words) -> None:
    """The package after this chapter, whole and as a change, in folds at the page's end."""
    files = [name for name in after if before.get(name) != after[name]]
    if not files:
        return
    whole = [
        part
        for name, text in after.items()
        for part in (_file_name(name, text, say), listing(text, "python"))
    ]
    changes = [listing(diff(before.get(n, ""), after[n], f"{PACKAGE}/{n}"), "diff") for n in files]
    top = next(document.findall(nodes.section))
    top += nodes.rubric("", say("package"), classes=["package-so-far"])
    top += fold(say("package whole"), *whole)
    top += fold(say("package changed"), *changes)


def _file_name(name: str, text: str, say: Words) -> nodes.paragraph:
    size = say("lines", count=len(text.splitlines()))
    counts = nodes.inline("", f" {size}", classes=["counts"])
    return nodes.paragraph(
        "", "", nodes.strong("", f"{PACKAGE}/{name}"), counts, classes=["tangled"]
    )


class Drawings(SphinxPostTransform):
    """Every SVG image of a page, drawn by a cell or by hand, is put into the page."""

    default_priority = 20  # after MyST-NB has chosen which form of an output to show
    builders = ("html", "dirhtml")

    def run(self, **kwargs: Any) -> None:
        app: Any = self.app
        root = Path(app.srcdir)
        colours = figures.cycle(root / CHAPTERS / "matplotlibrc")
        images = [i for i in self.document.findall(nodes.image) if i["uri"].endswith(".svg")]
        for number, output in enumerate(list(self.document.findall(nodes.raw))):
            name = f"play-{number}"
            if played := player.figure(output.astext(), name, colours, app.words):
                # `replace_self` would keep a class that has a light background even in the dark.
                output.parent.replace(output, nodes.raw("", played, format="html"))
        for number, image in enumerate(images):
            text = (root / image["uri"]).read_text("utf-8")
            drawing = figures.inline(
                text, f"drawing-{number}", image.get("alt"), colours, app.words
            )
            if drawing is None:
                logger.warning(
                    "a picture without a text alternative: give its cell 'mystnb: image: alt:'",
                    location=image,
                )
            else:
                framed = figures.scrolling("drawing", drawing)
                image.replace_self(nodes.raw("", framed, format="html"))


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
    self.body.append(figures.scrolling("formula", mathml(node.astext(), display="block")))
    raise nodes.SkipNode


def read(app: Sphinx) -> None:
    """Read and tangle the book, and have MyST-NB read each chapter with what it builds on."""
    root = Path(app.srcdir)
    try:
        app.book = read_book(root)  # type: ignore[attr-defined]
        app.tangled = tangle(app.book)  # type: ignore[attr-defined]
        app.words = Words(root)  # type: ignore[attr-defined]
    except BookError as error:
        raise SphinxError(str(error)) from None
    book, tangled = app.book, app.tangled  # type: ignore[attr-defined]
    readers = {
        f"/{chapter.path.as_posix()}": (
            "literate.execute.read_notebook",
            {
                "builds_on": execute.builds_on(root, chapter, tangled),
                "executed": not chapter.missing,
            },
            False,
        )
        for chapter in book.chapters
    }
    env: Any = app.env
    env.mystnb_config = env.mystnb_config.copy(
        custom_formats=readers, execution_cache_path=str(root / execute.CACHE)
    )


def outdated(
    app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages that would come out differently, though their own files did not change."""
    root = Path(app.srcdir)
    machinery = execute.machinery(root, execute.WEAVES)
    now = dict.fromkeys(env.all_docs, machinery)
    for chapter in app.book.chapters:
        slug = chapter.slug
        shown = [*app.tangled.before(slug).values(), *app.tangled.states[slug].values()]
        key = execute.digest([machinery, execute.builds_on(root, chapter, app.tangled), *shown])
        now[chapter.path.with_suffix("").as_posix()] = key
    before = getattr(env, "literate_keys", {})
    env.literate_keys = now
    return [name for name in env.all_docs if before.get(name) != now[name]]


def execute_chapters(app: Any, env: BuildEnvironment, names: list[str]) -> None:
    """Execute what is not in the cache, before the pages are read."""
    try:
        execute.execute(app.book, app.tangled, logger.info)
    except BookError as error:
        raise SphinxError(str(error)) from None


def weave(app: Any, document: nodes.document) -> None:
    """All that is added to one page."""
    page, say = Path(f"{app.env.docname}.md"), app.words
    chapter = next((c for c in app.book.chapters if c.path == page), None)
    place_timecodes(document, say)
    # Before anything else comes between the blocks.
    slides.take_marks(document, chapter)
    answers.fold_answers(document, say)
    if chapter:
        if chapter.missing:
            weave_missing(document, chapter, say)
        weave_cells(document, chapter, app.tangled, say)
        weave_exercises(document, chapter, say)
        before, after = app.tangled.before(chapter.slug), app.tangled.states[chapter.slug]
        weave_end(document, before, after, say)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("literate.site")
    app.setup_extension("literate.metadata")
    app.setup_extension("literate.reader")
    app.setup_extension("literate.slides")
    app.add_role("timecode", Timecode())
    app.add_post_transform(Drawings)
    app.add_html_math_renderer("mathml", (math, None), (math_block, None))
    app.connect("builder-inited", read, priority=900)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_chapters)
    # Before Sphinx collects titles and menus, which is at 500.
    app.connect("doctree-read", weave, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
