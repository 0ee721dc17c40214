"""Begin a chapter: a page that passes all tests, with a question, a figure and an exercise to fill
in, a known wrong answer, and its place in the book."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from literate.files import replace_files
from literate.prove import checks, outputs
from literate.read.book import NAME, read_book
from literate.read.error import BookError
from literate.read.links import terms
from literate.read.model import CHAPTERS, PACKAGE, Book, Chapter, slug
from literate.tangle import package
from literate.tangle.tangle import tangle

TOC = Path("_toc.yml")
PAGE = '''\
---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
ends_with: what one has here, as an end to this sentence
---

# {title}

<!-- slide -->
What is it that your reader is about to want? Begin with that: a question, or a surprise.{word}

```{{code-cell}} python
import matplotlib.pyplot as plt
{start}```

## Say it, then show it

<!-- slide -->
::::{{admonition}} Before you read on
:class: question

What will the curve below look like? Ask before you show.

:::{{dropdown}} A hint
Help with one step, and leave the next to the reader.
:::
::::

<!-- slide -->
```{{code-cell}} python
---
mystnb:
  image: {{alt: "A straight line that rises from the left to the right. Say what yours shows."}}
---
xs = [0, 1, 2, 3]
plt.plot(xs, [2 * x for x in xs])
plt.xlabel("x")
plt.show()
```

<!-- on the same slide -->
A straight line: it has {{n}}`len(xs)` points, and this number comes from the cell above.

<!-- slide -->
::::{{admonition}} Exercise: twice as much
:class: exercise
:name: {exercise}

Write a function that doubles a number, and then put an exercise of yours here.

:::{{dropdown}} A hint
Which operation makes two of one?
:::
::::

```{{code-cell}} python
:starter: {exercise}
def twice(x):
    """Two times x."""
    raise NotImplementedError("one line")
```

```{{code-cell}} python
:solution: {exercise}
def twice(x):
    """Two times x."""
    return 2 * x
```

```{{code-cell}} python
:check: {exercise}
found = twice(3)
assert found is not None, "the function returns nothing: is there a return in it?"
assert found == 6, f"twice 3 is 6, and this is {{found}}"
```
'''
WRONG = """\
- exercise: {exercise}
  mistake: the number itself
  code: |
    def twice(x):
        return x
  says: "twice 3 is 6"
"""


def write(root: Path, name: str, after: str) -> list[Path]:
    """Write a chapter of this name behind another, with all that its tests need; return the files.

    Raises BookError for a name that cannot be one, or that is there already.
    """
    book = read_book(root)
    before = _chapter(book, after)
    path = Path(CHAPTERS, f"{name}.md")
    if not NAME.fullmatch(name) or not slug(path).isidentifier():
        raise BookError(
            "make chapter", None, f"'{name}' cannot be the name of a chapter",
            "take letters, digits and -, first a letter: make chapter NAME=my-chapter AFTER=…",
        )  # fmt: skip
    if (root / path).exists() or slug(path) in {chapter.slug for chapter in book.chapters}:
        raise BookError(path, None, "there is such a page already", "take another name")
    exercise = f"{slug(path)}_twice"
    words = name.replace("-", " ").replace("_", " ")
    state = tangle(book).states[before.slug]
    files = {
        path: PAGE.format(
            title=words.capitalize(), word=_linked(words, terms(book)),
            start=_start(before, state.get("__init__.py", "")), exercise=exercise,
        ),
        checks.file(slug(path)): WRONG.format(exercise=exercise),
        TOC: _with_line((root / TOC).read_text("utf-8"), before, path),
    }  # fmt: skip
    replace_files(root, files)
    book = read_book(root)
    package.write(root, package.after_files(tangle(book)))
    made = _chapter(book, name)
    shown = {outputs.file(made.slug): outputs.record(book, made)}
    replace_files(root, shown)
    return [*files, *shown]


def _chapter(book: Book, name: str) -> Chapter:
    for chapter in book.chapters:
        if name in (chapter.path.stem, chapter.slug):
            return chapter
    names = ", ".join(chapter.path.stem for chapter in book.chapters)
    raise BookError(
        "make chapter", None, f"the book has no chapter '{name}' that yours could follow",
        f"name one that it has: make chapter NAME=mine AFTER=… ({names})",
    )  # fmt: skip


def _linked(words: str, glossary: set[str]) -> str:
    """A sentence that links the words of a title to the glossary, which has some of them.

    The first page that says such a word links it, and this may be the first.
    """
    spelled = {word: rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?![\w-])" for word in glossary}
    said = [word for word in sorted(glossary) if re.search(spelled[word], words, re.IGNORECASE)]
    links = " and ".join(f"{{term}}`{word}`" for word in said)
    return f"\nYour reader can look up {links} in the glossary." if said else ""


def _start(before: Chapter, init: str) -> str:
    """How the chapter begins where the one before left off: with the first that it can take."""
    names = [a.name for node in ast.parse(init).body if isinstance(node, ast.ImportFrom)
             for a in node.names]  # fmt: skip
    return f"from {PACKAGE}.after.{before.slug} import {names[0]}\n" if names else ""


def _with_line(toc: str, before: Chapter, path: Path) -> str:
    """The table of contents with a line for the chapter, below that of the one before."""
    stem = re.escape(before.path.with_suffix("").as_posix())
    line = re.compile(rf"^( *- file: ){stem}(?:\.md)? *$", re.MULTILINE)
    if not (found := line.search(toc)):
        raise BookError(
            TOC, None, f"it has no line '- file: {before.path.with_suffix('')}' of its own",
            "write the line of the chapter before as the others are written",
        )  # fmt: skip
    return f"{toc[: found.end()]}\n{found[1]}{path.with_suffix('').as_posix()}{toc[found.end() :]}"
