"""The expected outputs: how texts are compared, and how a cell's entry is found."""

import contextlib
import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from literate.prove import elsewhere
from literate.prove.outputs import alike, dump, keys, load, problem, record
from literate.read.error import BookError
from literate.run.here import fresh_process, run
from literate.run.shown import Shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L = -8.0", "L = -8.0"),
        ("0.30000000000000004", "0.3"),
        ("[1.5, -0.25]", "[1.5000000000000002, -0.25]"),
        ("1e-16", "1.0000000000000002e-16"),
        ("0.0", "1e-17"),
        ("", ""),
    ],
)
def test_rounding_in_the_last_digits_is_no_difference(one, other):
    assert alike(one, other) and alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.41421356", "1.41422356"),
        ("0.7071067811865477", "0.7071066904"),
        ("14.003", "14.0030001"),
        ("41", "42"),
        ("41", "41.0"),
        ("1.0", "-1.0"),
        ("0.0", "1e-9"),
        ("Value(data=4.0)", "value(data=4.0)"),
        ("1.0 2.0", "1.0  2.0"),
        ("1.0", "1.0 1.0"),
        ("line", "line\n"),
        ("a1", "a2"),
    ],
)
def test_everything_else_is_a_difference(one, other):
    assert not alike(one, other) and not alike(other, one)


def test_an_inserted_cell_moves_no_other_entry(chapter):
    before = keys(chapter("x = 1", "print(x)", "x = 2", "x"))
    after = keys(chapter("x = 1", "print(x)", "print(x + 1)", "x = 2", "x"))
    assert set(before.values()) <= set(after.values())


def test_cells_that_end_alike_are_counted(chapter):
    found = keys(chapter("print(x)", "x = 2\nprint(x)"))
    assert list(found.values()) == [("Title", "print(x)", 0), ("Title", "print(x)", 1)]


def test_what_is_written_is_what_is_read(tmp_path):
    shown = {
        ("One", "f(x)", 0): Shown(value="4.0"),
        ("One", "f(x)", 1): Shown(prints="a\n  b: 'c'\n\n", value="−6 · ½"),
        ("Two: more", "# end", 0): Shown(raises="TypeError: no\n  # such: thing"),
    }
    (tmp_path / "tests/outputs").mkdir(parents=True)
    (tmp_path / "tests/outputs/one.yml").write_text(dump(shown), "utf-8")
    assert load(tmp_path, "one") == shown


def test_cells_that_show_nothing_have_no_entry():
    assert dump({("One", "x = 1", 0): Shown()}) == ""


def test_an_address_is_refused(chapter):
    (cell,) = chapter("object()").cells
    shown = run(cell, {})
    assert "an address, which is another one in every run" in str(problem(cell, shown, shown))


def test_a_difference_is_told_with_both_texts(chapter):
    (cell,) = chapter("3").cells
    assert problem(cell, Shown(value="3"), run(cell, {})) is None
    told = str(problem(cell, Shown(value="4"), run(cell, {})))
    assert told.startswith(
        "book/one.md:9: value differently than expected.\n  Expected:\n    4\n  Now:\n    3"
    )
    assert "make outputs" in told


def test_a_cell_may_say_by_how_much_its_numbers_may_differ(chapter):
    (cell,) = chapter(":tolerance: 0.02\n101.0").cells
    assert problem(cell, Shown(value="100.0"), run(cell, {})) is None
    assert problem(cell, Shown(value="98.0"), run(cell, {}))


def test_a_cell_that_is_to_raise_and_does_not(chapter):
    (cell,) = chapter(":tags: [raises-exception]\n1").cells
    assert "raises nothing" in str(problem(cell, Shown(), run(cell, {})))


