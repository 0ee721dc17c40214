"""Figures to play with: what a chapter gives to its page."""

import json

import pytest

from literate.cells import play
from literate.cells.play import _in_order, slider, steps
from literate.prove import frames
from micrograd import Value
from micrograd.after import library


def data(figure):
    """What the page gets, with the mark that ends a script nowhere in it."""
    text = figure._repr_html_()
    script = text.split('<script type="application/json">')[1]
    assert script.count("</") == 2, "a script ends where it says so"
    return json.loads(script.removesuffix("</script></figure>").replace("<\\/", "</"))


def test_every_operation_of_the_package_has_its_slopes():
    x, y = Value(0.5, label="x"), Value(-1.5, label="y")
    root = (x * y + x).tanh() + y.exp() * x**3 + (x / y).relu() - y.relu()
    root.backward()
    shown = data(steps(root))
    grads = dict(line.removeprefix("steps: ").split(" grad ") for line in shown["told"])
    assert float(grads["x"]) == pytest.approx(x.grad, rel=1e-5)
    assert float(grads["y"]) == pytest.approx(y.grad, rel=1e-5)


def test_a_graph_as_deep_as_python_does_not_go():
    chain = Value(0.0)
    for _ in range(3000):
        chain = chain + 1
    assert len(_in_order(chain)) == 6001


def test_an_unknown_operation_is_refused():
    with pytest.raises(ValueError, match="no slopes for the operation 'sin'"):
        steps(library.Value(1.0, (library.Value(2.0),), "sin"))


def test_the_lecture_engine_is_shown_what_the_rules_of_the_package_say():
    x, y = library.Value(0.5), library.Value(-1.5)
    a, b = Value(0.5), Value(-1.5)
    lecture = (x * y + x).tanh() + y.exp() * x**3 + y.relu()
    ours = (a * b + a).tanh() + b.exp() * a**3 + b.relu()
    assert data(steps(lecture))["walks"] == data(steps(ours))["walks"]


def test_the_values_are_left_as_they_are():
    x = Value(3.0, label="x")
    root = x * x
    steps(root)
    assert x.grad == root.grad == 0.0


def plot(height):
    import matplotlib.pyplot as plt

    plt.plot([0, 1], [0, height], label="a </script> b")
    plt.ylim(0, 2)
    plt.legend(loc="upper left")
    return f"up to {height}"


def test_a_slider_holds_what_differs_between_its_plots():
    figure = slider(plot, [1, 2], "height", "A line that rises.", first=1)
    shown = data(figure)
    assert shown["told"] == ["up to 1", "up to 2"] and repr(figure) == "up to 1\nup to 2"
    one, two = shown["frames"]
    assert one.keys() == two.keys() == {"0"}, "one line is all that differs"
    assert one["0"].keys() == {"d"} and one["0"] != two["0"]
    assert f'd="{two["0"]["d"]}"' in figure.drawing.replace("&#10;", "\n")


def region(inside):
    """A filled contour whose region above 0 is empty where the answer is negative everywhere."""
    import matplotlib.pyplot as plt

    heights = [[-1, -1, -1], [-1, inside, -1], [-1, -1, -1]]
    plt.contourf(heights, levels=[-9, 0, 9], colors=["C1", "C0"])
    return f"{inside} inside"


def test_a_region_that_is_empty_in_one_plot_is_there_in_the_next():
    with frames.compared():
        for first in (0, 1, 2):
            shown = data(slider(region, [-1, 1, 2], "inside", "A region.", first=first))
            paths = [frame["1"]["d"] for frame in shown["frames"]]
            assert paths[0] is None and paths[1] and paths[2] and paths[1] != paths[2]


def test_a_frame_that_shows_something_else_is_found(monkeypatch):
    """As it was once: only what the first plot had was compared, and a region stayed empty."""
    whole = play._differences

    def of_the_first(plots, first):
        drawing, found = whole(plots, first)
        return drawing, [{part: {} for part in frame} for frame in found]

    monkeypatch.setattr(play, "_differences", of_the_first)
    with frames.compared(), pytest.raises(AssertionError, match="position 1 of the slider"):
        slider(region, [-1, 1, 2], "inside", "A region.")


def test_a_frame_that_the_page_would_not_rename_is_found():
    import matplotlib.pyplot as plt

    def clipped(width):
        plt.figure(figsize=(width, 2))
        plt.plot([0, 1])
        plt.xticks([])
        plt.yticks([])
        return ""

    with frames.compared(), pytest.raises(AssertionError, match="the page cannot follow"):
        slider(clipped, [3, 4], "width", "A line.")


def test_plots_with_other_parts_are_refused():
    import matplotlib.pyplot as plt

    def draw(count):
        for _ in range(count):
            plt.plot([0, 1])
        return ""

    with pytest.raises(ValueError, match="set the limits of the axes"):
        slider(draw, [1, 2], "count", "Lines.")
