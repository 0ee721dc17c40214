"""Provide what the tests of the built site need: Chromium, and what drives and judges it.

`make test` runs this once, unless it is told BROWSER=no. Chromium is the system's own; where there
is none and apt-get may be used, it is installed. Without it those tests are skipped and say so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from literate.provide import apt

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "site"
"""Holds the package.json and package-lock.json of what comes from npm."""
PROGRAMS = Path(sys.prefix, "node")
"""Where that is installed: below it, `node_modules`."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = """\
The tests of the built site need {missing}. Without it they are skipped; the others run. To get it:
    {remedy}
Then delete .venv/browser and run make test again."""
REMEDIES = {
    "Chromium": "Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install chromium",
    "npm's packages": "connect to the network, or look at what npm said above",
}


def chromium() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> list[str]:
    """What the tests of the site need and what is not there."""
    there = {
        "Chromium": chromium() is not None,
        "npm's packages": all(
            (PROGRAMS / "node_modules" / name).is_dir() for name in ("axe-core", "html-validate")
        ),
    }
    return [name for name, found in there.items() if not found]


def npm_packages() -> None:
    """Install what package-lock.json pins."""
    PROGRAMS.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PACKAGES / name, PROGRAMS / name)
    # The npm that came with the requirements; it runs the node beside it.
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join([beside, os.environ["PATH"]])
    npm = shutil.which("npm", path=path)
    if npm:
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        subprocess.run([npm, "ci", *options], cwd=PROGRAMS, env=os.environ | {"PATH": path})


def main() -> int:
    print("Installing what the tests of the site need (BROWSER=no leaves them out) …", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    pins = ["--requirement", "requirements-browser.txt", "--constraint", "constraints.txt"]
    if subprocess.run([*pip, *pins], cwd=ROOT).returncode != 0:
        return 1
    npm_packages()
    if chromium() is None:
        apt.install("Chromium", "chromium")
    for name in missing():
        print(HELP.format(missing=name, remedy=REMEDIES[name]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