def test_what_a_cell_shows(chapter):
    printing, value, silent, nothing, drawing, raising = chapter(
        "print(1)\n2", "x = 3\nx", "x;", "None", "D()", ":tags: [raises-exception]\nprint(1)\n1 / 0"
    ).cells
    space = {"D": type("D", (), {"source": "digraph {}"})}
    assert run(printing, space) == Shown(prints="1\n", value="2")
    assert run(value, space) == Shown(value="3")
    assert run(silent, space) == run(nothing, space) == Shown()
    assert run(drawing, space) == Shown(value="digraph {}")
    raised = Shown(prints="1\n", raises="ZeroDivisionError: division by zero")
    assert run(raising, space) == raised


def test_a_plot_is_described(chapter, root):
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4], label='l')\nplt.xlabel('x')"
    (cell,) = chapter(code + "\nplt.show()").cells
    with fresh_process(root) as space:
        described = " | x |\n  line 'l': 2 from (1, 3) to (2, 4), weighing (2.5, 5.5)"
        assert run(cell, space).plots == described
        assert run(chapter("1").cells[0], space) == Shown(value="1"), "the figure is still open"


def test_recording_stops_at_a_cell_that_raises(chapter, book):
    with pytest.raises(BookError, match=r"one\.md:10: the cell raises ZeroDivisionError: division"):
        record(book, chapter("x = 1\n1 / 0"))
    with pytest.raises(BookError, match=r"one\.md:9: the cell has as its value an address"):
        record(book, chapter("object()"))


def test_recording_keeps_what_differs_only_by_rounding(chapter, book, tmp_path):
    one = chapter("0.1 + 0.2", "0.5")
    elsewhere = dataclasses.replace(book, root=tmp_path)
    path = tmp_path / "tests/outputs/one.yml"
    path.parent.mkdir(parents=True)
    (tmp_path / "book").mkdir()
    shutil.copy(book.root / "book/matplotlibrc", tmp_path / "book")
    on_record = record(elsewhere, one).replace("0.30000000000000004", "0.3")
    path.write_text(on_record, "utf-8")
    assert record(elsewhere, one) == on_record
    path.write_text(on_record.replace("0.5", "0.4"), "utf-8")
    assert record(elsewhere, one) == on_record


PLOTS = {
    "a line": "plt.plot([1, 2, 3], [4, {}, 6])",
    "points": "plt.scatter([1, 2, 3], [4, {}, 6])",
    "their colours": "plt.scatter([1, 2, 3], [4, 5, 6], c=[1, {}, 3])",
    "bars": "plt.bar([1, 2, 3], [4, {}, 6])",
    "an area": "plt.fill_between([1, 2, 3], [4, {}, 6])",
    "an image": "plt.imshow([[1, 2], [{}, 4]])",
    "contours": "plt.contourf([[1, 2], [{}, 4]], levels=[0, 2, 4, 6])",
    "a text": "plt.text(1, {}, 'here')",
    "a scale": "plt.ylim(0, {})",
    "ticks": "plt.xticks([1, 2], ['a', '{}'])",
}


def test_whatever_changes_in_a_plot_is_a_difference(chapter, root):
    """Also where the ends and the number of points stay; rounding alone is none."""
    begin = chapter("import matplotlib.pyplot as plt").cells[0]
    with fresh_process(root) as space:
        run(begin, space)
        for what, code in PLOTS.items():
            cells = [chapter(f"{code.format(n)};").cells[0] for n in ("5", "5.0000000001", "5.02")]
            was, rounded, moved = (run(cell, space) for cell in cells)
            assert was.plots, what
            if what != "ticks":
                assert problem(cells[0], was, rounded) is None, what
            told = str(problem(cells[0], was, moved))
            assert "book/one.md:9: plots differently than expected" in told, what
        scatter = "plt.scatter([1, 2, 3], {});"
        one, other = (chapter(scatter.format(ys)).cells[0] for ys in ("[4, 5, 6]", "[5, 4, 6]"))
        assert problem(one, run(one, space), run(other, space)), "two points changed places"


def test_a_figure_that_is_shown_twice_is_seen(chapter, root):
    """A cell that ends in what pyplot returns, without a semicolon, shows more than its plot."""
    (cell,) = chapter("import matplotlib.pyplot as plt\nplt.plot([1, 2])").cells
    with fresh_process(root) as space:
        shown = run(cell, space)
    assert "an address" in str(problem(cell, shown, shown))


