"""A reader answers an exercise on its page, and runs and changes a cell, whatever happens."""

import http.server
import re
import threading
import time

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
AXE = """async part => (await axe.run(part, {resultTypes: ["violations"], preload: false}))
  .violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`))"""
LOOK = """button => { const {borderRadius, fontSize, padding} = getComputedStyle(button);
  return [borderRadius, fontSize, padding]; }"""
PHONE = {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def page_name(python_on_pages, pages_with):
    """A page with an exercise and cells that can be run, one of which draws a graph."""
    return pages_with(".answer-bar", ".live .cell_output .drawing, .live .cell_output pre")[0]


@pytest.fixture(scope="module")
def exercise(site, book, page_name):
    """The first exercise that is answered on that page."""
    name = site.soup(page_name).select_one(".answer-bar")["data-exercise"]
    return next(e for c in book.chapters for e in c.exercises if e.name == name)


class Reader:
    """Answers the first exercise of a page that was opened."""

    def __init__(self, opened):
        self.opened, self.page = opened, opened.page
        self.bar = self.page.locator(".answer-bar").first
        self.starter = self.bar.locator("xpath=preceding-sibling::div[1]")
        self.told = self.page.locator(".answer-bar ~ .live-place, .answer-bar + .live-says").first
        self.verdict = self.page.locator(".verdict").first

    def press(self, name):
        """Press a button of the exercise, by keyboard."""
        self.bar.get_by_role("button", name=name).press("Enter")

    def write(self, code, place=None):
        """Replace what stands in the editor."""
        editor = (place or self.starter).locator(".cm-content")
        editor.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)


@pytest.fixture(scope="module")
def reader(visit, page_name):
    """One reader of one page for several tests."""
    with visit(page_name, viewport=PHONE, color_scheme="light") as opened:
        loaded = [r.url for r in opened.finished if "/live/" in r.url]
        assert not loaded, "before the first click, nothing of it is loaded"
        opened.judge()
        yield Reader(opened)
        assert not opened.elsewhere and not opened.complaints


