"""One chapter in Firefox, where there is one: an answer, and a cell."""

import asyncio
import concurrent.futures
import contextlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile
from urllib.parse import urlsplit

import pytest
from tornado.websocket import websocket_connect

from literate.prove import outputs

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = pytest.mark.skipif(not FIREFOX, reason="there is no Firefox on this machine")
CHECK = """(async () => {
  document.querySelector(".answer-bar [value=check]").click();
  for (;;) {
    const found = document.querySelector(".verdict.wrong > p, .verdict.right > p");
    if (found) return found.textContent;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
})()"""
RUN = """(async () => {
  window.cell = document.querySelector(".live:has(.cell_output pre)");
  window.shown = async () => {
    for (;;) {
      const found = cell.querySelector(".cell_output ~ .cell_output");
      if (found) return found.querySelector("pre").textContent.trim();
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  cell.querySelector(".live-run").click();
  const shown = await window.shown();
  cell.querySelector(".cm-content").focus();
  return JSON.stringify([cell.querySelector(".cell_output pre").textContent.trim(), shown]);
})()"""
CHANGED = """(async () => {
  while (await shown() !== "42") await new Promise(resolve => setTimeout(resolve, 50));
  return "42";
})()"""
CONTROL, SHIFT, ENTER = "\ue009", "\ue008", "\ue007"
"""As WebDriver names these keys."""
PATIENCE = 240
"""Seconds after which what has not come is taken not to come at all."""


def typed(*keys):
    """The actions of somebody who presses these keys; of a pair the first is held meanwhile."""
    for held, key in keys:
        yield from [{"type": "keyDown", "value": k} for k in (held, key) if k]
        yield from [{"type": "keyUp", "value": k} for k in (key, held) if k]


def _read(file):
    file.seek(0)
    return file.read()


@contextlib.asynccontextmanager
async def session(profile):
    """Firefox, asked in the language that it speaks by itself (WebDriver BiDi)."""
    command = [FIREFOX, "--headless", "--profile", str(profile), "--remote-debugging-port", "0"]
    with tempfile.TemporaryFile("w+") as told, subprocess.Popen(command, stderr=told) as process:
        while not (address := re.search(r"ws://\S+\n", _read(told))):
            await asyncio.sleep(0.1)
        connected = await websocket_connect(f"{address[0].strip()}/session")
        numbers = itertools.count()

        async def ask(method, **params):
            number = next(numbers)
            await connected.write_message(
                json.dumps({"id": number, "method": method, "params": params})
            )
            while (told := json.loads(await connected.read_message())).get("id") != number:
                pass
            assert "result" in told, told
            return told["result"]

        try:
            await ask("session.new", capabilities={})
            yield ask
        finally:
            process.terminate()


def test_a_page_answers_and_runs_in_firefox(python_on_pages, site, book, pages_with, tmp_path):
    page = pages_with(".answer-bar", ".live .cell_output pre")[0]
    name = site.soup(page).select_one(".answer-bar")["data-exercise"]
    exercise = next(e for c in book.chapters for e in c.exercises if e.name == name)
    where = f"answer {urlsplit(site.address).path}{exercise.path.stem}#{name}"
    keep = f"localStorage.setItem({json.dumps(where)}, {json.dumps(exercise.solution.source)})"
    keys = [(CONTROL, "a"), *(("", letter) for letter in "6 * 7"), (SHIFT, ENTER)]

    async def visit():
        async with session(tmp_path) as ask:
            context = (await ask("browsingContext.getTree"))["contexts"][0]["context"]

            async def go():
                url = f"{site.address}{page}"
                await ask("browsingContext.navigate", context=context, url=url, wait="complete")

            async def tell(script):
                told = await ask(
                    "script.evaluate", expression=script, target={"context": context},
                    awaitPromise=True,
                )  # fmt: skip
                return told["result"].get("value")

            await go()
            wrong = await tell(CHECK)
            await tell(keep)
            # Who comes back finds the answer as it was left.
            await go()
            right = await tell(CHECK)
            as_printed = await tell(RUN)
            actions = {"type": "key", "id": "keyboard", "actions": [*typed(*keys)]}
            await ask("input.performActions", context=context, actions=[actions])
            return wrong, right, json.loads(as_printed), await tell(CHANGED)

    # In a thread: Playwright's loop, if a test before this one has begun it, is in this one.
    with concurrent.futures.ThreadPoolExecutor() as thread:
        told = thread.submit(asyncio.run, asyncio.wait_for(visit(), PATIENCE)).result()
    wrong, right, (printed, shown), changed = told
    assert wrong and right == "Right." and outputs.alike(printed, shown) and changed == "42"
