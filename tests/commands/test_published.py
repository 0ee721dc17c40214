"""A built page is compared with what its cells have shown: what stands there otherwise is told."""

from pathlib import Path

import nbformat
import pytest

from literate.commands.published import problems

DRAWING = (
    '<svg width="10pt"><title>0</title><g class="graph"><polygon fill="white" points="0,0 9,9"/>'
    '<g><path d="M 1.23456 2"/><text x="1" y="2.0">data -3</text></g></g></svg>'
)
PLAY = (
    '<figure class="play">{}<script type="application/json">{{"kind":"slider",'
    '"told":["at 1","at 2"]}}</script></figure>'
)
OUTPUTS = {
    "text": nbformat.v4.new_output("stream", name="stdout", text="a  \nb < c\n"),
    "value": nbformat.v4.new_output("execute_result", {"text/plain": "{'x': 1.5}"}),
    "exception": nbformat.v4.new_output("error", ename="TypeError", evalue="no"),
    "drawing": nbformat.v4.new_output(
        "display_data", {"image/svg+xml": f"<?xml?>{DRAWING}", "text/plain": "digraph {}"}
    ),
    "figure": nbformat.v4.new_output(
        "display_data", {"text/html": PLAY.format(DRAWING), "text/plain": "at 1\nat 2"}
    ),
}
PAGE_DRAWING = (
    '<div class="drawing"><svg class="graph"><g class="graph"><g>'
    '<path d="M 1.23 2" stroke="currentColor"/><text x="1" y="2.00">data -3</text></g></g></svg>'
    "</div>"
)
PAGES = {
    "text": '<div class="output stream"><pre>a\nb &lt; c\n</pre></div>',
    "value": "<div class=\"output text_plain\"><pre>{<span>'x'</span>: 1.5}\n</pre></div>",
    "exception": '<div class="output traceback"><pre><b>TypeError</b>: no\n</pre></div>',
    "drawing": PAGE_DRAWING,
    "figure": f'<figure class="play" data-kind="slider">{PAGE_DRAWING}<script>'
    '{"walks":[[{"say":"at 1"},{"say":"at 2"}]]}</script></figure>',
}
CHANGES = {
    "text": ("b &lt; c", "b &lt; d", "shows stdout: a\nb < d\n  and the cell has stdout: a\nb < c"),
    "value": ("1.5", "1.6", "shows value: {'x': 1.6}"),
    "exception": ("no", "yes", "shows exception: TypeError: yes"),
    "drawing": ("M 1.23 2", "M 1.24 2", "shows in its drawing:\n    path M 1.24 2\n  and the cell"),
    "figure": ('"at 2"', '"at 3"', "shows in its figure:\n    at 3\n  and the cell has:\n    at 2"),
}


def page(*outputs):
    cells = "".join(
        f'<div class="cell docutils container"><div class="cell_input">…</div>'
        f'<div class="cell_output docutils container">{html}</div></div><p>Text.</p>'
        for html in outputs
    )
    return f"<html><article>{cells}</article></html>"


def told(chapter, html, outputs):
    cells = chapter(*(f"{n} + 1" for n in range(len(outputs)))).cells
    made = zip(cells, ([each] for each in outputs), strict=True)
    return [str(each) for each in problems(Path("book/one.html"), html, made)]


def test_a_page_that_shows_what_its_cells_show(chapter):
    assert told(chapter, page(*PAGES.values()), OUTPUTS.values()) == []


@pytest.mark.parametrize("kind", OUTPUTS)
def test_whatever_a_page_shows_otherwise_is_told_with_page_and_cell(chapter, kind):
    before, after, said = CHANGES[kind]
    assert PAGES[kind].count(before) == 1
    changed = PAGES | {kind: PAGES[kind].replace(before, after)}
    (error,) = told(chapter, page(*changed.values()), OUTPUTS.values())
    line = 9 + 4 * [*OUTPUTS].index(kind)
    assert error.startswith(f"book/one.md:{line}: book/one.html shows"), error
    assert said in error and "To fix it: " in error, error


@pytest.mark.parametrize("kind", OUTPUTS)
def test_an_output_that_a_page_has_not_is_told(chapter, kind):
    (error,) = told(chapter, page(*(PAGES | {kind: ""}).values()), OUTPUTS.values())
    assert "book/one.html shows nothing\n  and the cell has" in error


def test_a_cell_that_a_page_has_not_is_told(chapter):
    (error,) = told(chapter, page(PAGES["text"]), [OUTPUTS["text"], OUTPUTS["value"]])
    assert error.startswith("book/one.html: the page has 1 cells, and its chapter shows 2")


def test_what_is_not_on_the_page_is_not_looked_for(chapter):
    hidden = chapter(
        ":tags: [remove-cell]\nassert 1", ":tags: [remove-output]\n1", ":tags: [remove-stderr]\n2"
    )
    error = nbformat.v4.new_output("stream", name="stderr", text="10 %")
    outputs = [OUTPUTS["value"]], [OUTPUTS["value"]], [error, OUTPUTS["value"]]
    html = page("", PAGES["value"]).replace(
        '<div class="cell_output docutils container"></div>', ""
    )
    assert not [*problems(Path("one.html"), html, zip(hidden.cells, outputs, strict=True))]
