"""What a figure to play with shows at each moment is what a drawing of that moment shows."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from literate.cells import play
from literate.read.settings import Words
from literate.weave import playable
from literate.weave.backwards import both_ways
from literate.weave.drawings import tag
from micrograd import Value

BACK = "backward"
SAY = Words(Path(__file__).parents[2])


def boxes(svg):
    """The texts of each box of a graph, by the place of its value."""
    return {
        group.get("id").removeprefix("box-"): [text.text for text in group.iter(tag("text"))]
        for group in ElementTree.fromstring(svg).iter(tag("g"))
        if (group.get("id") or "").startswith("box-")
    }


def expression():
    a, b = Value(-2.0, label="a"), Value(3.0, label="b")
    c = a * b
    d = c + a
    e = d.tanh() * 1e-6
    for value, label in ((c, "c"), (d, "d"), (e, "e")):
        value.label = label
    return e


@pytest.mark.parametrize("add", [True, False])
def test_each_frame_of_a_graph_is_the_drawing_of_its_moment(add):
    figure = play.steps(expression(), add=add)
    values, (walk,) = figure.data["boxes"], figure.data["walks"].values()
    frames = list(playable._steps(figure.data, walk, SAY))
    made = [place for place, value in enumerate(values) if value["op"]]
    assert len(frames) == 1 + len(made) + 1 + len(walk)
    shown = boxes(figure.drawing)
    for number, frame in enumerate(frames):
        for place, texts in frame["boxes"].items():
            shown[place][-len(texts) :] = texts
        turns = max(0, number - len(made) - 1)
        grads = play._grads(values, walk[:turns]) if number > len(made) else [0.0] * len(values)
        at_rest = boxes(play._graph(values, grads))
        for place in made[number:]:
            at_rest[str(place)][-2] = f"data {SAY('play blank')}"
        assert shown == at_rest, f"frame {number}"
        back = {key for f in frames[: number + 1] for key in f.get("back", {})}
        passed = [turn["box"] for turn in walk[:turns]]
        assert back == {f"from-{place}" for place in passed} | {
            f"edge-{place}-{n}" for place in passed for n in range(len(values[place]["children"]))
        }
    assert any("e-" in text for texts in shown.values() for text in texts), "a small one is no 0"


def test_an_edge_points_both_ways():
    svg = both_ways(play.steps(expression()).drawing)
    edges = [g for g in ElementTree.fromstring(svg).iter(tag("g")) if g.get("class") == "edge"]
    assert edges
    for edge in edges:
        begin, *_, end = edge.find(tag("path")).get("d").removeprefix("M").replace("C", " ").split()
        heads = {
            head.get("class"): head.get("points").split() for head in edge.iter(tag("polygon"))
        }
        assert [*heads] == ["forward", BACK]
        back = heads[BACK]
        there, here = (tuple(map(float, at.split(","))) for at in (back[1], begin))
        assert there == pytest.approx(here, abs=0.01), "the tip is not where the edge begins"
        # Neither head reaches beyond the other end.
        width = abs(float(end.split(",")[0]) - here[0]) + 10
        assert all(abs(float(p.split(",")[0]) - here[0]) <= width for p in back)


def test_a_figure_that_plays_at_once_is_the_figure_and_says_so():
    figure = play.slider(_line, [1, 2], "height", "A line.", first=1)
    text = figure._repr_html_()
    at_once = playable.figure(playable.play_at_once(text), "play-0", [], SAY)
    assert at_once == playable.figure(text, "play-0", [], SAY).replace(
        'data-kind="slider"', 'data-kind="slider" data-at-once'
    )
    assert json.loads(at_once.split('json">')[1].split("</script>")[0])["walks"]


def _line(height):
    import matplotlib.pyplot as plt

    plt.plot([0, 1], [0, height])
    plt.ylim(0, 2)
    return f"up to {height}"
