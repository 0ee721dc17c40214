"""A page as a sequence of blocks: of each what it is, and the lines of its file."""

from pathlib import Path

from literate.read.markdown import read_page

PAGE = """\
---
file_format: mystnb
---

# One `way` {timecode}`00:08:08`

% Not for readers.

Text with [a link](two.md),
and more.

- a list

  :::{note}
  in it
  :::

::::{admonition} A *title*
:class: exercise tip
:name: one

Prompt.

:::{dropdown} A hint

Deep.
:::
::::

<!-- slide -->
```{code-cell} python
:tags: [hide-cell]

x = 1
```

```md
Listing.
```
"""


def test_every_block_knows_its_lines():
    page = read_page(Path("book/one.md"), PAGE)
    lines = PAGE.split("\n")
    text = {b.source: b for b in page.walk() if b.kind == "text"}
    for words in ("in it", "Prompt.", "Deep."):
        assert lines[text[words].line - 1].strip() == words
    found = [(b.kind, lines[b.line - 1], len(b.lines)) for b in page.blocks]
    assert found == [
        ("front_matter", "---", 3),
        ("heading", "# One `way` {timecode}`00:08:08`", 1),
        ("comment", "% Not for readers.", 1),
        ("text", "Text with [a link](two.md),", 2),
        ("bullet_list", "- a list", 6),
        ("directive", "::::{admonition} A *title*", 11),
        ("mark", "<!-- slide -->", 1),
        ("cell", "```{code-cell} python", 5),
        ("listing", "```md", 3),
    ]


def test_a_block_says_what_it_is():
    page = read_page(Path("book/one.md"), PAGE)
    (heading,) = page.headings
    assert (heading.words, heading.timecodes) == ("One way", ["00:08:08"])
    exercise = next(block for block in page.blocks if block.name == "admonition")
    assert (exercise.title, exercise.classes) == ("A *title*", {"exercise", "tip"})
    assert [block.kind for block in exercise.inside] == ["text", "directive"]
    (cell,) = page.cells
    assert (cell.source, cell.first, cell.options) == ("x = 1", 34, {"tags": ["hide-cell"]})
    assert page.is_chapter and not read_page(Path("book/one.md"), "Text.\n").is_chapter


def test_a_part_of_a_page_counts_on_from_where_it_begins():
    (block,) = read_page(Path("book/one.md"), "Text.", first=7).blocks
    assert block.lines == range(7, 8)
