"""The whole book as a site, served from a subfolder, and Chromium to look at it."""

import asyncio
import contextlib
import dataclasses
import fcntl
import functools
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bs4
import pytest
import yaml
from tornado import httpserver, netutil, web

from literate.files import UNDER_TEST
from literate.provide import browser as provide_browser
from literate.provide import live as provide_live
from literate.read.model import Book

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
AXE = provide_browser.PROGRAMS / "node_modules" / "axe-core" / "axe.min.js"
COPIED = ("book", "literate", "micrograd", "tests/outputs", "_config.yml", "_toc.yml",
          "constraints.txt", "requirements.txt", "requirements-pytorch.txt")  # fmt: skip
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
SUBFOLDER = urlsplit(SETTINGS["html"]["baseurl"]).path or "/"
"""Where the site is at home. Only the page for missing addresses has to know (see test_links)."""
FONTS_ARE_THERE = "document.fonts.ready.then(() => true)"
WAIT = 60_000
"""Milliseconds after which what has not come is taken not to come at all."""
BROKEN = pytest.StashKey[str]()
"""Of the one test that says it: why none of these tests can run."""
GONE = pytest.StashKey[str]()
"""Of the whole run: why the rest is not run. The browser ended, or there is no site."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser, skip these tests and say what is missing.

    If it is required, or is there and of no use, the first of them fails and says so, once.
    """
    ours = [item for item in items if HERE in item.path.parents]
    if not ours:
        return
    reason, broken = "BROWSER=no" if os.environ.get("BROWSER") == "no" else "", False
    if not reason and (lacking := provide_browser.missing()):
        reason = f"{' and '.join(lacking)} missing: see what 'make test' says while it sets up"
    browser = provide_browser.chromium()
    if not reason and browser and (wrong := provide_browser.fault(browser)):
        reason, broken = f"{wrong}. To fix it: {provide_browser.ANOTHER}", True
    if reason and (broken or os.environ.get("BROWSER") == "required"):
        # Not as an error of usage, which the workers of xdist would turn into one of their own.
        ours.pop(0).stash[BROKEN] = f"the tests of the site cannot run: {reason}"
        reason = "the first of them says why they cannot run"
    if reason:
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=f"the browser's tests: {reason}"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the end of the browser be told once, and not by every test that would need it."""
    if broken := item.stash.get(BROKEN, ""):
        pytest.fail(broken, pytrace=False)
    if gone := item.config.stash.get(GONE, ""):
        pytest.skip(f"not run, because {gone}")


@dataclasses.dataclass(frozen=True)
class Site:
    """The built site: its files, and where they are served."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """The pages, in an order that stays."""
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*.html"))

    @functools.cache  # noqa: B019 (there is one site)
    def soup(self, page: str) -> bs4.BeautifulSoup:
        """A page as it is in its file; to be read, not changed."""
        return bs4.BeautifulSoup((self.folder / page).read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module", autouse=True)
def rare_collector() -> Iterator[None]:
    """Have Python's collector come more rarely than while chapters run, which tell of it: what is
    made of pages is much, and little of it goes."""
    before = gc.get_threshold()
    gc.set_threshold(100_000)
    yield
    gc.set_threshold(*before)


@pytest.fixture(scope="session")
def settings() -> dict[str, Any]:
    return dict(SETTINGS)


@pytest.fixture(scope="session")
def site_folder(request: pytest.FixtureRequest) -> Path:
    """The site of a copy of the book, which keeps what it executed from run to run."""
    place = ROOT / UNDER_TEST
    place.mkdir(parents=True, exist_ok=True)
    with open(place.with_suffix(".lock"), "w") as lock:
        # One of the tests' workers builds it; the others wait, and find that it was.
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
        built = place / "built-by"
        if run and built.is_file() and built.read_text() == run:
            return place / "_build" / "html"
        built.unlink(missing_ok=True)
        _copy(place)
        ours = {name: v for name, v in os.environ.items() if not name.startswith("PYTEST_")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            [sys.executable, "-m", "literate", "book"], cwd=place, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=ours | {"PATH": path},
        )  # fmt: skip
        if done.returncode != 0:
            request.config.stash[GONE] = "the site cannot be built"
            pytest.fail(done.stdout, pytrace=False)
        built.write_text(run)
    return place / "_build" / "html"


def _copy(place: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", "after")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.rmtree(place / name, ignore_errors=True)
            shutil.copytree(ROOT / name, place / name, ignore=unwanted)
        else:
            shutil.copy2(ROOT / name, place / name)


@pytest.fixture(scope="session")
def site(site_folder: Path) -> Iterator[Site]:
    """The site as any static host would serve it: compressed, and in a subfolder."""
    sockets = netutil.bind_sockets(0, "127.0.0.1")
    options = {"path": str(site_folder), "default_filename": "index.html"}
    application = web.Application(
        [(f"{SUBFOLDER}(.*)", web.StaticFileHandler, options)],
        compress_response=True,
        log_function=lambda handler: None,
    )
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        server = httpserver.HTTPServer(application)
        server.add_sockets(sockets)
        over = asyncio.Event()
        started.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait()
    yield Site(site_folder, f"http://127.0.0.1:{sockets[0].getsockname()[1]}{SUBFOLDER}")
    loop, over = started[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()


@pytest.fixture(scope="session")
def pages_with(site: Site, book: Book) -> Callable[..., list[str]]:
    """Finds the pages of the book that have something: `pages_with("a.timecode", times=3)`.

    A test that needs it is skipped in a book of which no page has it.
    """

    def find(*selectors: str, times: int = 1) -> list[str]:
        names = [path.with_suffix(".html").as_posix() for path in book.pages]
        found = [
            name
            for name in names
            if all(len(site.soup(name).select(selector)) >= times for selector in selectors)
        ]
        if not found:
            pytest.skip(f"no page of this book has {', '.join(selectors)}, {times} times or more")
        return found

    return find


@pytest.fixture(scope="session")
def python_on_pages() -> None:
    """Skip what tries Python on the pages where it is left out.

    If a browser is required, and nobody has said LIVE=no, it has to be there.
    """
    if provide_live.missing():
        told = "the pages have no Python: 'make test' brings it and tries it"
        required = os.environ.get("BROWSER") == "required" and os.environ.get("LIVE") != "no"
        (pytest.fail if required else pytest.skip)(told)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": provide_browser.chromium(),
        # To stop requests one by one would cost a page as much time again.
        "args": [
            *provide_browser.FLAGS,
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
        "timeout": 1000 * provide_browser.PATIENCE,
    }


@pytest.fixture(scope="session")
def browser(launch_browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Chromium, for all tests of a worker; when it ends too early, the rest is not run."""
    # Not at the top: with BROWSER=no it is not installed.
    from playwright.sync_api import Error, expect

    # How long something may take says nothing about it on a busy machine, only that it comes.
    expect.set_options(timeout=WAIT)
    stash, name = request.config.stash, provide_browser.chromium()

    def end() -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        stash[GONE] = f"{name} ended in {test}. To fix it: {provide_browser.ANOTHER}"

    try:
        started = launch_browser()
    except Error as error:
        end()
        pytest.fail(f"{stash[GONE]}\n{error.message}", pytrace=False)
    started.on("disconnected", lambda _: end())
    yield started
    started.close()


