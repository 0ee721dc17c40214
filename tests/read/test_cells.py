"""Every cell is run: what pytest collects is compared with a crude reading of the same files.

The tangler, the page builder and Sybil read Markdown each in its own way. Here it is read in a way
that knows nothing of them: whatever looks like Python in a fence must be there.
"""

import re
from pathlib import Path

import pytest
import yaml

from literate.read.model import Book, slug
from literate.read.order import dropped

CELL = re.compile(r"\W*\{(code-cell\}|(code-block|sourcecode|code)\}\s*(i?python|py|$))")
PYTHON = re.compile(r"[^\w{]*(`{3,}|~{3,}|:{3,})\s*\{?i?(python|pycon|py)", re.IGNORECASE)
NOTEBOOK = re.compile(r"---\n(?:(?!---\n).*\n)*?file_format: mystnb\n")


def crude_lines(text: str) -> list[int]:
    """The lines that look like the beginning of Python code that a reader takes for tested."""
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if CELL.match(line) or PYTHON.match(line)
    ]


@pytest.fixture(scope="module")
def collected(root: Path, request: pytest.FixtureRequest) -> dict[str, list[int]]:
    """The lines of the examples that pytest collects, by file."""
    session = request.session
    assert {"book", "README.md"} <= {*session.config.getini("testpaths")}
    hooks, found = session.ihook, dict[str, list[int]]()
    for file in [root / "README.md", *sorted((root / "book").rglob("*.md"))]:
        if hooks.pytest_ignore_collect(collection_path=file, config=session.config):
            continue
        for collector in hooks.pytest_collect_file(file_path=file, parent=session):
            for item in collector.collect():
                if line := re.match(r"line.(\d+)", item.name):
                    found.setdefault(file.relative_to(root).as_posix(), []).append(int(line[1]))
    return found


def test_every_cell_is_collected(root: Path, book: Book, collected: dict[str, list[int]]) -> None:
    files = [root / path for path in book.pages if NOTEBOOK.match((root / path).read_text("utf-8"))]
    assert files, "no page of the book is a notebook"
    for file in files:
        path = file.relative_to(root).as_posix()
        here, there = crude_lines(file.read_text("utf-8")), collected.get(path, [])
        missing = [f"{path}:{line}" for line in here if line not in there]
        assert not missing, f"pytest does not run the cells at {', '.join(missing)}"
        assert here == there, (
            f"pytest runs in {path} what is no cell: lines {set(there) - set(here)}"
        )


def test_every_snippet_of_a_plain_page_is_collected(
    root: Path, book: Book, collected: dict[str, list[int]]
) -> None:
    pages = [Path("README.md"), *book.pages]
    for path in pages:
        text = (root / path).read_text("utf-8")
        if not NOTEBOOK.match(text):
            # A guide shows cells to copy inside a longer fence; those are not to be run.
            shown = re.sub(r"^(````+)(?!`).*?^\1$", lambda m: "\n" * m[0].count("\n"), text,
                           flags=re.MULTILINE | re.DOTALL)  # fmt: skip
            for line in crude_lines(shown):
                assert line in collected.get(path.as_posix(), []), (
                    f"pytest does not run {path}:{line}: begin it with ```python"
                )


def test_every_page_of_the_table_of_contents_is_read(root: Path, book: Book) -> None:
    toc = (root / "_toc.yml").read_text("utf-8")
    named = re.findall(r"^[ -]*(?:file|root): *(\S+)", toc, re.MULTILINE)
    assert [f"{name.removesuffix('.md')}.md" for name in named] == [str(p) for p in book.pages]


def test_expected_outputs_belong_to_a_chapter(root: Path, book: Book) -> None:
    known = {slug(path) for path in (*book.pages, *dropped(book))}
    for file in (root / "tests" / "outputs").glob("*.yml"):
        assert file.stem in known, f"{file.name} belongs to no chapter: remove it"
        assert yaml.safe_load(file.read_text("utf-8")), f"{file.name} expects nothing: remove it"


def test_wrong_answers_belong_to_a_chapter(root: Path, book: Book) -> None:
    known = {slug(path) for path in (*book.pages, *dropped(book))}
    for file in (root / "tests" / "wrong_answers").glob("*"):
        assert file.stem in known and file.suffix == ".yml", (
            f"{file.name} belongs to no chapter: name it after one, such as {min(known)}.yml"
        )


SPELLINGS = """
```{code-cell} python
```{code-cell} Python
```{code-cell} ipython3
```{code-cell}
``` {code-cell} python
````{code-cell} python
:::{code-cell} python
~~~{code-cell} python
> ```{code-cell} python
- ```{code-cell} python
    ```{code-cell} python
```{code-block} python
```python
``` python
```Python
```ipython3
```pycon
```py
"""


@pytest.mark.parametrize("fence", SPELLINGS.strip("\n").splitlines())
def test_the_crude_reading_overlooks_no_spelling(fence: str) -> None:
    assert crude_lines(f"One\n\n{fence}\n1 / 0\n```\n") == [3]


def test_the_crude_reading_takes_no_prose_for_a_cell() -> None:
    text = "A ` ```{code-cell} python ` in a line.\n\n```yaml\na: 1\n```\n:::{note}\npython\n:::\n"
    assert crude_lines(text) == []
