"""One chapter in Firefox, where there is one: an answer, and a cell."""

import asyncio
import contextlib
import itertools
import json
import re
import shutil
import subprocess

import pytest
from tornado.websocket import websocket_connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = pytest.mark.skipif(not FIREFOX, reason="there is no Firefox on this machine")
ANSWER = """(async () => {
  const bar = document.querySelector(".answer-bar");
  const press = name => bar.querySelector(`button[value=${name}]`).click();
  const verdict = async kind => {
    for (;;) {
      const found = document.querySelector(`.verdict.${kind} > p`);
      if (found) return found.textContent;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  press("check");
  const told = [await verdict("wrong")];
  const editor = bar.previousElementSibling.querySelector(".cm-content");
  editor.focus();
  document.execCommand("selectAll");
  document.execCommand("insertText", false, SOLUTION);
  press("check");
  return JSON.stringify([...told, await verdict("right")]);
})()"""
RUN = """(async () => {
  const cell = document.querySelector(".live:has(.cell_output pre)");
  const printed = cell.querySelector(".cell_output");
  cell.querySelector(".live-run").click();
  while (!cell.querySelector(".cell_output ~ .cell_output"))
    await new Promise(resolve => setTimeout(resolve, 50));
  const shown = cell.querySelector(".cell_output ~ .cell_output");
  return JSON.stringify([printed.textContent.trim(), shown.textContent.trim()]);
})()"""


@contextlib.asynccontextmanager
async def session(profile):
    """Firefox, asked in the language that it speaks by itself (WebDriver BiDi)."""
    command = [FIREFOX, "--headless", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        address = next(filter(None, (re.search(r"ws://\S+", line) for line in process.stderr)))
        connected = await websocket_connect(f"{address[0]}/session")
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

    async def visit():
        async with session(tmp_path) as ask:
            context = (await ask("browsingContext.getTree"))["contexts"][0]["context"]
            url = f"{site.address}{page}"
            await ask("browsingContext.navigate", context=context, url=url, wait="complete")
            for script in (ANSWER.replace("SOLUTION", json.dumps(exercise.solution.source)), RUN):
                told = await ask(
                    "script.evaluate", expression=script, target={"context": context},
                    awaitPromise=True,
                )  # fmt: skip
                yield json.loads(told["result"]["value"])

    async def collect():
        return [told async for told in visit()]

    (wrong, right), (printed, shown) = asyncio.run(collect())
    assert wrong and right == "Right." and shown == printed
