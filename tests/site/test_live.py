"""What a page runs, chapter by chapter, in the real Pyodide: every cell, and every answer."""

import pytest

from literate.cells import measure
from literate.prove import checks, outputs
from literate.provide.carried import there
from literate.run.shown import NOTHING
from literate.tangle.lacks import places, reach

RECORD = """\
import os, pathlib
pathlib.Path("/times.json").write_text({times!r})
os.environ[{variable!r}] = "/times.json"
"""
"""The times that the cells measure are those on record."""
WORKER = """address => {
  const worker = new Worker(address, {type: "module"});
  const ask = wish => new Promise(resolve => {
    worker.onmessage = ({data}) => { if (data.done || data.failed) resolve(data); };
    worker.postMessage(wish);
  });
  window.askAll = async wishes => {
    const told = [];
    for (const wish of wishes) told.push(await ask(wish));
    return told;
  };
}"""
FOUL = {"nothing at all": "", "an exception": "raise SystemExit(0)"}
"""Answers that nobody may get through with, to whatever exercise (more in tests/live)."""


@pytest.fixture(scope="module")
def ask(python_on_pages, site, visit, root, book, tangled):
    """Python as the pages have it, started once; after each chapter it has to be as it was."""
    with visit("search.html") as opened:
        opened.page.evaluate(WORKER, f"{site.address}live/worker.js")

        def ask_all(slug, wishes):
            told = opened.page.evaluate("wishes => askAll(wishes)", [{"chapter": slug}, *wishes])
            failed = [answer["failed"] for answer in told if "failed" in answer]
            assert not failed, failed[0][-600:]
            return [answer["done"] for answer in told[1:]]

        times = (root / measure.TIMES).read_text("utf-8")
        record = RECORD.format(times=times, variable=measure.RECORD)
        chapter = book.chapters[0]
        first = places(chapter)[min(reach(chapter, tangled, there)[0])]
        ask_all(chapter.slug, [{"do": "run", "cell": first, "edited": {first: record}}])
        yield ask_all
        assert not opened.elsewhere


@pytest.fixture
def chapter(book, slug):
    return next(chapter for chapter in book.chapters if chapter.slug == slug)


def judged(exercise, cells, wrong):
    """Whether a page judges answers to this exercise: then each with what the check says of it,
    None for the right one."""
    own = (exercise.starter, exercise.solution)
    if any(cells[c.index].lacks for c in own) or cells[exercise.check.index].asserting:
        return
    yield "the starter", exercise.starter.source, ""
    for name, answer in FOUL.items():
        yield name, answer, ""
    for answer in wrong:
        if answer.exercise == exercise.name:
            yield str(answer), answer.code, answer.says
    yield "the solution", exercise.solution.source, None


def misjudged(says, verdict):
    if says is None:
        return not verdict["passed"]
    return verdict["passed"] or says not in verdict["says"]


def differs(printed, shown):
    """Whether a cell shows something else than its page."""
    raised = shown["failure"]["kind"] if shown["failure"] else ""
    return (
        "above" in shown
        or not outputs.alike(printed.prints, shown["prints"])
        or not outputs.alike(printed.value, shown["value"])
        or printed.raises.split(":")[0] != raised
        or ("digraph" in printed.value and "<svg" not in shown["graph"])
    )


def test_a_chapter_runs_on_its_page_and_judges_its_answers(ask, site, root, chapter, tangled):
    cells, place = reach(chapter, tangled, there)[0], places(chapter)
    expected, keys = outputs.load(root, chapter.slug), outputs.keys(chapter)
    exercises = {exercise.starter.index: exercise for exercise in chapter.exercises}
    wrong = checks.load(root, chapter.slug)
    page = site.soup(chapter.path.with_suffix(".html").as_posix())
    assert [bar["data-exercise"] for bar in page.select(".answer-bar")] == [
        exercise.name for exercise in chapter.exercises if any(judged(exercise, cells, wrong))
    ]
    needed = frozenset().union(
        *(cells[c.index].lacks for c in chapter.cells if c.index in cells and not c.part)
    )
    told = " ".join(p.get_text() for p in page.select(".live-lacks"))
    unsaid = [module for module in sorted(needed) if module not in told]
    assert not unsaid, f"cells of {chapter.path} need {unsaid}, and no note on the page says so"
    wishes, judges = [], []
    for cell in chapter.cells:
        if cell.index not in cells or cells[cell.index].lacks:
            continue
        wishes.append({"do": "run", "cell": place[cell.index], "edited": {}})
        printed = expected.get(keys[cell.fence], NOTHING)
        judges.append((f"{chapter.path}:{cell.line}", differs, printed))
        if exercise := exercises.get(cell.index):
            for who, answer, says in judged(exercise, cells, wrong):
                wishes.append({"do": "check", "exercise": exercise.name, "answer": answer})
                judges.append((f"{exercise.name} with {who}", misjudged, says))
    told = zip(judges, ask(chapter.slug, wishes), strict=True)
    faults = [(what, due, shown) for (what, fault, due), shown in told if fault(due, shown)]
    assert not faults, faults
