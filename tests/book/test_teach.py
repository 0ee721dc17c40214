"""The page for teachers: each of its commands is run, after what it tells the teacher to do.

The book that they are run on is the small one, because they take minutes on the real one: its
`make test` runs every cell and those of our tests that fit every book. They are run as they stand
on the page, by the same Makefile; only the virtual environment is set up already, and is ours.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from literate.provide import browser
from literate.read.markdown import read_page

GUIDE = Path(__file__).parents[2] / "book" / "teach.md"
MAKES = ("Makefile", "requirements-browser.txt", "requirements-pytorch.txt",
         "requirements-nbgrader.txt", "tests/site/package-lock.json")  # fmt: skip
STAMPS = "ready", "pytorch", "browser", "nbgrader", "live"
HEADER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

"""


def blocks(language: str) -> dict[str, list[str]]:
    """The listings of the guide in this language, by the section that they stand in."""
    found: dict[str, list[str]] = {}
    section = ""
    for block in read_page(GUIDE, GUIDE.read_text("utf-8")).walk():
        if block.kind == "heading":
            section = block.source
        elif block.kind == "listing" and block.title == language:
            found.setdefault(section, []).append(block.token.content)
    return found


COMMANDS = {section: "".join(some).splitlines() for section, some in blocks("bash").items()}


class Teacher:
    """Who has a copy of the book, and does what a section of the guide says, line by line."""

    def __init__(self, book, section: str) -> None:
        self.book, self.left = book, [*COMMANDS[section]]

    def does(self, line: str):
        """Run the next line of the guide, which is this one, and which shall succeed."""
        done = self.tries(line)
        assert done.status == 0, done.text
        return done

    def tries(self, line: str):
        """The same for a line that may be refused."""
        assert self.left[:1] == [line], f"the guide has other commands here: {self.left}"
        del self.left[0]
        return self.book.shell(line)

    def does_again(self, line: str):
        done = self.book.shell(line)
        assert done.status == 0, done.text
        return done


@pytest.fixture
def teacher(request, root):
    """Knows the commands of the section that the test is named for; at its end, all were run."""
    asked = request.node.get_closest_marker("section")
    small_book = request.getfixturevalue(
        "built_book" if asked.kwargs.get("built") else "small_book"
    )
    for name in MAKES:
        (small_book.root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, small_book.root / name)
    # As make leaves it: what is installed, and, newer than that, the stamps.
    ours = small_book.root / ".venv"
    ours.mkdir()
    for found in Path(sys.prefix).iterdir():
        if found.name not in ("bin", *STAMPS):
            (ours / found.name).symlink_to(found)
    (ours / "bin").mkdir()
    for program in Path(sys.prefix, "bin").iterdir():
        # The Python in it is one that has imported the libraries already: see tests/warm.py.
        warm = program.name == "python"
        (ours / "bin" / program.name).symlink_to(small_book.python if warm else program)
    for stamp in STAMPS:
        (ours / stamp).touch()
    made = Teacher(small_book, asked.args[0])
    yield made
    assert not made.left, f"nothing here runs these commands of the guide: {made.left}"


NOTEBOOKS = "Notebooks for your course"
RENAME = "Rename it"
DROP = "Drop a chapter"
UPSTREAM = "Take over what the original changes"
BETWEEN = "Put a chapter between two others"
ANEW = "Write a chapter anew"
TRANSLATE = "Translate a chapter"
BESIDE = "Two languages side by side"
GRADE = "Grade what comes back"
SLIDES = "Slides for your lecture"
PAPER = "The book on paper"
OFFLINE = "The site, on paper and without a network"
section = pytest.mark.section


def test_each_section_with_commands_is_walked_through_here():
    sections = {
        NOTEBOOKS,
        GRADE,
        SLIDES,
        RENAME,
        DROP,
        UPSTREAM,
        BETWEEN,
        ANEW,
        TRANSLATE,
        BESIDE,
        PAPER,
        OFFLINE,
    }
    assert {*COMMANDS} == sections


