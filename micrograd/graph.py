"""Drawings of expressions."""

from graphviz import Digraph

from .engine import topological_order


def trace(root):
    """The expression that ends in `root`: its nodes and its edges, two lists.

    Every node comes once, after its children. An edge is a pair (child, node);
    where a node uses the same child twice, there are two.
    """
    nodes = topological_order(root)
    return nodes, [(child, node) for node in nodes for child in node._prev]


def draw_dot(root, format="svg", rankdir="LR"):
    """The expression that ends in `root` as a drawing, which a notebook shows.

    `format` is one of Graphviz's, for a drawing that is written to a file.
    `rankdir` is "LR" (left to right) or "TB" (top to bottom); any other is a
    ValueError.
    """
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir is 'LR' or 'TB', not {rankdir!r}")
    dot = Digraph(format=format)
    dot.attr(rankdir=rankdir, ranksep="0.3")
    dot.attr("node", fontname="Helvetica")
    nodes, edges = trace(root)
    names = {node: str(number) for number, node in enumerate(nodes)}
    for node in nodes:
        name = names[node]
        fields = f"{node.label} | data {node.data:.4f} | grad {node.grad:.4f}"
        dot.node(name, fields.removeprefix(" | "), shape="record")
        if node._op:
            dot.node(name + node._op, node._op)
            dot.edge(name + node._op, name)
    for child, node in edges:
        dot.edge(names[child], names[node] + node._op)
    return dot
