"""The figures to play with show, in the browser, the numbers that the package computes."""

import fnmatch
import json
import math
import re
from pathlib import Path

import bs4
import pytest
import yaml

from literate import cells
from literate.read.book import read_book
from literate.read.settings import Words
from literate.run import here

SAY = Words(Path(__file__).parents[2])
MINUS = str.maketrans("−", "-")
POSITIONS = """figure => {
  const slider = figure.querySelector("input[type=range]");
  const [frames] = JSON.parse(figure.querySelector("script").textContent).walks;
  const now = (part, key) => key === "text" ? part.textContent.trim() : part.getAttribute(key);
  return [...frames.keys(), 0, frames.length - 1].flatMap(place => {
    slider.value = place;
    slider.dispatchEvent(new InputEvent("input", {bubbles: true}));
    return Object.entries(frames[place].parts).flatMap(([number, says]) => {
      const part = figure.querySelector(`[data-part="${number}"]`);
      return Object.entries(says).filter(([key, due]) => now(part, key) !== due).map(
        ([key, due]) => `position ${place}, part ${number}, ${key}: ${now(part, key)}, not ${due}`);
    });
  }).slice(0, 20);
}"""
"""Goes to each position of a slider, then to the first and the last one again, and tells where the
drawing has something else than the data of its frame."""


@pytest.fixture(scope="module")
def names(root: Path):
    """The names that a chapter's cells leave, run in this process, apart from the pages."""
    book = read_book(root)
    # Their figures need not be drawn a second time.
    patch = pytest.MonkeyPatch()
    patch.setattr(cells, "slider", lambda *arguments, **options: None)

    def names_of(slug, until):
        (chapter,) = [c for c in book.chapters if c.slug == slug]
        with here.fresh_process(root) as namespace:
            for cell in chapter.cells:
                here.run(cell, namespace)
                if until in cell.source:
                    return dict(namespace)
        raise AssertionError(f"{slug} has no cell with {until!r}")

    yield names_of
    patch.undo()


class Figure:
    """A figure of a page, as its reader uses it."""

    def __init__(self, opened, number):
        self.figure = opened.page.locator("figure.play").nth(number)
        self.range = self.figure.get_by_role("slider")

    @property
    def says(self):
        return self.figure.get_by_role("status").inner_text().translate(MINUS)

    @property
    def last(self):
        return int(self.range.get_attribute("max"))

    def press(self, name):
        self.figure.get_by_role("button", name=name).click()

    def go(self, place):
        self.range.fill(str(place))

    def boxes(self):
        """The texts of a graph's boxes by their first line."""
        texts = self.figure.locator("g[id*='-box-']").evaluate_all(
            "boxes => boxes.map(box => [...box.querySelectorAll('text')].map(t => t.textContent))"
        )
        return {one[0]: dict(field.split(" ") for field in one[1:]) for one in texts}

    def edges(self):
        """The numbers on the edges that point back, by operation and operand."""
        back = self.figure.locator("g.back[id*='-edge-']").evaluate_all(
            """edges => edges.map(edge => [edge.id, edge.querySelector("text").textContent,
              ...["forward", "backward"].map(name => edge.querySelector(`polygon.${name}`))
                .map(head => getComputedStyle(head).display !== "none")])"""
        )
        assert all([forward, backward] == [False, True] for _, _, forward, backward in back)
        return {
            tuple(map(int, name.split("-")[-2:])): float(text.translate(MINUS))
            for name, text, *_ in back
        }

    def marked(self):
        return self.figure.locator("g.now").evaluate_all("all => all.map(g => g.id)")


def drawn_at_rest(dot):
    """What stands in the boxes of a graph that is no figure to play with, by their first line."""
    _, svg, drawing = dot.pipe(format="svg", encoding="utf-8").partition("<svg")
    soup = bs4.BeautifulSoup(svg + drawing, "html.parser")
    boxes = [[t.get_text() for t in g.select("text")] for g in soup.select("g.node")]
    return {one[0]: dict(field.split(" ") for field in one[1:]) for one in boxes if len(one) == 3}


def assert_the_chain_rule_holds_along(edges, values):
    """What arrives at a value is each local gradient times the gradient of what it is part of."""
    arrived = dict.fromkeys(map(id, values), 0.0)
    for (place, operand), local_gradient in edges.items():
        arrived[id(values[place]._prev[operand])] += local_gradient * values[place].grad
    for value in values[:-1]:
        assert math.isclose(arrived[id(value)], value.grad, rel_tol=2e-3), value.label


