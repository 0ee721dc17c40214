"""What makes the book trustworthy needs neither Sphinx nor notebooks: read, tangle and prove."""

import pytest

SCRIPT = """\
import importlib.abc, sys
from pathlib import Path

MISSING = {missing!r}


class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Missing())

import pytest

from literate.read.book import read_book
from literate.tangle import package
from literate.tangle.tangle import tangle

tangled = tangle(read_book(Path(".")))
print("wrote", *package.write(Path("."), package.package_files(tangled)))
sys.exit(pytest.main(["book", "-p", "no:cacheprovider"]))
"""
MISSING = [
    "sphinx", "bs4", "nbformat", "nbclient", "nbconvert", "jupyter_client", "jupyter_cache",
    "jupyter_book", "myst_nb", "sphinx_design", "latex2mathml",
]  # fmt: skip


@pytest.fixture
def prove(small_book):
    """Tangles and proves the small book where all that pages and notebooks need is missing."""
    small_book.write("prove.py", SCRIPT.format(missing=MISSING))
    return lambda: small_book.run("prove")


def test_the_small_book_is_tangled_and_proven(small_book, prove):
    (small_book.root / "micrograd/engine.py").unlink()
    done = prove()
    assert done.status == 0, done.text
    assert "wrote micrograd/engine.py" in done.text
    texts = [path.read_text("utf-8") for path in small_book.root.glob("book/*.md")]
    examples = sum(text.count("\n```{code-cell}") + text.count("\n```python") for text in texts)
    ends = sum("file_format: mystnb" in text for text in texts)
    assert f"{examples + ends} passed" in done.text, done.text


def test_what_is_wrong_is_still_found_there(small_book, prove):
    small_book.edit("book/count.md", "root = 2**0.5", "root = 3**0.5")
    prove().tells("book/count.md", "differently than expected")
