"""A chapter that needs a module: what happens where it is not installed, and what make installs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import bs4
import pytest
from docutils import nodes
from docutils.utils import new_document

from literate.provide import browser, live, npm, torch
from literate.read.chapter import read_chapter
from literate.read.model import OPTIONAL
from literate.read.settings import Words
from literate.weave.exercises import weave_missing

MODULE = "a_module_that_is_not_there"
HEADER = """\
---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
needs: {needs}
---

# More

Text.

"""
CELL = "```{{code-cell}} python\n{}\n```\n"
USE = CELL.format(f"import {MODULE}\n\n6 * {MODULE}.SEVEN")


def more(needs=f"[{MODULE}]", cells=USE):
    return HEADER.format(needs=needs) + cells


def add(book, text):
    book.write("book/more.md", text)
    book.edit("_toc.yml", "- file: book/step", "- file: book/more\n  - file: book/step")


@pytest.fixture
def needy_book(small_book):
    """The small book with a chapter in its middle that needs what is not there."""
    add(small_book, more())
    return small_book


def read(text):
    return read_chapter(Path("book/more.md"), text)


def test_the_header_says_what_a_chapter_needs():
    chapter = read(more(f"[json, {MODULE}]"))
    assert (chapter.needs, chapter.missing) == (("json", MODULE), [MODULE])
    assert read(more("[json]", "")).missing == []
    assert read(more("[]", "")).needs == ()


REFUSED = {
    "no-list": (more("torch", ""), 1, "'torch', is not a list of modules", "'needs: [torch]'"),
    "no-module": (more("[3.5]", ""), 1, "'[3.5]', is not a list of modules", "'needs: [torch]'"),
    "tangled": (
        more(cells=CELL.format(":tangle: micrograd/engine.py\nx = 1")), 13,
        f"a chapter that needs {MODULE} has code for the package", "drop ':tangle:'",
    ),
    "unsaid": (
        more("[json]", CELL.format("x = 1\nfrom torch.nn import Linear")), 13,
        "the cell imports torch, and the header does not say", "add 'needs: [json, torch]'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, line, reason, remedy = REFUSED[which]
    refused(lambda: read(text), f"book/more.md:{line}: ", reason, remedy)


def test_what_the_book_needs_is_what_make_installs(root, book):
    pinned = re.findall(
        r"^([\w-]+)==", (root / "requirements-pytorch.txt").read_text("utf-8"), re.MULTILINE
    )
    assert set(OPTIONAL) == set(pinned)
    for chapter in book.chapters:
        assert set(chapter.needs) <= set(OPTIONAL), f"{chapter.path}: make does not install that"


def test_its_cells_are_skipped_and_say_why(needy_book):
    result = needy_book.pytest()
    assert result.status == 0, result.text
    assert re.search(r"passed, 2 skipped", result.text)
    assert (
        f"book/more.md needs {MODULE}, which is not installed: install {MODULE} into .venv"
        in result.text
    )


def test_its_text_is_checked_all_the_same(needy_book):
    needy_book.edit("book/more.md", "6 * ", "6 * * ")
    needy_book.read().tells("book/more.md:14: the cell is not Python")


def test_a_chapter_whose_needs_are_there_is_run(small_book):
    add(small_book, more("[json]", CELL.format("import json\n\njson.dumps([1 / 0])")))
    small_book.pytest().tells("book/more.md:14: the cell raises ZeroDivisionError")


def test_a_chapter_can_build_on_what_it_passes_through(needy_book):
    needy_book.edit("book/step.md", "micrograd.after.count", "micrograd.after.more")
    result = needy_book.pytest()
    assert result.status == 0, result.text


def test_its_outputs_are_kept_when_the_others_are_written(needy_book):
    expected = "- {section: More, cell: '6', value: '42'}\n"
    needy_book.write("tests/outputs/more.yml", expected)
    needy_book.edit("book/count.md", "root = 2**0.5", "root = 3**0.5")
    result = needy_book.literate("outputs")
    assert result.status == 0, result.text
    assert f"kept tests/outputs/more.yml: book/more.md needs {MODULE}" in result.text
    assert "wrote tests/outputs/count.yml" in result.text
    assert (needy_book.root / "tests/outputs/more.yml").read_text("utf-8") == expected


def test_its_page_says_what_is_missing_until_it_is_there(built_book):
    """Executed, and not taken for executed, as what it needs comes and goes."""
    add(built_book, more())
    expected = f"- {{section: More, cell: 6 * {MODULE}.SEVEN, value: '42'}}\n"
    built_book.write("tests/outputs/more.yml", expected)

    def built():
        result = built_book.literate("book")
        assert result.status == 0, result.text
        text = (built_book.root / "_build/html/book/more.html").read_text("utf-8")
        page = bs4.BeautifulSoup(text, "html.parser").article
        notes = [" ".join(note.get_text().split()) for note in page.select(".admonition")]
        shown = [output.get_text().strip() for output in page.select(".cell_output")]
        assert page.select_one(".cell_input").get_text().strip().startswith(f"import {MODULE}")
        assert "needs" not in page.get_text().replace("which it needs", "")
        return re.findall(r"(?:executed \d of \d|not executed): (\S+)", result.text), notes, shown

    note = (
        f"The outputs on this page are missing This page was made without {MODULE}, which it "
        "needs. To get the outputs, install it and run make book."
    )
    without = ["book/more.md"], [note], []
    assert built() == without
    built_book.write(f"{MODULE}.py", "SEVEN = 7\n")
    assert built() == (["book/more.md"], [], ["42"])
    (built_book.root / f"{MODULE}.py").unlink()
    assert built() == without


@pytest.fixture
def without_torch(monkeypatch):
    monkeypatch.setattr("literate.read.model.find_spec", lambda name: None)
    return read(more("[torch]", CELL.format("import torch")))


def test_without_pytorch_one_is_told_how_to_get_it(without_torch):
    assert without_torch.lacks("test") == (
        "book/more.md needs torch, which is not installed: run 'make test' without PYTORCH=no"
    )


def test_a_page_without_pytorch_tells_it_at_its_top(root, without_torch):
    document = new_document("more")
    document += nodes.section("", nodes.title("", "More"), nodes.paragraph("", "Text."))
    weave_missing(document, without_torch, Words(root))
    title, note, text = document[0]
    assert (title.astext(), text.astext()) == ("More", "Text.")
    assert note.astext() == (
        "The outputs on this page are missing\n\nThis page was made without torch, which it needs. "
        "To get the outputs, run make book without PYTORCH=no."
    )


def planned(root, *arguments):
    """What `make` says that it would do, if nothing were there yet."""
    inherited = ("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "PYTORCH", "BROWSER", "LIVE")
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *arguments], cwd=root, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name not in inherited},
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("goal", ["book", "test", "outputs", "serve"])
def test_make_installs_pytorch_unless_told_not_to(root, goal):
    status, told = planned(root, goal)
    assert status == 0 and f"torch.py {goal}\n" in told
    status, told = planned(root, goal, "PYTORCH=no")
    assert status == 0 and "torch.py" not in told and ".venv/bin/python -m " in told


@pytest.mark.parametrize("variable", ["PYTORCH", "BROWSER", "LIVE"])
def test_make_refuses_an_answer_it_does_not_understand(root, variable):
    status, told = planned(root, "book", f"{variable}=No")
    assert status and f"{variable} is 'No': say {variable}=no to leave" in told


def test_make_provides_a_browser_for_the_tests_alone(root):
    for arguments, there in (("test",), True), (("test", "BROWSER=no"), False), (("book",), False):
        status, told = planned(root, *arguments)
        assert status == 0 and ("literate.provide.browser" in told) == there, arguments


def test_make_provides_what_the_pages_run_unless_told_not_to(root):
    for arguments, there in (
        (("book",), True), (("book", "LIVE=no"), False),
        (("test",), True), (("test", "BROWSER=no"), False),
    ):  # fmt: skip
        status, told = planned(root, *arguments)
        assert status == 0 and ("literate.provide.live" in told) == there, arguments


def test_without_what_the_pages_run_the_book_is_made_all_the_same(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(live, "EDITOR", tmp_path / "editor.js")
    monkeypatch.setattr(live.npm, "node", lambda: False)
    assert live.main() == 0
    told = capsys.readouterr().err
    assert "the pages are made without it" in " ".join(told.split()) and "LIVE=no" in told


def test_what_the_pages_run_can_be_left_out_where_it_is_installed(monkeypatch):
    here = Path(__file__)
    for name in ("EDITOR", "VIZ"):
        monkeypatch.setattr(live, name, here)
    monkeypatch.setattr(live, "PYTHON", (here,))
    monkeypatch.delenv("LIVE", raising=False)
    assert not live.missing()
    monkeypatch.setenv("LIVE", "no")
    assert live.missing()


def test_what_the_tests_of_the_site_need_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.setattr(browser, "PROGRAMS", tmp_path)
    monkeypatch.setattr(browser.npm, "fault", lambda: "Node does not start")
    assert browser.missing() == ["Chromium", "Node", "npm's packages"]
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(browser.subprocess, "run", lambda *given, **options: done)
    asked = []
    monkeypatch.setattr(browser.apt, "install", lambda *given: asked.append(given))
    assert browser.main() == 0, "without a browser the other tests can be run"
    tried = [package for name, package in asked if name == "Chromium"]
    assert tried == [*browser.PACKAGES_WITH_IT], "where there is no first, the second is installed"
    told = capsys.readouterr().err
    assert "need Chromium. Without it they are skipped" in told
    assert "sudo apt-get install chromium" in told


@pytest.mark.parametrize("helps", [True, False])
@pytest.mark.parametrize("whose", ["beside this Python", "Playwright's"])
def test_node_gets_the_library_that_it_needs_or_the_remedy_is_told(
    monkeypatch, node_without_library, capsys, whose, helps
):
    """A bare container has none, and all that npm says there is that a file is missing."""
    node, asked = node_without_library, []

    def install(name, package):
        asked.append(package)
        if helps:
            node.write_text("#!/bin/sh\n", "utf-8")
        return helps

    monkeypatch.setattr(npm, "PIP", ["true"])
    if whose == "Playwright's":
        monkeypatch.setattr(npm, "driver", lambda: str(node))
    else:
        monkeypatch.setattr(npm, "environment", lambda: {"PATH": f"{node.parent}:/bin:/usr/bin"})
    monkeypatch.setattr(npm.apt, "install", install)
    assert npm.node() == helps and asked == ["libatomic1"]
    told = capsys.readouterr().err
    assert helps or told == (
        "Node does not start (exit status 127): libatomic.so.1: cannot open.\n"
        "To fix it: Debian, Ubuntu: sudo apt-get install libatomic1; then run make again\n"
    )


@pytest.fixture
def chromium(tmp_path, monkeypatch):
    """Names a program that does these lines as the browser."""

    def name(*lines):
        program = tmp_path / "chromium"
        program.write_text("\n".join(["#!/bin/sh", *lines]), "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("CHROMIUM", str(program))
        return str(program)

    return name


OLD = "echo '<html><head></head><body>lacks: [\"the formulas (MathML)\"]</body></html>'"
CRASH = "echo 'Trace/breakpoint trap' >&2; exit 133"
OF_NO_USE = {
    "too-old": (OLD, "is too old: it lacks the formulas (MathML)"),
    "crashes": (CRASH, "does not show an empty page (exit status 133): Trace/breakpoint trap"),
    "says-nothing": ("exit 0", "does not show an empty page (exit status 0): no reason given"),
    "hangs": ("exec sleep 60", "has not shown an empty page in 0.5 seconds"),
}


@pytest.mark.parametrize("which", OF_NO_USE)
def test_a_browser_of_no_use_is_named_with_the_remedy(chromium, monkeypatch, capsys, which):
    line, reason = OF_NO_USE[which]
    program = chromium(line)
    assert browser.chromium() == program
    monkeypatch.setattr(browser, "PATIENCE", 0.5 if which == "hangs" else 120)
    monkeypatch.setattr(browser.npm, "install", lambda pins, place: None)
    run = subprocess.run
    monkeypatch.setattr(
        browser.subprocess, "run",
        lambda command, **options: run("true" if "pip" in command else command, **options),
    )  # fmt: skip
    assert browser.main() == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{program} {reason}.\n") and "CHROMIUM=/path/to/chromium" in told


def test_a_browser_that_is_not_where_it_is_said_to_be_is_not_replaced(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere")
    assert browser.chromium() == "/nowhere"
    assert browser.fault("/nowhere") == ("/nowhere cannot be started: No such file or directory")


def site_tests(root, *options, **environment):
    """How tests of the site end, and what is said of them, when they are run by themselves: without
    the book, which takes long to read and none of them comes to need."""
    outside = {name: v for name, v in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--confcutdir", "tests/site", *options], cwd=root,
        env=outside | environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.skipif(
    os.environ.get("BROWSER") == "no" or bool(browser.missing()), reason="BROWSER=no"
)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_browser_of_no_use_fails_one_test_and_is_told_once(root, chromium, workers):
    program = chromium(CRASH)
    options = ("tests/site/test_themes.py", "--numprocesses", workers)
    status, told = site_tests(root, *options, BROWSER="yes")
    assert status == 1, told
    assert told.count(f"cannot run: {program} does not show an empty page") == 1, told
    assert told.count("the first of them says why they cannot run") < 5, told


def test_without_what_drives_the_browser_the_tests_of_the_site_are_skipped(root, tmp_path):
    for name in ("playwright", "pypdf"):
        text = "raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)\n"
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    options = ("tests/site", "-p", "no:playwright", "--numprocesses", "0")
    status, told = site_tests(root, *options, BROWSER="no", PYTHONPATH=str(tmp_path))
    assert status == 0, told


class Pip:
    """Stands in for pip and uv: does nothing, and fails where it was told to."""

    def __init__(self, monkeypatch, *failing):
        self.failing, self.asked = failing, []
        monkeypatch.setattr(torch.subprocess, "run", self.run)
        monkeypatch.setattr(torch.sys, "argv", ["torch.py", "test"])

    def run(self, command, **options):
        self.asked.append(next(word for word in command if "==" in word))
        failed = any(part in command for part in self.failing)
        told = "some warning\nerror: no network\n  cause: no cable\nhint: wait\n"
        return subprocess.CompletedProcess(command, int(failed), "", told if failed else "")


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setattr(torch, "installed", lambda: "")
    monkeypatch.setattr(torch.metadata, "version", lambda name: "0")


PIN, UV = torch.pin(), torch.UV
WAYS = {
    "the-one-at-hand": ("linux", (), 0, [f"{PIN}+cpu"]),
    "by-uv": ("linux", (f"{PIN}+cpu",), 0, [f"{PIN}+cpu", UV, PIN]),
    "no-uv": ("linux", (f"{PIN}+cpu", UV), 1, [f"{PIN}+cpu", UV]),
    "no-way": ("linux", (f"{PIN}+cpu", PIN), 1, [f"{PIN}+cpu", UV, PIN]),
    "mac": ("darwin", (), 0, [PIN]),
    "old-mac": ("darwin", (PIN,), 1, [PIN]),
}


@pytest.mark.parametrize("which", WAYS)
def test_the_ways_to_install_pytorch(monkeypatch, capsys, no_torch, which):
    platform, failing, status, asked = WAYS[which]
    pip = Pip(monkeypatch, *failing)
    monkeypatch.setattr(torch.sys, "platform", platform)
    assert (torch.main(), pip.asked) == (status, asked)
    told = capsys.readouterr().err
    if status:
        assert "PyTorch could not be installed: error: no network\n    cause: no cable\n" in told
        assert "make test PYTORCH=no" in told
    else:
        assert not told


def test_on_linux_plain_pip_is_never_asked_for_pytorch():
    for way in torch.ways("linux", "constraints.txt"):
        for command in way:
            if PIN in command:
                assert "uv" in command and "cpu" in command


@pytest.mark.parametrize("version", ["", "+cpu", "+cu130"])
def test_pytorch_that_is_there_is_kept(monkeypatch, version):
    found = PIN.removeprefix("torch==") + version
    monkeypatch.setattr(torch.metadata, "version", lambda name: found)
    pip = Pip(monkeypatch)
    assert torch.main() == 0
    assert pip.asked == []


def test_another_pytorch_is_replaced(monkeypatch):
    monkeypatch.setattr(torch.metadata, "version", lambda name: "1.0.0")
    pip = Pip(monkeypatch)
    assert torch.main() == 0
    assert pip.asked
