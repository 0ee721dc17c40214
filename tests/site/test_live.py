"""Pages on which readers act: with the real Pyodide, every answer is judged and every cell run."""

import json

import pytest

from literate.cells import measure
from literate.prove import checks, outputs
from literate.provide import live
from literate.provide.carried import there
from literate.run.shown import NOTHING
from literate.tangle.lacks import places, reach

pytestmark = pytest.mark.skipif(
    live.missing(), reason="the pages have no Python: make LIVE=yes test brings it"
)
expect = pytest.importorskip("playwright.sync_api").expect
RECORD = """\
import os, pathlib
pathlib.Path("/times.json").write_text({times!r})
os.environ[{variable!r}] = "/times.json"
"""
"""Above the first cell of a chapter: the times that are measured are those on record."""
WORKER = """address => {
  const worker = new Worker(address, {type: "module"});
  window.ask = message => new Promise(resolve => {
    worker.onmessage = ({data}) => { if (data.done || data.failed) resolve(data); };
    worker.postMessage(message);
  });
}"""


@pytest.fixture(scope="module")
def ask(site, visit):
    """Python as the pages have it, started once; after each chapter it has to be as it was."""
    with visit("search.html") as opened:
        opened.page.set_default_timeout(0)
        opened.page.evaluate(WORKER, f"{site.address}live/worker.js")

        def one(**message):
            answer = opened.page.evaluate("message => ask(message)", message)
            assert "failed" not in answer, answer["failed"][-400:]
            return answer["done"]

        yield one
        assert not opened.elsewhere


@pytest.fixture(scope="module")
def lacking(book, tangled):
    """What each cell of a chapter lacks on its page."""
    return {chapter.slug: reach(chapter, tangled, there)[0] for chapter in book.chapters}


def chapter_of(book, slug):
    return next(chapter for chapter in book.chapters if chapter.slug == slug)


def test_every_cell_that_can_run_shows_what_is_expected(ask, root, book, lacking, slug):
    chapter, cells = chapter_of(book, slug), lacking[slug]
    expected, keys = outputs.load(root, slug), outputs.keys(chapter)
    ask(chapter=slug)
    times = (root / measure.TIMES).read_text("utf-8")
    first, place = min(cells), places(chapter)
    record = RECORD.format(times=times, variable=measure.RECORD)
    edited = {place[first]: record + cells[first].source}
    wrong = []
    for cell in chapter.cells:
        if cell.index not in cells or cells[cell.index].lacks:
            continue
        shown = ask(do="run", cell=place[cell.index], edited=edited)
        printed = expected.get(keys[cell.fence], NOTHING)
        raised = shown["failure"]["kind"] if shown["failure"] else ""
        same = (
            outputs.alike(printed.prints, shown["prints"])
            and outputs.alike(printed.value, shown["value"])
            and printed.raises.split(":")[0] == raised
        )
        if not same or ("digraph" in printed.value and "<svg" not in shown["graph"]):
            wrong.append((f"{chapter.path}:{cell.line}", printed, shown))
    assert not wrong, wrong[0]


def test_every_answer_is_judged_as_the_book_promises(ask, root, book, lacking, slug):
    chapter, cells = chapter_of(book, slug), lacking[slug]
    wrong = checks.load(root, slug)
    ask(chapter=slug)
    for exercise in chapter.exercises:
        own = (exercise.starter, exercise.solution)
        if any(cells[c.index].lacks for c in own) or cells[exercise.check.index].asserting:
            continue

        def judge(answer, name=exercise.name):
            return ask(do="check", exercise=name, answer=answer)

        untouched = judge(exercise.starter.source)
        assert not untouched["passed"] and untouched["says"], (exercise.name, untouched)
        for answer in (a for a in wrong if a.exercise == exercise.name):
            verdict = judge(answer.code)
            assert not verdict["passed"] and answer.says in verdict["says"], (str(answer), verdict)
        solved = judge(exercise.solution.source)
        assert solved["passed"], (exercise.name, solved)


@pytest.fixture(scope="module")
def page_name(pages_with):
    """A page with an exercise and cells that can be run, one of which draws a graph."""
    return pages_with(".answer-bar", ".live .cell_output .drawing, .live .cell_output pre")[0]


@pytest.fixture(scope="module")
def exercise(site, book, page_name):
    """The first exercise that is answered on that page."""
    name = site.soup(page_name).select_one(".answer-bar")["data-exercise"]
    return next(e for c in book.chapters for e in c.exercises if e.name == name)


def write(page, place, code):
    """Replace what stands in the editor."""
    editor = place.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)