class Visit:
    """A page in the browser, and what happens while it is open."""

    def __init__(self, page: Any, site: Site) -> None:
        self.page = page
        self.site = site
        self.spent = False
        self.finished: list[Any] = []
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("requestfinished", lambda request: self.finished.append(request))
        page.on("requestfailed", lambda request: self._failed(request))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._said(said))

    def begin(self, name: str) -> None:
        """Open a page, and don't wait for it; what has happened on the one before is forgotten, and
        what that one kept.

        In the same process of the browser, a page comes in half the time of the first.
        """
        if self.page.url.startswith(self.site.address):
            self.page.evaluate("localStorage.clear()")
        for told in (self.finished, self.elsewhere, self.complaints):
            told.clear()
        self.page.goto(self.site.address + name, wait_until="commit")

    def go(self, name: str) -> None:
        """Open a page, as with `begin`, and wait until it is there."""
        self.begin(name)
        self.page.wait_for_load_state("load")
        # A font that comes later would move what is measured.
        self.page.evaluate(FONTS_ARE_THERE)

    def install_clock(self, **options: Any) -> None:
        """Have the page's time go on as a test tells it to, here and in all that shares with it."""
        self.spent = True
        self.page.clock.install(**options)

    def forget(self) -> None:
        """Close all pages that share with this one, and have nothing kept of them."""
        session = self.page.context.new_cdp_session(self.page)
        origin = self.site.address.removesuffix(SUBFOLDER)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        for page in self.page.context.pages:
            page.close()

    def without_cache(self) -> None:
        """Have every page ask for all that it needs, as for who comes for the first time."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def judge(self) -> None:
        """Load what judges the page: axe, and the contrast of what axe does not look at."""
        for script in (AXE, HERE / "contrast.js"):
            self.page.evaluate(script.read_text("utf-8"))

    def unfold(self) -> None:
        """Open all that is folded."""
        self.page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")

    def wait(self, seconds: float) -> None:
        """Let so much time pass on a page that was opened with its clock stopped."""
        # What is drawn has a clock of its own: wait until it says to all what is in view.
        drawn = "new Promise(say => new IntersectionObserver(say).observe(document.body))"
        self.page.evaluate(drawn)
        self.page.clock.run_for(int(1000 * seconds))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site.address, "data:", "blob:")):
            self.elsewhere.append(url)

    def _failed(self, request: Any) -> None:
        # What was still on its way when the next page was opened has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url}")

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)


@pytest.fixture(scope="session")
def visit(site: Site, browser: Any) -> Callable[..., Any]:
    """Opens a page of the site: `with visit("book/value.html", color_scheme="dark") as opened`.

    Options are those of Playwright's browser contexts, `script`, which runs before the page's own,
    `stopped`: the page's time stands still, but for `wait`; and `quiet`: it is opened once it has
    asked for nothing in half a second. No other host can be reached.

    Whoever comes next finds nothing that a page has kept. Its context serves again, which saves
    half of the time; but for one of which the clock was stopped, or in which a test has failed.
    """
    free: dict[str, list[Any]] = {}

    @contextlib.contextmanager
    def open_page(
        name: str, script: str = "", stopped: bool = False, quiet: bool = False, **options: Any
    ) -> Iterator[Visit]:
        alike = free.setdefault(repr(sorted(options.items())), [])
        context = alike.pop() if alike and not stopped else browser.new_context(**options)
        context.set_default_timeout(WAIT)
        opened = Visit(context.new_page(), site)
        opened.page.add_init_script(script)
        if stopped:
            opened.install_clock(time=datetime(2026, 1, 1))
            opened.page.clock.pause_at(datetime(2026, 1, 1, minute=1))
        try:
            opened.page.goto(site.address + name, wait_until="networkidle" if quiet else "load")
            if options.get("java_script_enabled", True):
                # A font that comes later would move what is measured.
                opened.page.evaluate(FONTS_ARE_THERE)
            yield opened
        except BaseException:
            opened.spent = True
            raise
        finally:
            if opened.spent:
                context.close()
            else:
                opened.forget()
                alike.append(context)

    return open_page
