"""Making the site: what cannot be made leaves everything as it was and says why; and no more of
the book is executed than what can have changed."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

import psutil
import pytest

from literate import files
from literate.run.cache import machinery

SITE = ("micrograd", "_build/html")


@pytest.fixture
def refuses(built_book):
    """Makes the site, and checks that it was refused in these words and nothing was touched."""

    def make(*told, command="book", **environment):
        before = built_book.snapshot(*SITE)
        assert len(before) > 20
        result = built_book.literate(command, **environment)
        result.tells("To fix it: ", *told)
        assert "Traceback" not in result.text, result.text
        assert built_book.snapshot(*SITE) == before

    return make


@contextlib.contextmanager
def disk_of(megabytes, place):
    """A disk of its own at a place; only who may mount one has it."""
    place.mkdir()
    options = ["-o", f"size={megabytes}m", "tmpfs", place]
    if subprocess.run(["mount", "-t", "tmpfs", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk takes the rights of root")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


# Full while the chapters run, while the pages are built, while the site is copied.
@pytest.mark.parametrize("megabytes", [2, 4, 9])
def test_a_disk_that_fills(whole_small_book, make_small_book, tmp_path, megabytes):
    place = tmp_path / "disk"
    with disk_of(megabytes, place):
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(whole_small_book, place, dirs_exist_ok=True, ignore=without)
        book = make_small_book(place)
        before = book.snapshot("micrograd")
        result = book.literate("book")
        result.tells("disk: the disk is full\n  To fix it: make room")
        assert "Traceback" not in result.text, result.text
        assert book.snapshot("micrograd") == before
        assert not [*(place / "_build").glob("html*")]


def test_two_commands_at_once(built_book, refuses):
    with files.alone(built_book.root):
        refuses("_build: another command is at work", "wait until it has ended")


def test_no_more_is_executed_than_what_can_have_changed(built_book):
    """One change after the other, each with a site that is made of it."""

    def executes(*slugs):
        result = built_book.literate("book")
        assert result.status == 0, result.text
        found = re.findall(r"executed \d+ of \d+: book/(\w+)\.md", result.text)
        assert sorted(found) == [*slugs]

    def shows(page, words):
        return words in (built_book.root / f"_build/html/book/{page}.html").read_text("utf-8")

    before = built_book.snapshot("micrograd")
    built_book.edit("book/aside.md", "builds on no other", "builds on none")
    executes()
    assert shows("aside", "builds on none")
    assert built_book.snapshot("micrograd") == before, "the package was touched"
    # A cell is a matter of its chapter, and so is a definition that nothing builds on.
    built_book.edit("book/count.md", "root = 2**0.5", "root = 3**0.5")
    built_book.edit("tests/outputs/count.yml", "1.414213562", "1.732050808")
    executes("count")
    assert shows("count", "1.732050808")
    built_book.edit("book/step.md", "self.n += 1", "self.n = self.n + 1")
    executes("step")
    # One that others take up is theirs, too.
    built_book.edit("book/count.md", 'f"Counter({self.n})"', 'f"Counts({self.n})"')
    built_book.edit("tests/outputs/count.yml", "Counter(3)", "Counts(3)")
    built_book.edit("tests/outputs/step.yml", "Counter(4)", "Counts(4)")
    executes("count", "step")
    assert shows("step", "Counts(4)")
    assert "Counts(" in (built_book.root / "micrograd/engine.py").read_text("utf-8")
    settings = (built_book.root / "book/matplotlibrc").read_text("utf-8")
    built_book.write("book/matplotlibrc", settings + "\n# changed\n")
    executes("aside", "count", "step")


def test_what_belongs_to_the_machinery(small_book):
    for path in ("literate/run/kernel.py", "requirements.txt", "constraints.txt"):
        before = machinery(small_book.root)
        text = (small_book.root / path).read_text("utf-8")
        small_book.write(path, text + "\n# changed\n")
        assert machinery(small_book.root) != before, path


def test_a_chapter_with_a_syntax_error(built_book, refuses):
    built_book.edit("book/aside.md", "1 + 1", "1 + + ")
    line = built_book.line("book/aside.md", "1 + +")
    refuses(f"{line}: the cell is not Python: invalid syntax", "correct the code there")
    refuses(f"{line}: the cell is not Python: invalid syntax", command="tangle")
    refuses(f"{line}: the cell is not Python: invalid syntax", command="outputs")


def test_a_cell_that_raises(built_book, refuses):
    built_book.edit("book/aside.md", "1 + 1", "one = 1\none / 0")
    line = built_book.line("book/aside.md", "one / 0")
    refuses(f"{line}: the cell raises ZeroDivisionError", "correct it, or", command="outputs")
    # Not even the definition is written that could be.
    built_book.edit("book/step.md", "self.n += 1", "self.n += 2")
    for _ in range(2):
        refuses(f"{line}: the cell raises ZeroDivisionError: division by zero", "correct it, or")


def test_a_page_that_shows_something_else_than_expected(built_book, refuses):
    """Each cell of which this is so is told, and again where nothing is executed any more."""
    page = (built_book.root / "book/aside.md").read_text("utf-8")
    plot = "import matplotlib.pyplot as plt\n\nys = [4, 5, 6]\nplt.scatter([1, 2, 3], ys);"
    alternative = "---\nmystnb: {image: {alt: Three points.}}\n---\n"
    raises = ":tags: [raises-exception]\n1 / zero"
    cells = "".join(
        f"\n```{{code-cell}} python\n{code}\n```\n" for code in (alternative + plot, raises)
    )
    built_book.write("book/aside.md", page + cells)
    built_book.expect()
    # Pages whose expectations alone have changed, and one that has changed itself.
    built_book.edit("tests/outputs/count.yml", "value: Counter(3)", "value: Counter(4)")
    built_book.edit("tests/outputs/count.yml", "and ''int''", "and ''float''")
    built_book.edit("book/aside.md", "[4, 5, 6]", "[4, 5.1, 6]")
    built_book.edit("book/aside.md", "1 / zero", "1 / 2")
    built_book.edit("book/aside.md", "1 + 1", "import warnings\nwarnings.warn('careful')\n1 + 1")
    built_book.edit("book/aside.md", 'print("apart")', "import os\nprint(os.getcwd())")
    line = built_book.line
    for _ in range(2):
        refuses(
            f"{line('book/count.md', 'one = Counter(3)')}: value differently than expected",
            f"{line('book/count.md', 'one + 1')}: raises differently than expected",
            f"{line('book/aside.md', 'import matplotlib')}: plots differently than expected",
            "3 from (1, 4) to (3, 6), weighing (3.3333333, 7.8833333)",
            f"{line('book/aside.md', 'import warnings')}: the cell writes to stderr:"
            " UserWarning: careful",
            f"{line('book/aside.md', '1 / 2')}: the cell is tagged raises-exception, and raises"
            " nothing",
            f"{line('book/aside.md', 'import os')}: the cell prints a folder",
            "run 'make outputs' and review the diff",
        )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("open('/etc/hostname')", "the cell reads /etc/hostname, which another machine does not"),
        ("while True:\n    print('x')", "the cell shows more than 100,000 characters"),
    ],
)
def test_a_cell_that_does_what_it_may_not(built_book, refuses, code, told):
    built_book.edit("book/aside.md", "1 + 1", f"a = 1\n{code}")
    place, line = built_book.line("book/aside.md", "a = 1").split(":")
    refuses(f"{place}:{int(line) + 1 + code.count(chr(10))}: {told}")


def interrupted(built_book, program):
    """Make the site, and as when someone types Ctrl-C while a program is at work, interrupt all of
    the group; return what was running, when nothing of that was to be left."""
    before = built_book.snapshot(*SITE)
    with built_book.started("book") as command:
        running = []
        while not running:
            # One that has ended in between has no command line any more.
            with contextlib.suppress(psutil.NoSuchProcess):
                running = [p for p in psutil.Process(command.pid).children(recursive=True)
                           if program in " ".join(p.cmdline())]  # fmt: skip
            time.sleep(0.1)
        time.sleep(1)
        os.killpg(command.pid, signal.SIGINT)
        told, _ = command.communicate(timeout=30)
    assert command.returncode == 130, told
    assert told.rstrip().endswith("Stopped. The package and the site are as they were."), told
    assert "Traceback" not in told
    assert not psutil.wait_procs(running, timeout=5)[1], f"{program} stays"
    assert built_book.snapshot(*SITE) == before


def test_an_interrupt_while_chapters_run(built_book):
    """It does not reach the kernels."""
    built_book.edit("book/aside.md", "1 + 1", "import time\ntime.sleep(60)")
    built_book.edit("_config.yml", "timeout: 30", "timeout: 100")
    interrupted(built_book, "ipykernel_launcher")


def test_an_interrupt_while_pages_are_built(built_book):
    built_book.edit("book/step.md", "self.n += 1", "self.n = self.n + 1")
    # So long that it is at work for certain.
    built_book.edit(
        "literate/weave/extension.py", "    root = Path(app.srcdir)\n    try:",
        "    import time\n\n    time.sleep(60)\n    root = Path(app.srcdir)\n    try:",
    )  # fmt: skip
    interrupted(built_book, "jupyter-book build")
    assert not (built_book.root / "_build/weave").exists(), "the next build would go on with it"


def test_a_page_that_shows_something_else_than_its_cells(built_book, refuses):
    """What stands between the kernels and the reader has to leave the outputs as they are."""
    built_book.edit(
        "literate/weave/pictures.py", "        app: Any = self.app\n",
        "        app: Any = self.app\n        for text in [*self.document.findall(nodes.Text)]:\n"
        "            changed = nodes.Text(text.replace('414213562', '414213563'))\n"
        "            text.parent.replace(text, changed)\n",
    )  # fmt: skip
    refuses(
        f"{built_book.line('book/count.md', 'root = 2')}: book/count.html shows stdout: the root"
        " of two is 1.414213563\n  and the cell has stdout: the root of two is 1.414213562"
    )


def test_a_kernel_that_dies(built_book, refuses):
    built_book.edit("book/aside.md", "1 + 1", "import os\nos._exit(1)")
    line = built_book.line("book/aside.md", "import os")
    refuses(f"{line}: the kernel died in this cell", "run the chapter in Jupyter")


def test_a_cell_that_runs_past_its_time_limit(built_book, refuses):
    built_book.edit("_config.yml", "timeout: 30", "timeout: 2")
    built_book.edit("book/aside.md", "1 + 1", "import time\ntime.sleep(60)")
    line = built_book.line("book/aside.md", "import time")
    refuses(f"{line}: the cell ran longer than 2 seconds", "'execute: timeout:' in _config.yml")


def test_no_graphviz(refuses):
    refuses(
        "Graphviz: the program 'dot', which draws the graphs, is not on the PATH",
        "sudo apt-get install graphviz",
        PATH="",
    )


@pytest.fixture
def read_only(built_book):
    """The built book in folders that cannot be written."""
    folders = [path for path in built_book.root.rglob("*") if path.is_dir()]
    for folder in [built_book.root, *folders]:
        folder.chmod(0o555)
    yield built_book
    for folder in [built_book.root, *folders]:
        folder.chmod(0o755)


def test_a_read_only_folder(read_only, refuses):
    refuses("cannot write: Permission denied", "make the folder writable, or work in a copy")


def test_a_read_only_package(built_book, refuses):
    built_book.edit("book/step.md", "self.n += 1", "self.n += 2")
    folder = built_book.root / "micrograd"
    folder.chmod(0o555)
    try:
        told = "cannot write: Permission denied", "make the folder writable"
        refuses("micrograd/engine.py: ", *told, command="tangle")
        refuses("micrograd: ", *told)
    finally:
        folder.chmod(0o755)


def test_a_table_of_contents_that_names_a_missing_file(built_book, refuses):
    os.remove(built_book.root / "book/aside.md")
    refuses("_toc.yml: it names book/aside.md, and there is no such file", "or take its line out")


def test_a_chapter_that_is_not_utf8(built_book, refuses):
    text = (built_book.root / "book/aside.md").read_bytes()
    (built_book.root / "book/aside.md").write_bytes(text.replace(b"apart", b"gr\xfc\xdfe"))
    refuses("book/aside.md:11: the file is not UTF-8", "save it with the encoding UTF-8")


def test_a_link_that_leads_nowhere(built_book, refuses):
    """To an equation, which only the builder of the pages knows."""
    built_book.edit("book/step.md", "self.n += 1", "self.n = self.n + 1")
    built_book.edit("book/aside.md", "no other.", "no other, see {eq}`nowhere`.")
    refuses("the pages could not be built", "aside.md", "nowhere")
    assert not (built_book.root / "_build/weave").exists(), "the next build would go on with it"


def test_settings_that_cannot_be_read(built_book, refuses):
    built_book.edit("_config.yml", "timeout: 30", "timeout: [30")
    refuses("_config.yml: cannot be read: ", "expected ',' or ']'", "correct it")


def test_a_repository_without_its_url(built_book, refuses):
    text = (built_book.root / "_config.yml").read_text("utf-8")
    built_book.write("_config.yml", f"{text}repository: https://github.com/ada/counting\n")
    told = "_config.yml: 'repository' has no address below 'url'"
    refuses(told, "write 'repository: {url: https://…}'")
