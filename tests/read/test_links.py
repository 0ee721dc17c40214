"""Links within the book: where one leads nowhere, or to two places, it is refused with its line."""

from pathlib import Path

import pytest

from literate.read.links import check_links
from literate.read.markdown import read_page
from literate.read.model import Book

OTHER = """\
# Other

(there)=
## A part of it

```{glossary}
gradient
  What one follows.
```

:::{figure} a.svg
:name: drawing
:alt: A drawing.
:::
"""
REFUSED = {
    "an anchor": ("See [it](other.md#a-prat-of-it).\n", 3, "a link to '#a-prat-of-it', and book/",
                  "write '#a-part-of-it'"),
    "one here": ("One\ntwo [it](#nowhere).\n", 4, "'#nowhere', and book/one.md has nothing",
                 "put (nowhere)= above"),
    "a label": ("See {ref}`ther`.\n", 3, "there is no label 'ther'", "write 'there'"),
    "a number": ("See {numref}`Figure %s <drawign>`.\n", 3, "label 'drawign'", "write 'drawing'"),
    "a term": (":::{note}\nA {term}`gardient`.\n:::\n", 4, "no word in the glossary 'gardient'",
               "write 'gradient'"),
    "other words": ("A {term}`slope <x y>`.\n", 3, "no word in the glossary 'x y'", "correct it"),
    "twice": ("(there)=\n## Again\n", 3, "the label 'there' is in book/other.md:3, too", "another"),
    "a name twice": (":::{note}\n:name: Drawing\nA.\n:::\n", 3, "in book/other.md:11", "another"),
}  # fmt: skip


def book(text):
    texts = {"book/other.md": OTHER, "book/one.md": f"# One\n\n{text}"}
    return Book(Path(), (), {Path(p): read_page(Path(p), t) for p, t in texts.items()})


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, refused):
    text, line, reason, remedy = REFUSED[which]
    refused(lambda: check_links(book(text)), f"book/one.md:{line}: ", reason, remedy)


def test_what_leads_somewhere_is_not_refused():
    check_links(
        book(
            "{ref}`there` {ref}`words <There>` {numref}`drawing` {term}`Gradient`\n"
            "{term}`slopes <gradient>` [a](other.md#there) [b](other.md#a-part-of-it) [c](#one)\n"
            "[d](https://example.org/#nowhere) [e](other.md) [f](data.csv#x)\n"
        )
    )