def grads(figure):
    return {name: float(fields["grad"]) for name, fields in figure.boxes().items()}


about = pytest.mark.chapters


@pytest.mark.parametrize(
    ("slug", "cell", "root_name"),
    [
        pytest.param("gradients", "steps(L, add=False)", "L", marks=about("gradients")),
        pytest.param("neuron", "steps(o, add=False)", "o", marks=about("neuron")),
    ],
)
def test_backpropagation_step_by_step(visit, names, slug, cell, root_name):
    namespace = names(slug, cell)
    values = namespace["trace"](namespace[root_name])[0]
    with visit(f"book/{slug}.html") as opened:
        figure = Figure(opened, 0)
        made = [value for value in values if value._op]
        assert figure.last == 2 * len(made) + 1
        assert all(figure.boxes()[value.label]["data"] == "…" for value in made)
        for value in made:
            figure.press(SAY("play on"))
            assert figure.boxes()[value.label]["data"] == f"{value.data:.4g}"
            assert f"= {value.data:.4g}" in figure.says
            assert len(figure.marked()) == 2
        assert not any(grads(figure).values())
        figure.press(SAY("play on"))
        assert grads(figure)[root_name] == 1.0 and sum(grads(figure).values()) == 1.0
        for value in reversed(made):
            figure.press(SAY("play on"))
            # A local gradient × what arrives; nothing is added up before `+=` has been found.
            for line in figure.says.splitlines()[1:]:
                assert "+=" not in line and "× -" not in line
                slope, arrives, after = map(
                    float, re.search(r"(\S+) × \(?([^\s()]+)\)? = (\S+)$", line).groups()
                )
                assert math.isclose(slope * arrives, after, rel_tol=2e-3)
                assert math.isclose(arrives, value.grad, rel_tol=1e-3)
        for value in values:
            assert math.isclose(grads(figure)[value.label], value.grad, rel_tol=1e-3), value.label
        assert figure.boxes() == drawn_at_rest(namespace["draw_dot"](namespace[root_name]))
        assert_the_chain_rule_holds_along(figure.edges(), values)
        figure.press(SAY("play start"))
        assert not figure.edges()
        assert not any(grads(figure).values()) and figure.boxes()[root_name]["data"] == "…"


@about("accumulate")
def test_a_slope_that_is_written_over_is_lost(visit, names):
    namespace = names("accumulate", "steps(f, add=False)")
    with visit("book/accumulate.html") as opened:
        figure = Figure(opened, 0)
        figure.go(figure.last)
        assert (grads(figure)["a"], grads(figure)["b"]) == (
            namespace["a"].grad, namespace["b"].grad,
        )  # fmt: skip
        told = dict.fromkeys(("child", "slope", "value", "grad", "after"), "*")
        gone = SAY("play replace", before=-6, **told)
        assert fnmatch.fnmatch(figure.says, f"*{gone}*")


@about("accumulate")
def test_the_order_matters(visit, names):
    namespace = names("accumulate", "steps(y, ")
    with visit("book/accumulate.html") as opened:
        figure = Figure(opened, 1)
        for order, a, b in (
            ("topological", namespace["right_a"], namespace["right_b"]),
            ("depth first", namespace["a"], namespace["b"]),
        ):
            figure.figure.get_by_label(order).check()
            figure.go(figure.last)
            assert figure.boxes()["y"]["data"] == "41"
            assert (grads(figure)["a"], grads(figure)["b"]) == (a.grad, b.grad)
        assert (a.grad, namespace["right_a"].grad) == (29.0, 25.0)


@about("derivative")
def test_the_step_h(visit, names):
    namespace = names("derivative", '"the step h"')
    with visit("book/derivative.html") as opened:
        figure = Figure(opened, 0)
        seen = set()
        for number, h in enumerate(namespace["choices"]):
            figure.go(number)
            forward = namespace["slope"](namespace["cubic"], 3.0, h)
            central = namespace["central_difference"](namespace["cubic"], 3.0, h)
            assert f"h = {h:g}\n" in figure.says
            assert f"forward: {forward:.12f}, an error of {abs(forward - 15):.1e}" in figure.says
            assert f"central: {central:.12f}" in figure.says
            seen.add(_drawn(figure))
        assert len(seen) == figure.last + 1, "the points do not move with the slider"