ELSEWHERE = {
    "import warnings\nwarnings.warn('careful')": "writes to stderr: UserWarning: careful",
    "import logging\nlogging.warning('careful')": "writes to stderr: WARNING:root:careful",
    "import sys\nprint('ah', file=sys.stderr)": "writes to stderr: ah",
    "import datetime\nprint(datetime.date.today())": "prints the date, which is another one tom",
    "import time\ntime.ctime()": "has as its value the date",
    "import datetime\ndatetime.date.today()": "has as its value the date",
    "import os\nprint('in', os.getcwd())": "prints a folder, which is another one on every machine",
    "import os\nos.__file__": "has as its value a folder",
    "import platform\nprint(platform.release())": "prints a name of the machine",
    "import platform\nplatform.python_version()": "has as its value a name of the machine",
    "'x' * 100_001": "shows more than 100,000 characters",
}
"""What a cell shows, and would show otherwise elsewhere: the code, and a part of the refusal."""


@pytest.mark.parametrize("code", ELSEWHERE)
def test_what_is_refused_though_it_is_as_expected(chapter, root, code):
    (cell,) = chapter(code).cells
    with fresh_process(root) as space:
        shown = run(cell, space)
    told = str(problem(cell, shown, shown))
    assert re.match(r"book/one\.md:\d+: the cell ", told) and ELSEWHERE[code] in told, told
    assert "To fix it: " in told


@pytest.mark.parametrize("text", ["1/2", "a / b / c", "https://a.org/home/x", "book/usr/x", "2026"])
def test_no_folder_and_no_date(text):
    assert elsewhere.problem("prints", text) is None


def test_a_logger_of_one_cell_writes_in_the_next(chapter, root):
    first = "import logging\nlogging.basicConfig(level=logging.INFO)"
    one, other = chapter(first, "logging.info('ah')").cells
    with fresh_process(root) as space:
        assert run(one, space).stderr == ""
        assert run(other, space).stderr == "INFO:root:ah\n"


WATCHED = {
    "open('/etc/hostname').read()": "reads /etc/hostname, which another machine does not have",
    "import os\nos.listdir('/etc')": "reads /etc, which",
    "import pathlib\npathlib.Path('left').write_text('x')": "book/left, which would stay",
    "open('/srv/left', 'a')": "writes /srv/left",
    "import os\nos.mkdir('left')": "book/left, which would stay",
    "try:\n    open('/etc/hostname')\nexcept Exception:\n    pass": "reads /etc/hostname",
    "import subprocess\nsubprocess.run(['date'])": "starts another program: date",
    "import os\nos.system('date')": "starts another program: date",
    "import urllib.request\nurllib.request.urlopen('http://localhost:9')": "asks another machine",
    "for _ in range(10**9):\n    print('x')": "shows more than 100,000 characters",
}


@pytest.mark.parametrize("code", WATCHED)
def test_what_a_cell_may_not_do(chapter, root, code):
    (cell,) = chapter(code).cells
    with fresh_process(root) as space, pytest.raises(BookError) as refusal:
        run(cell, space)
    told = str(refusal.value)
    line = 10 if "\n" in code else 9
    assert told.startswith(f"book/one.md:{line}: the cell ") and WATCHED[code] in told, told
    assert not Path("/srv/left").exists() and not (root / "book/left").exists()


ALLOWED = """\
import tempfile, zoneinfo
from pathlib import Path
import sklearn.datasets

text = Path("matplotlibrc").read_text()
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "x").write_text("x")
    assert Path(folder, "x").read_text() == "x"
len(sklearn.datasets.load_iris().data)"""


def test_what_a_cell_may_do(chapter, root):
    (cell,) = chapter(ALLOWED).cells
    with fresh_process(root) as space:
        assert run(cell, space).value == "150"
    # And what others do is not watched.
    with contextlib.suppress(OSError):
        Path("/etc/hostname").read_text()
