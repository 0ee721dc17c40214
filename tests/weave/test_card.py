"""The picture of a shared link: with a plot beside the title where the first page has one."""

import io

import pytest
from matplotlib import image
from matplotlib.figure import Figure

from literate.weave import card

AREA, POINT = "#ff8800", "#0000ff"


@pytest.fixture(scope="module")
def plot():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.contourf([[-1, 1], [-1, 1]], levels=[0, 1], colors=[AREA], alpha=0.5)
    left.scatter([0.2], [0.5], color=POINT)
    right.plot([0, 1])
    file = io.StringIO()
    figure.savefig(file, format="svg")
    return file.getvalue()


def colours(path):
    picture = (image.imread(path)[..., :3] * 255).round().astype(int)
    x, y, width, height = card.PICTURE
    inside = picture[y : y + height, x : x + width].reshape(-1, 3)
    return {tuple(colour) for colour in inside.tolist()}


def test_the_plots_areas_and_points_are_on_the_card(plot, tmp_path):
    for name, given in (("with", plot), ("without", "")):
        card.draw(tmp_path / f"{name}.png", "A book", "A title", "What it is.", [AREA], given)
    shown = colours(tmp_path / "with.png")
    assert {(255, 196, 128), (0, 0, 255)} <= shown or {(255, 195, 127), (0, 0, 255)} <= shown, shown
    assert colours(tmp_path / "without.png") == {(255, 255, 255)}
