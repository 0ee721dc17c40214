"""A chapter on its page: its cells are run in their order, as the reader has them.

A cell runs after all that stand above it. Those that have run already, and have not been changed,
are not run again; where one has been changed, all begin anew. So what one sees is what the page
says from top to bottom, and nothing that once stood there.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
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
        self.above: tuple[str, bytes] | None = None
        """The exercise that the namespace is ready for, and the fingerprint that it had then."""
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
        order = [i for i in self.cells if i <= index]
        sources = [edited.get(i, self.cells[i]["source"]) for i in order]
        gone_on = len(self.done) < len(sources) and sources[: len(self.done)] == self.done
        if not self.namespace or self.above or not gone_on:
            self.begin()
        for i, source in zip(order[len(self.done) :], sources[len(self.done) :]):
            if i == index:
                self.begun()
            ran = self._run(i, source)
            if ran.failure and i != index and not self.cells[i]["raises"]:
                self.namespace = {}
                return {"above": i, **self._shown(ran)}
        return self._shown(ran)

    def check(self, name: str, answer: str) -> dict[str, Any]:
        """Judge an answer to an exercise, after the chapter's own cells above it.

        They are run again only where an answer before has changed what they have made.
        """
        exercise = self.chapter["exercises"][name]
        if self.above != (name, fingerprint(self.namespace)):
            self.begin()
            for i, cell in self.cells.items():
                if i <= exercise["starter"]:
                    self._run(i, cell["source"])
            if found := fingerprint(self.namespace):
                self.above = name, found
        self.begun()
        verdict = checks.check(answer, exercise["check"], exercise["defines"], self.namespace)
        return {
            "passed": verdict.passed, "says": verdict.says,
            "failure": _told(verdict.failure), "answer": self._shown(verdict.answer),
            "check": self._shown(verdict.check),
        }  # fmt: skip

    def begin(self) -> None:
        """Begin the chapter anew, as if nothing had been run."""
        self.fresh.restore()
        self.namespace = {"__name__": "__main__"}
        self.done, self.above = [], None

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