def test_no_listing_escapes():
    """Looked for in a way that knows nothing of Markdown."""
    text = GUIDE.read_text("utf-8")
    assert len(re.findall(r"^ *(?:`{3,}|~{3,}) *(?:bash|sh|shell|console)\b", text, re.M)) == sum(
        map(len, blocks("bash").values())
    )
    said = re.findall(
        r"`([^`]*\b(?:make \w+|-m literate)\b[^`]*)`", re.sub("(?s)```.*?```", "", text)
    )
    every = {line for lines in COMMANDS.values() for line in lines}
    assert {*said} <= every, "a command in the text is in no listing"


@section(NOTEBOOKS)
def test_the_notebooks(teacher):
    build = teacher.book.root / "_build"
    for command in ("notebooks", "student", "instructor"):
        told = teacher.does(f"make {command}")
        assert f"3 notebooks are in _build/{command}" in told.text
        assert len([*(build / command).glob("*.ipynb")]) == 3


@section(GRADE)
def test_grading(teacher, small_exercise):
    """What is judged how: tests/grade/test_grade.py."""
    book = teacher.book
    path = book.root / "book/count.md"
    path.write_text(path.read_text("utf-8") + small_exercise, "utf-8")
    assert book.literate("student").status == 0
    made = (book.root / "_build/student/count.ipynb").read_text("utf-8")
    (book.root / "returned").mkdir()
    for who, answer in (("ada", "return 2 * x"), ("bo", "return x")):
        mine = re.sub(r"raise NotImplementedError\(.*?\)", answer, made)
        (book.root / f"returned/{who}.ipynb").write_text(mine, "utf-8")
    told = teacher.does("make grade WORK=returned").text
    assert re.search(r"^ada +1/1 +1/1$", told, re.M) and re.search(r"^bo +0/1 +0/1$", told, re.M)
    table = (book.root / "_build/grades/grades.csv").read_text("utf-8")
    assert table == "student,double,points,of\nada,1,1,1\nbo,0,0,1\n"
    assert "not 1.5" in (book.root / "_build/grades/bo.html").read_text("utf-8")
    book.shell("make grade").tells("say where the returned notebooks are: make grade WORK=folder")


@section(RENAME)
def test_renaming(teacher, root):
    book = teacher.book
    shutil.copyfile(root / "tests/read/test_settings.py", book.root / "tests/test_settings.py")
    book.edit("_config.yml", "title: A small book", "title: Counting for beginners\ncourse: CS 101")
    repository = "repository: {url: https://github.com/ada/counting}"
    book.edit("_config.yml", "author: Nobody in particular", f"author: Ada Example\n{repository}")
    book.edit("book/index.md", "# A small book", "# {{ title }}")
    book.write("CITATION.cff", "title: A small book\nauthors: [{name: Nobody in particular}]\n"
               "repository-code: https://example.net\n")  # fmt: skip
    teacher.tries("make test").tells(
        "README.md begins with the title of _config.yml", "test_the_citation_agrees",
        "2 failed",
    )  # fmt: skip
    book.write("CITATION.cff", "title: Counting for beginners\nauthors: [{name: Ada Example}]\n"
               "repository-code: https://github.com/ada/counting\n")  # fmt: skip
    book.edit("README.md", "# A small book", "# Counting for beginners")
    teacher.does_again("make test")