def test_an_exercise_is_answered_on_its_page(visit, page_name, exercise):
    with visit(page_name) as opened:
        page = opened.page
        loaded = [r.url for r in opened.finished if "/live/" in r.url]
        assert not loaded, "before the first click, nothing of it is loaded"
        bar = page.locator(".answer-bar").first
        starter = bar.locator("xpath=preceding-sibling::div[1]")
        verdict = page.locator(".verdict").first
        bar.get_by_role("button", name="Check").click()
        expect(verdict).to_have_class("verdict wrong")
        write(page, starter, exercise.solution.source)
        page.keyboard.press("Shift+Enter")
        expect(verdict).to_have_class("verdict right")

        page.reload()
        bar.get_by_role("button", name="Write").click()
        last = exercise.solution.source.splitlines()[-1].strip()
        expect(starter.locator(".cm-content")).to_contain_text(last)
        bar.get_by_role("button", name="Reset").click()
        first = exercise.starter.source.splitlines()[-1].strip()
        expect(starter.locator(".cm-content")).to_contain_text(first)
        assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('answer'))") == []

        fold = page.locator("details.solution").first
        bar.get_by_role("button", name="Show a solution").click()
        expect(fold).to_have_attribute("open", "")
        assert not opened.elsewhere and not opened.complaints


def test_a_loop_that_does_not_end_is_stopped_and_python_begins_anew(visit, page_name, exercise):
    with visit(page_name) as opened:
        page = opened.page
        bar = page.locator(".answer-bar").first
        bar.get_by_role("button", name="Write").click()
        starter = bar.locator("xpath=preceding-sibling::div[1]")
        write(page, starter, "while True:\n    pass")
        bar.get_by_role("button", name="Check").click()
        place = page.locator(".answer-bar + .live-place")
        expect(place).to_contain_text("Stopped, because it took too long")
        write(page, starter, exercise.solution.source)
        bar.get_by_role("button", name="Check").click()
        expect(page.locator(".verdict").first).to_have_class("verdict right")


def test_a_cell_is_run_changed_and_put_back(visit, page_name):
    with visit(page_name) as opened:
        page = opened.page
        cell = page.locator(".live:has(.cell_output pre)").first
        printed = cell.locator(".cell_output").first
        before = printed.inner_text()
        cell.get_by_role("button", name="Run").click()
        shown = cell.locator(".cell_output").nth(1)
        expect(shown).to_be_visible()
        expect(printed).to_be_hidden()
        write(page, cell, "6 * 7")
        cell.get_by_role("button", name="Run").click()
        expect(cell.locator(".cell_output:visible")).to_have_text("42")
        cell.get_by_role("button", name="Reset").click()
        expect(printed).to_be_visible()
        assert printed.inner_text() == before and not opened.complaints


def test_where_python_cannot_be_loaded_one_sentence_says_so(visit, page_name):
    with visit(page_name) as opened:
        page = opened.page
        page.route("**/*.wasm", lambda route: route.abort())
        bar = page.locator(".answer-bar").first
        bar.get_by_role("button", name="Check").click()
        place = page.locator(".answer-bar + .live-place")
        expect(place).to_contain_text("Python could not be loaded")
        page.unroute("**/*.wasm")
        bar.get_by_role("button", name="Check").click()
        expect(page.locator(".verdict").first).to_have_class("verdict wrong")


def test_without_webassembly_one_sentence_says_so(visit, page_name):
    with visit(page_name, "delete window.WebAssembly") as opened:
        opened.page.locator(".answer-bar button[value=check]").first.click()
        place = opened.page.locator(".answer-bar + .live-place")
        expect(place).to_contain_text("has no WebAssembly")


READY = """async address => {
  const time = async (code, first) => {
    const worker = new Worker(URL.createObjectURL(new Blob([code], {type: "text/javascript"})),
      {type: "module"});
    const begun = performance.now();
    await new Promise(resolve => {
      worker.onmessage = ({data}) => { if (data.done) resolve(); };
      if (first) worker.postMessage(first);
    });
    worker.terminate();
    return performance.now() - begun;
  };
  const bare = `import {loadPyodide} from "${address}pyodide.mjs";
    await loadPyodide({indexURL: "${address}"}); postMessage({done: true});`;
  const ours = `import "${address}worker.js"; postMessage({ready: true});`;
  const chapter = {chapter: "CHAPTER"};
  await time(bare);
  return [await time(bare), await time(ours, chapter), await time(bare), await time(ours, chapter)];
}"""


def test_python_is_ready_not_much_later_than_pyodide_alone(site, visit, exercise):
    with visit("search.html") as opened:
        script = READY.replace("CHAPTER", exercise.path.stem)
        one, ours, other, again = opened.page.evaluate(script, f"{site.address}live/")
        print(json.dumps({"bare": [one, other], "ours": [ours, again]}))
        assert min(ours, again) < 2.5 * min(one, other)