@about("training")
def test_the_learning_rate(visit, names):
    namespace = names("training", '"the learning rate"')
    with visit("book/training.html") as opened:
        figure = Figure(opened, 0)
        assert "learning rate 0.05:" in figure.says
        seen = set()
        for number, rate in enumerate(namespace["rates"]):
            figure.go(number)
            tried = namespace["tried"][rate]
            assert f"learning rate {rate}: the loss begins at {tried[0]:.4f}" in figure.says
            assert f"ends at {tried[-1]:.4f}\nIts highest is {max(tried):.4f}." in figure.says
            seen.add(_drawn(figure))
        assert len(seen) == len(namespace["rates"])
        assert max(tried) > tried[0] and tried[-1] > tried[0], "none of the rates diverges"


@about("library")
def test_the_decision_boundary(visit, root):
    # Training takes a minute, so the numbers are those that the chapter's own test has checked.
    with visit("book/library.html") as opened:
        figure = Figure(opened, 0)
        seen, said = set(), []
        for number in range(figure.last + 1):
            figure.go(number)
            said.append(figure.says)
            seen.add(_drawn(figure))
        assert len(seen) == figure.last + 1
        shown = yaml.safe_load((root / "tests/outputs/library.yml").read_text("utf-8"))
        (expected,) = [
            cell["value"] for cell in shown if "step 0: the loss" in cell.get("value", "")
        ]
        assert said == expected.splitlines(), "the page tells other numbers than the test"
        assert said[0].startswith("step 0: the loss is 0.8958, and 50%")


def test_at_every_position_a_plot_has_what_its_frame_says(visit, site, pages_with):
    """Wherever one came from. That a frame is the plot itself, the run of its chapter sees."""
    sliders = 0
    pages = [name for name in pages_with("figure.play") if name.startswith("book/")]
    for name in pages:
        with visit(name) as opened:
            for number in range(opened.page.locator("figure.play").count()):
                figure = Figure(opened, number)
                if figure.figure.get_attribute("data-kind") != "slider":
                    continue
                sliders += 1
                assert figure.figure.evaluate(POSITIONS) == [], name
    assert sliders, "no page has a slider"


def _drawn(figure):
    """What changes in the drawing, as it is now."""
    return figure.figure.locator("[data-part]").evaluate_all(
        "parts => parts.map(part => part.outerHTML).join()"
    )


@about("gradients")
def test_the_figures_work_by_keyboard_and_tell_what_they_show(visit):
    with visit("book/gradients.html") as opened:
        figure = Figure(opened, 0)
        figure.range.focus()
        opened.page.keyboard.press("ArrowRight")
        told = {"value": "e", "operands": "a * b", "numbers": "2 * (-3)", "result": -6}
        forward = SAY("play forward", **told)
        assert figure.says.startswith(forward)
        assert figure.range.get_attribute("aria-valuetext").translate(MINUS) == figure.says
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Shift+Tab")
        opened.page.keyboard.press("End")
        assert figure.figure.get_by_role("button", name=SAY("play on")).get_attribute(
            "aria-disabled"
        ) == "true"  # fmt: skip
        label = figure.figure.locator("svg").get_attribute("aria-label")
        assert label.startswith(SAY("graph", boxes="")) and "e, data −6," in label


@about("gradients")
def test_on_paper_a_walk_is_shown_at_its_end(visit):
    with visit("book/gradients.html") as opened:
        figure = Figure(opened, 0)
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert grads(figure)["a"] == 6.0
        opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert grads(figure)["a"] == 0.0


def test_without_a_script_the_drawing_is_all_there_is(visit, site, pages_with):
    first, *others = pages_with("figure.play")
    with visit(first, java_script_enabled=False) as opened:
        for name in [first, *others]:
            opened.page.goto(site.address + name, wait_until="load")
            figures = opened.page.locator("figure.play").all()
            assert figures
            for figure in figures:
                assert figure.locator("svg").first.is_visible()
                assert not figure.locator(".play-controls").is_visible()
                assert not figure.get_by_role("button").count()


@about("gradients")
def test_the_data_of_a_figure_is_the_chapters_own(site):
    """A script that is served has no numbers of a chapter in it."""
    script = (site.folder / "_static" / "play.js").read_text("utf-8")
    assert not re.search(r"\d\.\d", script)
    page = (site.folder / "book" / "gradients.html").read_text("utf-8")
    (text,) = re.findall(r'<script type="application/json">(\{"name":"play.*?)</script>', page)
    assert [len(walk) for walk in json.loads(text)["walks"]] == [8]
