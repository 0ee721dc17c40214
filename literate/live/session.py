"""A chapter on its page: its cells are run in their order, as the reader has them.

A cell, and an answer, runs after all that stand above it. Those that have run already, and have
not been changed, are not run again; where one has been changed, all begin anew. So what one sees is
what the page says from top to bottom, and nothing that once stood there.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any
from xml.etree import ElementTree

from literate.live import check as checks
from literate.live.absent import stand_in
from literate.live.fresh import Remembered, fingerprint
from literate.live.running import Failure, Ran, run, text
from literate.weave import drawings

Draw = Callable[[str], str]
"""Graphviz: the SVG of a graph's source."""
BEFORE: list[Remembered] = []
"""Python as it was before the first chapter."""


class Session:
    """What a chapter's page asks for.

    `chapter` is what `editions.live` writes of it; `draw` draws the graphs, and
    `begun` is called when the cells above an answer have run, and its own time begins.
    """

    def __init__(
        self,
        chapter: dict[str, Any],
        draw: Draw,
        begun: Callable[[], object],
    ) -> None:
        self.chapter, self.draw, self.begun = chapter, draw, begun
        self.cells = {cell["index"]: cell for cell in chapter["cells"]}
        self.fresh = Remembered()
        self.namespace: dict[str, Any] = {}
        """Empty until the chapter has begun."""
        self.done: list[str] = []
        """What has run there, in the order of the cells."""
        self.judged: tuple[list[CodeType], bytes] | None = None
        """The last answer and its check, if they came since, and before them the fingerprint."""
        self.drawn = 0

    def ask(self, asked: str) -> str:
        """Do what the page asks for in JSON, and answer in JSON."""
        wish = json.loads(asked)
        if wish["do"] == "check":
            return json.dumps(self.check(wish["exercise"], wish["answer"]))
        edited = {int(index): source for index, source in wish["edited"].items()}
        return json.dumps(self.run(edited, wish["cell"]))

    def run(self, edited: dict[int, str], index: int) -> dict[str, Any]:
        """Run a cell, and before it those above that it needs; `edited` has what was changed."""
        sources = {i: edited.get(i, self.cells[i]["source"]) for i in self.cells if i <= index}
        last = sources.pop(index)
        if failed := self._run_all(sources):
            return failed
        self.begun()
        return self._shown(self._run(index, last))

    def check(self, name: str, answer: str) -> dict[str, Any]:
        """Judge an answer to an exercise, after the chapter's own cells above it."""
        exercise = self.chapter["exercises"][name]
        own = {i: cell["source"] for i, cell in self.cells.items() if i <= exercise["starter"]}
        if failed := self._run_all(own):
            return {"passed": False, "says": "", "answer": failed, "check": failed, **failed}
        codes = checks.codes(answer, exercise["check"])
        self.judged = codes, fingerprint(self.namespace, *codes)
        self.begun()
        verdict = checks.check(answer, exercise["check"], exercise["defines"], self.namespace)
        return {
            "passed": verdict.passed, "says": verdict.says,
            "failure": _told(verdict.failure), "answer": self._shown(verdict.answer),
            "check": self._shown(verdict.check),
        }  # fmt: skip

    def _run_all(self, sources: dict[int, str]) -> dict[str, Any] | None:
        """Have these cells run, and no others; where one fails, what it has shown.

        Those that have run are run again only where one was changed, or an answer has changed what
        they made.
        """
        if not self._can_go_on(sources):
            self.begin()
        for i in [*sources][len(self.done) :]:
            ran = self._run(i, sources[i])
            if ran.failure and not self.cells[i]["raises"]:
                self.namespace = {}
                return {"above": i, **self._shown(ran)}
        return None

    def _can_go_on(self, sources: dict[int, str]) -> bool:
        """Whether what was run is the beginning of this, and has made what it made."""
        if not self.namespace or [*sources.values()][: len(self.done)] != self.done:
            return False
        if self.judged:
            codes, before = self.judged
            if not before or before != fingerprint(self.namespace, *codes):
                return False
        self.judged = None
        return True

    def begin(self) -> None:
        """Begin the chapter anew, as if nothing had been run."""
        self.fresh.restore()
        self.namespace = {"__name__": "__main__"}
        self.done, self.judged = [], None

    def _run(self, index: int, source: str) -> Ran:
        self.done.append(source)
        return run(source, f"<cell {index}>", self.namespace)

    def _shown(self, ran: Ran) -> dict[str, Any]:
        value = ran.value
        graph = self._graph(value) if value is not None else ""
        return {
            "prints": ran.prints, "warned": ran.warned, "graph": graph,
            "value": "" if value is None else text(value), "failure": _told(ran.failure),
        }  # fmt: skip

    def _graph(self, value: Any) -> str:
        """A graph, or the drawing of a figure to play with, as the page has its drawings."""
        svg = getattr(value, "drawing", "")
        if type(value).__module__.split(".")[0] == "graphviz":
            svg = self.draw(value.source)
        if not isinstance(svg, str) or "<svg" not in svg:
            return ""
        self.drawn += 1
        words: dict[str, str] = self.chapter["words"]
        svg, name = svg[svg.index("<svg") :].strip(), f"live-{self.drawn}"
        try:
            found = drawings.inline(
                svg, name, None, [], lambda key, **filled: words[key].format(**filled)
            )
        except ElementTree.ParseError:
            return ""
        return drawings.scrolling("drawing", found) if found else ""


def open_chapter(text: str, draw: Draw, begun: Callable[[], object]) -> Session:
    """Begin with a chapter, as `editions.live` wrote it, and import its modules."""
    importlib.import_module("literate.cells")
    if BEFORE:
        BEFORE[0].restore()
    else:
        BEFORE.append(Remembered())
    chapter = json.loads(text)
    sys.path.insert(0, chapter["folder"])
    stand_in(chapter["absent"])
    _let_graphviz_draw(draw)
    for path, source in chapter["modules"].items():
        file = Path(chapter["folder"], path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, "utf-8")
    importlib.invalidate_caches()
    for path in chapter["modules"]:
        importlib.import_module(
            path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        )
    return Session(chapter, draw, begun)


def _let_graphviz_draw(draw: Draw) -> None:
    """There is no program `dot` here, which Graphviz's package would call."""
    import graphviz

    def pipe(self: Any, *given: Any, **named: Any) -> Any:
        svg = draw(self.source)
        return svg if named.get("encoding") else svg.encode()

    graphviz.Digraph.pipe = graphviz.Graph.pipe = pipe


def _told(failure: Failure | None) -> dict[str, Any] | None:
    return None if failure is None else vars(failure)
