"""Colab and Binder: the links, what a Binder installs, and the workflow that publishes for both."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from literate.editions import binder
from literate.editions.notebook import Edition
from literate.read.model import Book
from literate.read.settings import Words
from literate.tangle.standalone import standalone
from literate.tangle.tangle import tangle
from literate.weave import launch

GITHUB = "https://github.com/ada/counting"
ANOTHER = (
    "", GITHUB.replace("github.com", "gitlab.com"), GITHUB.replace("github.com", "git.example.edu"),
    GITHUB.replace("github.com", "github.example.edu"), "https://github.com/ada",
    f"{GITHUB}/tree/main",
)  # fmt: skip


@pytest.fixture
def say(root):
    return Words(root)


@pytest.mark.parametrize("address", [GITHUB, f"{GITHUB}/", f"{GITHUB}.git"])
def test_the_links_lead_to_the_notebook_on_its_branch(chapter, say, address):
    assert list(launch.links(address, chapter("x = 1", name="first-steps"), say)) == [
        ("Open in Colab", "https://colab.research.google.com/github/ada/counting/blob/notebooks/"
         "first_steps.ipynb"),
        ("Open in Binder", "https://mybinder.org/v2/gh/ada/counting/notebooks?urlpath=lab/tree/"
         "first_steps.ipynb"),
    ]  # fmt: skip


@pytest.mark.parametrize("address", ANOTHER)
def test_there_are_none_for_a_repository_elsewhere(chapter, say, address):
    assert list(launch.links(address, chapter("x = 1"), say)) == []


def test_a_binder_has_what_the_chapters_import_that_it_is_offered_for(book, tangled, say):
    edition = Edition(book, tangled, say)
    installed = {
        re.split("==", line)[0] for line in binder.files(edition)["requirements.txt"].split()
    }
    imported: set[str] = set()
    for chapter in book.chapters:
        offered = [text for text, _ in launch.links(GITHUB, chapter, say)]
        assert (say("binder") in offered) == (not chapter.needs)
        if chapter.needs:
            (text,) = offered
            assert all(name in text for name in chapter.needs)
        else:
            alone = standalone(chapter, tangled)
            code = "\n".join([*alone.modules.values(), *(c.source for c in alone.cells)])
            imported |= {*re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)}
    for module, package in (("graphviz", "graphviz"), ("matplotlib", "matplotlib"),
                            ("numpy", "numpy"), ("sklearn", "scikit-learn"),
                            ("tqdm", "tqdm")):  # fmt: skip
        assert (module in imported) == (package in installed), module
    assert not installed & {name for chapter in book.chapters for name in chapter.needs}


def test_a_binder_gets_the_books_versions(root, book, tangled, say):
    made = binder.files(Edition(book, tangled, say))
    pins = (root / "constraints.txt").read_text("utf-8").split("\n")
    lines = made["requirements.txt"].split()
    assert lines and set(lines) <= set(pins)
    assert made["runtime.txt"] == "python-3.11\n" and made["apt.txt"] == "graphviz\n"


def test_a_package_without_a_pin_is_installed_all_the_same(chapter, say, root):
    small = Book(root, (chapter("import numpy, somewhere.deep\nfrom os import path"),), {})
    made = binder.files(Edition(small, tangle(small), say))
    assert re.fullmatch(r"numpy==\S+\nsomewhere\n", made["requirements.txt"])
    assert "apt.txt" not in made


@pytest.fixture(scope="module")
def jobs(root):
    text = (root / ".github/workflows/book.yml").read_text("utf-8")
    return yaml.safe_load(text)["jobs"]


def scripts(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_what_the_workflow_makes_can_be_made(root, jobs):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    made = [
        goal
        for job in jobs.values()
        for script in scripts(job)
        for goal in re.findall(r"^make ([a-z]+)", script, re.MULTILINE)
    ]
    assert sorted(made) == ["book", "notebooks", "test"] and set(made) <= targets
    for job in jobs.values():
        needed = job.get("needs", [])
        assert {*([needed] if isinstance(needed, str) else needed)} <= jobs.keys()


def git(place: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(
        ["git", *command], cwd=place, env=os.environ | environment, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_workflow_puts_the_notebooks_alone_on_their_branch(small_book, tmp_path, jobs):
    """Its script is run here, with another repository in the place of GitHub's."""
    job, place, origin = jobs["notebooks"], small_book.root, tmp_path / "origin.git"
    *_, made, published = scripts(job)
    assert made == "make notebooks" and "pull_request" in job["if"]
    assert job["permissions"] == {"contents": "write"}
    person = dict.fromkeys(job["env"], "ada@example.net")
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(place, "init", "--quiet", "--initial-branch", "main")
    git(place, "remote", "add", "origin", str(origin))
    (place / ".gitignore").write_text("_build/\n")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "All of it", **person)
    for number in (1, 2):
        small_book.edit("book/aside.md", "1 + 1", f"1 + {number} + 1")
        assert small_book.literate("notebooks").status == 0
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", published], cwd=place, capture_output=True,
            encoding="utf-8", env=os.environ | person | {"GITHUB_SHA": f"commit{number}"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        small_book.edit("book/aside.md", f"1 + {number} + 1", "1 + 1")
        log = git(origin, "log", "--format=%s", launch.BRANCH)
        assert log == f"The notebooks of commit{number}\n", "it keeps no history"
        names = git(origin, "ls-tree", "-r", "--name-only", launch.BRANCH).split()
        assert names == sorted(p.name for p in (place / "_build/notebooks").iterdir())
        notebook = git(origin, "show", f"{launch.BRANCH}:aside.ipynb")
        assert f"1 + {number} + 1" in notebook
