"""What a cell lacks where not everything is installed: what a page offers to run, and what not."""

import pytest

from literate.provide import carried as provide_carried
from literate.provide.carried import carried, there
from literate.read.model import Book
from literate.tangle.lacks import reach
from literate.tangle.tangle import tangle

IMPORTS = "import math\nimport numpy as np\nfrom literate.cells import slider"
CELLS = {
    IMPORTS: {"matplotlib", "numpy"},
    "xs = [1, 2]": set(),
    "ys = np.arange(3)": {"numpy"},
    "xs, ys": {"numpy"},
    "for ys in xs:\n    print(ys)": set(),
    "ys": set(),
    "def f(x):\n    import sklearn\n    return sklearn.new(x)": {"sklearn"},
    "def g(x):\n    return f(x)": {"sklearn"},
    "g(1)": {"sklearn"},
    "slider(g, xs, 'x', 'y')": {"matplotlib", "sklearn"},
    "zs = [2]\nzs += list(np.ones(1))": {"numpy"},
    "more = []\nfor y in np.ones(3):\n    more.append(y)": {"numpy"},
    "max(more)": {"numpy"},
    "def train(given, steps):\n    given[0] = steps": set(),
    "one, other = [1], [2]\nkept = [3]": set(),
    "train(one, np.ones(1))": {"numpy"},
    "other": {"numpy"},
    "kept": set(),
    "there = np.ones(1)\ndel there": {"numpy"},
    ":tangle: micrograd/a.py\nimport numpy as np\n\n\nclass A:\n    zero = np.zeros(1)": {"numpy"},
    ":tangle: micrograd/a.py\n@reopen\nclass A:\n    one = 1": {"numpy"},
    "from importlib.resources import files\nfiles('numpy')": {"numpy"},
}  # fmt: skip


@pytest.fixture
def reached(root, chapter):
    """How far each of the cells gets on a page."""
    one = chapter(*CELLS)
    book = Book(root, (one,), {})
    found, _ = reach(one, tangle(book), there)
    return [found[cell.index] for cell in one.cells]


def test_what_each_cell_lacks(reached):
    assert [{*cell.lacks} for cell in reached] == [*CELLS.values()]


def test_what_can_be_run_of_a_cell_is_kept_as_it_was_written(reached):
    assert [cell.source for cell in reached[:4]] == [IMPORTS, "xs = [1, 2]", "", ""]
    assert reached[10].source == "zs = [2]"


def test_what_a_module_of_the_package_lacks_is_known_through_it(root, chapter):
    first = chapter(
        ":tangle: micrograd/data.py\nimport numpy as np\n\n\ndef some():\n    return np.ones(3)",
        ":tangle: micrograd/nn.py\ndef more():\n    return len(some())\n\n\ndef none():\n    pass",
        name="first",
    )
    second = chapter("from micrograd.after.first.nn import more, none", "more()", "none()",
                     name="second")  # fmt: skip
    book = Book(root, (first, second), {})
    found, _ = reach(second, tangle(book), there)
    assert [{*found[cell.index].lacks} for cell in second.cells] == [{"numpy"}, {"numpy"}, set()]


def test_a_page_carries_what_is_small_and_of_python_alone():
    assert there("math") and there("graphviz") and not there("multiprocessing")
    assert "graphviz/dot.py" in carried("graphviz")
    for heavy in ("numpy", "matplotlib", "sklearn", "a_module_that_is_not_there"):
        assert not there(heavy), heavy
    data = [path for path in carried("names") if not path.endswith(".py")]
    assert data, "its files of data come along"


def test_a_package_of_which_no_list_of_files_was_left_is_carried_along_too(tmp_path, monkeypatch):
    """As an older pip installs what comes as its sources."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").touch()
    told = tmp_path / "small-1.0.egg-info"
    told.mkdir()
    (told / "PKG-INFO").write_text("Name: small\nVersion: 1.0\n", "utf-8")
    (told / "SOURCES.txt").write_text("setup.py\nsmall/__init__.py\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(provide_carried, "_installed", provide_carried._installed.__wrapped__)
    assert "small/__init__.py" in carried("small")
