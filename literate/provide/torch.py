"""Install PyTorch as it computes on the processor, without the gigabytes that serve graphics cards.

`make` runs this once, unless it is told PYTORCH=no. What is there already is kept. On macOS pip
takes the right build by itself. On Linux the one that it finds is made for graphics cards; if pip
has not been given another, uv installs PyTorch, for it knows where the one for processors lies.
"""

import argparse
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINS = ROOT / "requirements-pytorch.txt"
PIP = [sys.executable, "-m", "pip", "install", "--quiet"]
UV = "uv==0.13.9"
HELP = """\
PyTorch could not be installed: {reason}
Two chapters need it. To build and test the book without it:
    make {goal} PYTORCH=no
Or install {pin} with .venv/bin/pip in the way that suits this machine, see https://pytorch.org,
and run make again. On Linux, plain pip takes the one for graphics cards, of several gigabytes."""


def pin() -> str:
    """What is to be installed, such as `torch==2.13.0`."""
    (found,) = re.findall(r"^torch==\S+", PINS.read_text("utf-8"), re.MULTILINE)
    return str(found)


def installed() -> str:
    """What is installed, in the same words, whatever it was built for; empty if nothing is."""
    try:
        return f"torch=={metadata.version('torch').split('+')[0]}"
    except metadata.PackageNotFoundError:
        return ""


def ways(platform: str, constraints: str) -> list[list[list[str]]]:
    """The commands of every way to install it, best first."""
    pinned = ["--constraint", constraints]
    if platform != "linux":
        return [[[*PIP, pin(), *pinned]]]
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    return [
        # From a folder or an index that pip was given: a build for graphics cards has no "+cpu".
        [[*PIP, f"{pin()}+cpu", *pinned]],
        [[*PIP, UV], [*uv, "--torch-backend", "cpu", pin(), *pinned]],
    ]


def provide(constraints: str) -> str:
    """Install it in the first way that works; return why none did, or nothing."""
    reason = ""
    for way in ways(sys.platform, constraints):
        for command in way:
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                reason = _reason(done.stderr)
                break
        else:
            return ""
    return reason


def _reason(told: str) -> str:
    """The lines in which pip or uv said what went wrong."""
    lines = [line.strip() for line in told.strip().splitlines()]
    said = [line for line in lines if line.lower().startswith(("error", "cause"))]
    return "\n    ".join(said or lines[-1:] or ["no reason given"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="literate/provide/torch.py")
    parser.add_argument("goal", nargs="?", default="book", help="what make was asked for")
    parser.add_argument("--constraint", default=str(ROOT / "constraints.txt"))
    options = parser.parse_args()
    if installed() != pin():
        print(f"Installing PyTorch (200 MB; without: make {options.goal} PYTORCH=no) …", flush=True)
        if reason := provide(options.constraint):
            print(HELP.format(reason=reason, goal=options.goal, pin=pin()), file=sys.stderr)
            return 1
    print(f"PyTorch: {metadata.version('torch')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