def test_an_exercise_is_answered_by_keyboard(reader, exercise):
    page = reader.page
    reader.press("Write")
    expect(reader.starter.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(reader.bar.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(reader.verdict).to_have_class("verdict wrong")
    reader.write(exercise.solution.source)
    page.keyboard.press("Shift+Enter")
    expect(reader.verdict).to_have_class("verdict right")
    expect(reader.bar).to_contain_text("answered")
    expect(page.locator("nav.bd-links .answered-count")).to_contain_text("answered: 1")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_selector(f"html[data-theme={theme}]", state="attached")
        # The rest of the page is as it was when all pages were judged.
        assert reader.bar.locator("xpath=ancestor::section[1]").evaluate(AXE) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


def test_what_was_written_stays_until_it_is_reset(visit, page_name, exercise):
    with visit(page_name) as opened:
        reader = Reader(opened)
        editor = reader.starter.locator(".cm-content")
        reader.press("Write")
        reader.write("kept = 'as it was'")
        opened.page.reload()
        reader.press("Write")
        expect(editor).to_have_text("kept = 'as it was'")
        reader.press("Reset")
        expect(editor).to_contain_text(exercise.starter.source.splitlines()[-1].strip())
        kept = opened.page.evaluate("Object.keys(localStorage)")
        assert not [key for key in kept if key.startswith("answer ")]
        reader.press("Show a solution")
        expect(opened.page.locator("details.solution").first).to_have_attribute("open", "")
        assert not [r for r in opened.finished if "pyodide" in r.url]


def test_a_cell_is_run_changed_and_put_back(reader):
    cell = reader.page.locator(".live:has(.cell_output pre)").first
    printed = cell.locator(".cell_output").first
    before = printed.inner_text()
    cell.get_by_role("button", name="Run").press("Enter")
    shown = cell.locator(".cell_output").nth(1)
    expect(shown).to_be_visible()
    expect(printed).to_be_hidden()
    reader.write("6 * 7", cell)
    cell.get_by_role("button", name="Run").last.press("Enter")
    expect(cell.locator(".cell_output:visible")).to_have_text("42")
    reader.write("1 / 0", cell)
    reader.page.keyboard.press("Shift+Enter")
    expect(cell.locator(".cell_output:visible")).to_contain_text("In line 1, ‘1 / 0’: ZeroDivision")
    reset = cell.get_by_role("button", name="Reset")
    assert reset.evaluate(LOOK) == reader.bar.get_by_role("button", name="Reset").evaluate(LOOK)
    reset.press("Enter")
    expect(printed).to_be_visible()
    assert printed.inner_text() == before


def test_a_loop_that_does_not_end_is_stopped_and_python_begins_anew(reader, exercise):
    reader.press("Check")
    expect(reader.verdict).not_to_have_class("verdict")
    reader.write("while True:\n    pass")
    # From here on, time goes on for the page when it is told to.
    reader.opened.install_clock()
    reader.press("Check")
    expect(reader.told).to_contain_text("Running")
    reader.opened.wait(150)
    expect(reader.told).to_contain_text("Stopped, because it took too long")
    reader.write(exercise.solution.source)
    reader.press("Check")
    expect(reader.verdict).to_have_class("verdict right")


class Breaking(http.server.BaseHTTPRequestHandler):
    """A host whose answers break off in the middle."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "3000000")
        self.send_header("Content-Type", "application/zip")
        self.end_headers()
        self.wfile.write(bytes(1_000_000))
        self.server.seen.wait(60)

    def log_message(self, *given):
        """It says nothing."""


@pytest.fixture
def breaking():
    """The address of such a host."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        server.seen = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", server.seen
        server.seen.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("file", ["python_stdlib.zip", "pyodide.asm.wasm"])
def test_what_is_loaded_is_counted_and_where_it_breaks_off_the_next_click_tries_again(
    visit, page_name, breaking, file
):
    address, seen = breaking
    with visit(page_name) as opened:
        reader = Reader(opened)
        opened.page.route(f"**/{file}", lambda route: route.continue_(url=address))
        reader.press("Check")
        expect(reader.told).to_contain_text(re.compile(r"[1-9]\d*\.\d of \d+\.\d MB"))
        seen.set()
        expect(reader.told).to_contain_text("Python could not be loaded")
        opened.page.unroute(f"**/{file}")
        reader.press("Check")
        expect(reader.verdict).to_have_class("verdict wrong")


def test_without_webassembly_one_sentence_says_so(visit, page_name):
    with visit(page_name, "delete window.WebAssembly") as opened:
        reader = Reader(opened)
        reader.press("Check")
        expect(reader.told).to_contain_text("has no WebAssembly")


def test_a_page_that_was_opened_as_a_file_says_how_to_serve_it(site, browser, page_name):
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder / page_name).as_uri())
    page.get_by_role("button", name="Check").first.press("Enter")
    expect(page.locator(".live-says").first).to_contain_text("python -m http.server")
    context.close()


READY = """([code, first]) => new Promise(ready => {
  const source = URL.createObjectURL(new Blob([code], {type: "text/javascript"}));
  const worker = new Worker(source, {type: "module"});
  worker.onmessage = ({data}) => { if (data.done) { worker.terminate(); ready(); } };
  if (first) worker.postMessage(first);
})"""
BARE = """import {{loadPyodide}} from "{0}pyodide.mjs";
await loadPyodide({{indexURL: "{0}"}}); postMessage({{done: true}});"""
TRIES = 3
"""On a busy machine one measurement says little; one of these is enough."""


def test_python_is_ready_not_much_later_than_pyodide_alone(reader, site, exercise):
    address = f"{site.address}live/"

    def seconds(*given):
        begun = time.perf_counter()
        reader.page.evaluate(READY, given)
        return time.perf_counter() - begun

    found = []
    for _ in range(TRIES):
        alone = seconds(BARE.format(address))
        ours = seconds(f'import "{address}worker.js";', {"chapter": exercise.path.stem})
        found.append((alone, ours))
        if ours < 2 * alone:
            return
    raise AssertionError(f"seconds until Pyodide alone is ready, and ours: {found}")
