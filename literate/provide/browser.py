"""Provide what the tests of the built site need: Chromium, and what drives and judges it.

`make test` runs this once, unless it is told BROWSER=no. Chromium is the one that the environment
variable CHROMIUM names, or else the system's own; where there is none and apt-get may be used, it
is installed. Without it those tests are skipped and say so. One that is too old or crashes is
refused. The headless shell, which is Chromium without its windows, goes before Chromium itself: it
shows the same page in less time.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from literate.provide import apt, npm

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "site"
"""Holds the package.json and package-lock.json of what comes from npm."""
PROGRAMS = Path(sys.prefix, "node")
"""Where that is installed: below it, `node_modules`."""
NAMES = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser",
         "google-chrome", "google-chrome-stable")  # fmt: skip
PACKAGES_WITH_IT = ("chromium-headless-shell", "chromium")
"""Debian has both; Ubuntu has the second alone."""
VARIABLE = "CHROMIUM"
"""The environment variable that names another browser than the system's."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update",
         "--font-render-hinting=none")  # fmt: skip
"""Without a sandbox, because a container's root has none; letters as wide as their font has them,
which the headless shell would round to pixels; the rest keeps it off the network."""
NEEDS = {
    "the formulas (MathML)": "'MathMLElement' in window",
    "what opens folds on paper (::details-content)":
        "CSS.supports('selector(::details-content)')",
    "what the tests ask whether something can be seen (checkVisibility)":
        "'checkVisibility' in document.body",
}  # fmt: skip
"""What the pages and their tests need that is not in every Chromium, and how to ask for it."""
PATIENCE = 120
"""Seconds that a browser may take to start; a busy machine's takes some."""
HELP = """\
The tests of the built site need {missing}. Without it they are skipped; the others run. To get it:
    {remedy}
Then delete .venv/browser and run make test again."""
REMEDIES = {
    "Chromium": "Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install chromium",
    "Node": npm.REMEDY,
    "npm's packages": "connect to the network, or look at what npm said above",
}


ANOTHER = (
    f"install a newer Chromium, or name another with {VARIABLE}=/path/to/chromium before 'make'"
)


def chromium() -> str | None:
    """Return the browser that CHROMIUM names, there or not, or else the machine's own, if any."""
    if named := os.environ.get(VARIABLE):
        return shutil.which(named) or named
    return next(filter(None, map(shutil.which, NAMES)), None)


def fault(program: str) -> str | None:
    """Start a browser and return why it is of no use here; None where it is."""
    asked = "".join(f"[{json.dumps(what)}, {how}]," for what, how in NEEDS.items())
    page = (
        "data:text/html,<body><script>document.body.textContent = 'lacks: ' + JSON.stringify("
        f"[{asked}].filter(([what, there]) => !there).map(([what]) => what))</script>"
    )
    # In a profile of its own: of two browsers with one profile, the second hands over to the first.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page]
        try:
            done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return f"{program} has not shown an empty page in {PATIENCE} seconds"
        except OSError as error:
            return f"{program} cannot be started: {error.strerror}"
    answer = re.search(r"lacks: (\[.*\])", done.stdout)
    if not answer:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        return f"{program} does not show an empty page (exit status {done.returncode}): {said[-1]}"
    lacking = json.loads(html.unescape(answer[1]))
    return f"{program} is too old: it lacks {', '.join(lacking)}" if lacking else None


def missing() -> list[str]:
    """What the tests of the site need and what is not there."""
    there = {
        "Chromium": chromium() is not None,
        "Node": npm.fault() is None,
        "npm's packages": all(
            (PROGRAMS / "node_modules" / name).is_dir() for name in ("axe-core", "html-validate")
        ),
    }
    return [name for name, found in there.items() if not found]


def main() -> int:
    print("Installing what the tests of the site need (BROWSER=no leaves them out) …", flush=True)
    pip = [*npm.PIP, "--requirement", "requirements-browser.txt", *npm.PINS]
    if subprocess.run(pip, cwd=ROOT).returncode != 0:
        return 1
    if npm.node():
        npm.install(PACKAGES, PROGRAMS)
    if chromium() is None:
        any(apt.install("Chromium", package) for package in PACKAGES_WITH_IT)
    found = chromium()
    if found and (wrong := fault(found)):
        print(f"{wrong}.\nTo fix it: {ANOTHER}; BROWSER=no leaves it out.", file=sys.stderr)
        return 1
    for name in missing():
        print(HELP.format(missing=name, remedy=REMEDIES[name]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
