"""The package's drawer of graphs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from micrograd.engine import Value
from micrograd.graph import draw_dot, trace

DRAW = """
from micrograd.engine import Value
from micrograd.graph import draw_dot

a, b = Value(2.0, label="a"), Value(-3.0, label="b")
c = a * b + a
print(draw_dot(c * c + (c + c)).source)
"""


def test_a_drawing_is_the_same_in_every_run(root: Path) -> None:
    drawn = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(drawn) == 1


def test_both_edges_of_a_value_that_is_used_twice_are_drawn() -> None:
    a = Value(1.0)
    twice = a + a
    assert trace(twice) == ([a, twice], [(a, twice), (a, twice)])
    lines = [line.strip() for line in draw_dot(twice).source.splitlines()]
    assert lines.count('0 -> "1op"') == 2


def test_boxes_are_numbered_in_topological_order() -> None:
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    nodes, edges = trace((c + a) * (c + b) + c)
    assert len(nodes) == len(set(nodes)) == 7
    for child, node in edges:
        assert nodes.index(child) < nodes.index(node)


def test_a_value_that_looks_like_another_has_a_box_of_its_own() -> None:
    assert len(trace(Value(1.0) + Value(1.0))[0]) == 3


@pytest.mark.parametrize("rankdir", ["RL", "lr", ""])
def test_a_direction_that_does_not_exist_is_refused(rankdir: str) -> None:
    with pytest.raises(ValueError, match="rankdir is 'LR' or 'TB', not"):
        draw_dot(Value(1.0), rankdir=rankdir)


def test_a_drawing_can_go_from_top_to_bottom() -> None:
    assert "rankdir=TB" in draw_dot(Value(1.0), rankdir="TB").source
    assert "rankdir=LR" in draw_dot(Value(1.0)).source
