"""Judge the changes of the package that mutmut cannot: those in what runs while it is imported.

mutmut imports the package once and forks for each change, so it sees nothing of these. Here each
gets a process of its own. `make mutants` runs this behind mutmut, in whose folder the changed
package lies.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

FOLDER = Path("mutants")
CALLED = """\
import sys
names = set()
sys.setprofile(lambda frame, event, _: names.add(
    f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"))
import micrograd
sys.setprofile(None)
print(*names, sep="\\n")
"""
ORIGINAL = "__mutmut_orig"
PATIENCE = 1200
"""Seconds after which tests that have not ended never will."""


def survivors() -> list[str]:
    """The changes that no test noticed, as mutmut names them."""
    told = _run("-m", "mutmut", "results").stdout
    lines = (line.strip() for line in told.splitlines())
    return [line.removesuffix(": survived") for line in lines if line.endswith(": survived")]


def on_import() -> tuple[str, ...]:
    """How the names of changes begin that are in a function that an import calls."""
    names = _run("-c", CALLED, cwd=FOLDER, MUTANT_UNDER_TEST="none").stdout.split()
    return tuple(name.removesuffix("orig") for name in names if name.endswith(ORIGINAL))


def noticed(mutant: str) -> bool:
    """Whether a test of the package fails, or does not end, or it cannot even be imported."""
    asked = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    arguments = asked["pytest_add_cli_args"] + asked["pytest_add_cli_args_test_selection"]
    try:
        run = _run("-m", "pytest", "-x", "-q", *arguments, cwd=FOLDER, MUTANT_UNDER_TEST=mutant)
    except subprocess.TimeoutExpired:
        return True
    return run.returncode != 0


def _run(
    *arguments: str, cwd: Path = Path(), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=os.environ | environment, capture_output=True,
        text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


def main() -> None:
    """Say which changes of those survive, and how many of all have been noticed."""
    begin, left = on_import(), survivors()
    again = [name for name in left if name.startswith(begin)]
    lost = []
    for number, mutant in enumerate(again, start=1):
        if not noticed(mutant):
            lost.append(mutant)
        print(f"\r{number} of {len(again)} that run on import", end="", flush=True)
    print("\nOf these survive:", *lost or ["none"], sep="\n    ")
    counts = json.loads((FOLDER / "mutmut-cicd-stats.json").read_text("utf-8"))
    gone = counts["survived"] + counts["no_tests"] - len(again) + len(lost)
    share = 1 - gone / counts["total"]
    print(f"Noticed: {counts['total'] - gone} of {counts['total']} changes, {share:.1%}")


if __name__ == "__main__":
    main()
