"""The expected outputs: how texts are compared, and how a cell's entry is found."""

import pytest

from literate.prove.outputs import alike, dump, keys, load, problem, record
from literate.read.model import BookError
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
    assert "an address, which is another in every run" in problem(cell, shown, shown)


def test_a_difference_is_told_with_both_texts(chapter):
    (cell,) = chapter("3").cells
    assert problem(cell, Shown(value="3"), run(cell, {})) is None
    told = problem(cell, Shown(value="4"), run(cell, {}))
    assert told.startswith("value differently than expected.\n  Expected:\n    4\n  Now:\n    3")
    assert "make outputs" in told


def test_a_cell_that_is_to_raise_and_does_not(chapter):
    (cell,) = chapter(":tags: [raises-exception]\n1").cells
    assert "raises nothing" in problem(cell, Shown(), run(cell, {}))


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
        assert run(cell, space).plots == " | x | \n  l: 2 from (1, 3) to (2, 4)"
        assert run(chapter("1").cells[0], space) == Shown(value="1"), "the figure is still open"


def test_recording_stops_at_a_cell_that_raises(chapter, book):
    with pytest.raises(BookError, match=r"one\.md:10: the cell raises ZeroDivisionError: division"):
        record(book, chapter("x = 1\n1 / 0"))
    with pytest.raises(BookError, match=r"one\.md:9: value an address"):
        record(book, chapter("object()"))
