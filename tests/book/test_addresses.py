"""Links from elsewhere still arrive: a heading that got other words keeps its old address."""

import re

import pytest

# Grows, and never shrinks: each address that a heading of the book once had, by chapter.
MOVED = {
    "overview": ("one-expression-its-value-its-slopes", "why-anyone-wants-slopes"),
    "gradients": ("every-value-gets-a-slope",),
    "neuron": ("squashing", "all-its-slopes-by-hand"),
    "backward": ("every-operation-brings-its-way-back",),
    "accumulate": ("the-mistake-and-its-mend",),
    "pytorch": ("slopes-add-up-here-too",),
    "inside": ("looking-for-the-slope-of-tanh",),
}


@pytest.mark.parametrize(
    ("page", "address"), [(page, address) for page in MOVED for address in MOVED[page]]
)
def test_an_old_address_stands_above_its_heading(root, page, address):
    text = (root / f"book/{page}.md").read_text("utf-8")
    assert re.search(rf"^\({address}\)=\n#+ ", text, re.MULTILINE), (
        f"book/{page}.md: write ({address})= above the heading that it led to"
    )
