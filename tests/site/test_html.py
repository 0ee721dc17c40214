"""Every page is valid HTML."""

import json
import os
import subprocess
import sys
from pathlib import Path

from literate.provide.browser import PROGRAMS

VALIDATOR = PROGRAMS / "node_modules" / ".bin" / "html-validate"
CONFIGURATION = Path(__file__).with_name("htmlvalidate.cjs")


def test_the_validator_finds_no_error(site, tmp_path):
    # Into a file, because of a pipe it fills no more than a part.
    report = tmp_path / "report.json"
    # It runs on the node that came with the requirements.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [VALIDATOR, "--config", CONFIGURATION, "--formatter", f"json={report}", *site.pages],
        cwd=site.folder, env=os.environ | {"PATH": path}, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert report.exists(), done.stderr
    files = json.loads(report.read_text("utf-8"))
    found = [
        f"{Path(file['filePath']).name}:{error['line']}: {error['message']} ({error['ruleId']})"
        for file in files
        for error in file["messages"]
    ]
    assert not found, "\n".join(found)
    assert done.returncode == 0, done.stderr


def test_a_drawing_keeps_its_scale(visit, pages_with):
    # The parser behind literate.site writes "viewbox", which HTML reads as SVG's "viewBox".
    with visit(pages_with(".drawing > svg")[0]) as opened:
        widths = opened.page.evaluate(
            "Array.from(document.querySelectorAll('.drawing > svg'), d => d.viewBox.baseVal.width)"
        )
        assert widths and all(widths), widths