@pytest.fixture
def lists(teacher, root):
    """The lists that know the chapters, in which only what is said of `aside` has to go."""
    book = teacher.book
    for name in ("stumbling", "timeline", "glossary"):
        shutil.copyfile(root / f"tests/book/test_{name}.py", book.root / f"tests/test_{name}.py")
    (book.root / "tests/package").mkdir()
    book.write("tests/package/test_aside.py", "from micrograd import Apart\n")
    path = book.root / "book/aside.md"
    path.write_text(
        path.read_text("utf-8").replace(
            "file_format: mystnb\n",
            "file_format: mystnb\nproven_by: [tests/package/test_aside.py]\n",
        ),
        "utf-8",
    )
    met = '{chapter: aside, section: "Aside", as: aside}'
    more = "".join(f'- {{stumble: "{n}", met: [], left_out: here}}\n' for n in range(15))
    book.write("book/stumbling.yml", f"- stumble: Apart\n  met: [{met}]\n{more}")
    first, last = "{timecode: '00:00:01'}", "{timecode: '00:00:02'}"
    book.write("book/timeline.yml",
               f"covered_until: '00:00:02'\nmoments:\n  - {first}\n  - {last}\n")  # fmt: skip
    book.edit("book/count.md", "# Count", "# Count {timecode}`00:00:01`")
    book.edit("book/aside.md", "# Aside\n\nThis chapter",
              "# Aside {timecode}`00:00:02`\n\nThis {term}`chapter`")  # fmt: skip
    words = "```{glossary}\nbook\n  A whole.\n\nchapter\n  A part.\n```\n"
    others = "| here | elsewhere | where |\n|---|---|---|\n| {term}`book` | volume | shelves |\n"
    book.write("book/glossary.md", f"# Words\n\n{words}\n## What others call it\n\n{others}")
    book.edit("_toc.yml", "- file: book/aside", "- file: book/aside\n  - file: book/glossary")
    book.edit("book/index.md", "# A small book",
              "# A small book\n\nA {term}`book`, and {doc}`aside`.")  # fmt: skip


@section(DROP)
def test_dropping(teacher, lists):
    book = teacher.book
    book.edit("_toc.yml", "  - file: book/aside\n", "")
    teacher.tries("make tangle").tells(
        "book/index.md:3: a link to the page 'aside', which is not in _toc.yml"
    )
    book.edit("book/index.md", ", and {doc}`aside`", "")
    told = teacher.does_again("make tangle")
    assert "Left out, because _toc.yml does not name them: book/aside.md" in told.text
    told = teacher.does("make test")
    assert "this proves book/aside.md, which is not in _toc.yml" in told.text


@pytest.fixture
def git(teacher):
    """Runs git on the teacher's copy, which has a repository."""

    def run(*command: str) -> str:
        return subprocess.run(
            ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.net", *command],
            cwd=teacher.book.root, check=True, capture_output=True, encoding="utf-8",
        ).stdout  # fmt: skip

    run("init", "--quiet")
    teacher.book.write(".gitignore", ".venv/\n_build/\nmicrograd/after/\n")
    return run


@pytest.fixture
def upstream(teacher, git, tmp_path):
    """The original, from which the teacher's copy was cloned; returns what runs git there."""
    git("add", "--all")
    git("commit", "--quiet", "--message", "The original")
    there = tmp_path / "upstream"
    git("clone", "--quiet", ".", str(there))
    git("remote", "add", "upstream", str(there))
    for name, value in (("user.name", "Ada"), ("user.email", "ada@example.net")):
        git("config", name, value)

    def change(path: str, old: str, new: str) -> None:
        file = there / path
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
        subprocess.run(
            ["git", "-c", "user.name=Bo", "-c", "user.email=bo@example.net", "commit", "--quiet",
             "--all", "--message", "Goes on"], cwd=there, check=True,
        )  # fmt: skip

    git("branch", "-M", "main")
    subprocess.run(["git", "branch", "-M", "main"], cwd=there, check=True)
    return change


