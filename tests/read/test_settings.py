"""What is said in two places is the same in both."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from literate.read.model import TITLE


@pytest.fixture(scope="module")
def settings(root: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((root / "_config.yml").read_text("utf-8")))


def test_the_citation_agrees_with_the_settings(root: Path, settings: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["title"] == settings["title"]
    assert ", ".join(_name(author) for author in citation["authors"]) == settings["author"]
    assert citation["repository-code"] == settings["repository"]["url"]


def test_the_readme_has_the_books_title(root: Path, settings: dict[str, Any]) -> None:
    first, _, _ = (root / "README.md").read_text("utf-8").partition("\n")
    assert first == f"# {settings['title']}", "README.md begins with the title of _config.yml"


def test_the_first_page_takes_its_title_from_the_settings(root: Path) -> None:
    text = (root / "book/index.md").read_text("utf-8")
    assert re.search("^# .*", text, re.MULTILINE)[0] == f"# {TITLE}"


def _name(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def test_every_make_command_of_the_texts_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    texts = [root / "README.md", *(root / "book").glob("*.md"), *(root / "literate").rglob("*.py")]
    for text in texts:
        # In code, or at the beginning of a line of a shell listing; with variables or without.
        command = r"(?:[`']|^)make((?: [A-Z]+=\S+)*)(?: ([a-z]+))?(?:[`']|\s*$|\s+#)"
        for match in re.finditer(command, text.read_text("utf-8"), re.MULTILINE):
            if match[2]:
                assert match[2] in targets, f"{text.name}: there is no 'make {match[2]}'"


def test_the_pins_are_of_one_mind(root: Path) -> None:
    """Every pinned requirement has the same version among the constraints."""
    pins = {}
    for name in ("requirements.txt", "requirements-browser.txt", "constraints.txt"):
        found = re.findall(r"^([\w.-]+)==(\S+)", (root / name).read_text("utf-8"), re.MULTILINE)
        pins[name] = {package.lower().replace("_", "-"): version for package, version in found}
    for package, version in (pins["requirements.txt"] | pins["requirements-browser.txt"]).items():
        assert pins["constraints.txt"].get(package) == version, package