@section(UPSTREAM)
def test_merging(teacher, git, upstream, root):
    """Both change a chapter, the package and what is expected; one drops a chapter of the other."""
    book = teacher.book
    shutil.copyfile(root / ".gitattributes", book.root / ".gitattributes")
    book.edit("book/count.md", "Something that counts.", "Something that can count.")
    book.edit("book/count.md", "def __init__(self, start):", "def __init__(self, start=1):")
    book.edit("book/count.md", "one = Counter(3)", "one = Counter(3 + 0)")
    book.edit("_toc.yml", "  - file: book/aside\n", "")
    git("rm", "--quiet", "book/aside.md", "tests/outputs/aside.yml")
    book.expect()
    git("add", "--all")
    git("commit", "--quiet", "--message", "A course")
    # The same files change there: the package, the outputs of two chapters, one that we dropped.
    upstream("book/step.md", "self.n += 1", "self.n += 2")
    upstream("tests/outputs/step.yml", "Counter(4)", "Counter(5)")
    upstream("micrograd/engine.py", "self.n += 1", "self.n += 2")
    upstream("book/count.md", 'f"Counter({self.n})"', 'f"Count({self.n})"')
    upstream("book/count.md", ">>> Counter(2)\n    Counter(2)", ">>> Counter(2)\n    Count(2)")
    upstream("micrograd/engine.py", 'f"Counter({self.n})"', 'f"Count({self.n})"')
    upstream("tests/outputs/count.yml", "value: Counter(3)", "value: Count(3)")
    upstream("tests/outputs/aside.yml", "apart", "apart, there")
    for line in ("git fetch upstream", "git merge upstream/main"):
        teacher.tries(line)
    told = teacher.tries("make merged")
    assert told.status == 0, told.text
    assert "The merge is concluded" in told.text
    assert not git("status", "--porcelain", "--untracked-files=no")
    made = (book.root / "micrograd/engine.py").read_text("utf-8")
    assert "start=1" in made and "self.n += 2" in made and 'f"Count(' in made
    assert "Count(5)" in (book.root / "tests/outputs/step.yml").read_text("utf-8")
    assert not (book.root / "tests/outputs/aside.yml").exists()
    again = book.shell("make merged")
    assert again.status == 0 and "there is nothing to do" in again.text


@section(UPSTREAM)
def test_merging_the_same_lines(teacher, git, upstream):
    book = teacher.book
    book.edit("book/count.md", "Something that counts.", "It counts.")
    git("commit", "--quiet", "--all", "--message", "A course")
    upstream("book/count.md", "Something that counts.", "What counts.")
    upstream("book/aside.md", "1 + 1", "1 + 2")
    for line in ("git fetch upstream", "git merge upstream/main"):
        teacher.tries(line)
    place = book.line("book/count.md", "<<<<<<< ")
    told = teacher.tries("make merged")
    told.tells(f"{place}: here both of you have changed the same lines", "git add book/count.md")
    text = (book.root / "book/count.md").read_text("utf-8")
    ours = re.sub(r"(?s)<<<<<<< .*?\n(.*?)=======\n.*?>>>>>>> .*?\n", r"\1", text)
    book.write("book/count.md", ours)
    git("add", "book/count.md")
    told = book.shell("make merged")
    assert told.status == 0 and "The merge is concluded" in told.text, told.text
    assert "3" in (book.root / "tests/outputs/aside.yml").read_text("utf-8")


BETWEEN_TEXT = f"""{HEADER}# Between

```{{code-cell}} python
from literate.cells import reopen
from micrograd.after.count import Counter
```

```{{code-cell}} python
:tangle: micrograd/engine.py
@reopen
class Counter:
    def twice(self):
        return Counter(2 * self.n)
```

```{{code-cell}} python
Counter(3).twice()
```
"""


@section(BETWEEN)
def test_inserting(teacher, git):
    book = teacher.book
    git("add", "--all")
    book.write("book/between.md", BETWEEN_TEXT)
    (line,) = blocks("yaml")[BETWEEN]
    book.edit("_toc.yml", "  - file: book/step", f"  {line.strip()}\n  - file: book/step")
    teacher.does("make tangle")
    assert "def twice" in (book.root / "micrograd/engine.py").read_text("utf-8")
    teacher.does("make outputs")
    teacher.does("git add --intent-to-add tests/outputs")
    assert "\n+  value: Counter(6)\n" in teacher.does("git diff tests/outputs").text
    # The next chapter begins where it began, until it says otherwise.
    book.edit("book/step.md", "from micrograd.after.count", "from micrograd.after.between")
    book.edit("book/step.md", "Counter(3).step()", "Counter(3).step().twice()")
    book.edit("tests/outputs/step.yml", "cell: Counter(3).step()\n  value: Counter(4)",
              "cell: Counter(3).step().twice()\n  value: Counter(8)")  # fmt: skip
    teacher.does_again("make test")


OWN = f"""{HEADER}# Counting, told otherwise

```{{code-cell}} python
:tangle: micrograd/engine.py
class Counter:
    def __init__(self, n=0):
        self.n = n

    def __repr__(self):
        return f"Counter({{self.n}})"
```

```{{code-cell}} python
assert repr(Counter()) == "Counter(0)"
```
"""


@section(ANEW)
def test_writing_anew(teacher):
    """What happens where the names or what they can do are others: tests/book/test_fork.py."""
    teacher.book.write("book/count.md", OWN)
    for command in ("make tangle", "make outputs", "make test"):
        teacher.does(command)


@section(TRANSLATE)
def test_translating(teacher, git):
    book, (show, compare) = teacher.book, teacher.left
    path = re.search(r"origin/main:(\S+)", show)[1]
    original = (book.root / "book/count.md").read_text("utf-8")
    book.write(path, original)
    git("add", "--all")
    git("commit", "--quiet", "--message", "The original")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    book.write(path, original.replace("# Count", "# Zählen").replace("Counts", "Zählt"))
    # As it is after the set-up.
    (book.root / "_build").mkdir()
    teacher.does(show)
    assert "All 5 cells of" in teacher.does(compare).text
    book.edit(path, "one = Counter(3)", "eins = Counter(3)")
    book.shell(compare).tells("there: one = Counter(3)", "here:  eins = Counter(3)")


@section(BESIDE)
def test_two_languages(teacher):
    """What the pages say then: tests/editions/test_translation.py."""
    book, (languages,) = teacher.book, blocks("yaml")[BESIDE]
    settings = (book.root / "_config.yml").read_text("utf-8")
    book.write("_config.yml", f"{settings}\n{languages}")
    path = teacher.left[0].split()[-1]
    text = (book.root / "book/count.md").read_text("utf-8")
    original = f"book/{Path(path).name}"
    book.write(original, text)
    (book.root / path).parent.mkdir()
    book.write(path, text.replace("# Count", "# Zählen"))
    teacher.does(teacher.left[0])
    # The small book has no such chapter.
    (book.root / original).unlink()
    assert "The book in Deutsch:" in teacher.does("make book").text
    assert (book.root / "_build/html/de/book/count.html").is_file()


@section(SLIDES, built=True)
def test_making_slides(teacher):
    teacher.does("make slides")
    assert (teacher.book.root / "_build/slides/count.html").is_file()
    assert "count.html" in (teacher.book.root / "_build/slides/index.html").read_text("utf-8")


@section(PAPER, built=True)
@pytest.mark.skipif(
    os.environ.get("BROWSER") == "no" or bool(browser.missing()),
    reason="the book is printed by the browser, which the tests do without here",
)
def test_printing(teacher):
    teacher.does("make pdf")
    assert (teacher.book.root / "_build/book.pdf").read_bytes().startswith(b"%PDF")


@section(OFFLINE, built=True)
def test_packing(teacher):
    teacher.does("make offline")
    with zipfile.ZipFile(teacher.book.root / "_build/offline.zip") as archive:
        assert {"book/index.html", "book/book/count.html"} <= {*archive.namelist()}
