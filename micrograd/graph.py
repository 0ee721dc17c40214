"""The computational graph: its order, and its drawing."""

import re
from math import isfinite

from .finite import _refuse_grads, _short


def _propagate(order):
    """Go backwards through the values in `order`, from the last one."""
    leaves = [node for node in order if not node._prev]
    before = [leaf._grad for leaf in leaves]
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    for node in reversed(order):
        grad, local_grads = node._grad, node._local_grads
        if grad or not isfinite(sum(local_grads)):
            for child, local_grad in zip(node._prev, local_grads):
                child._grad += local_grad * grad
    sums = [leaf._grad + kept for leaf, kept in zip(leaves, before)]
    finite = all(map(isfinite, sums))
    try:
        if not finite:
            _refuse_grads(order)
    finally:
        for leaf, grad in zip(leaves, sums if finite else before):
            leaf._grad = grad


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
    `rankdir` is "LR" (left to right) or "TB" (top to bottom). A ValueError for
    any other format or rankdir.
    """
    from graphviz import FORMATS, Digraph

    if str(format) not in FORMATS:
        raise ValueError(f"format is one of Graphviz's, such as 'svg', not {format!r}")
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir is 'LR' or 'TB', not {rankdir!r}")
    dot = Digraph(format=format)
    dot.attr(rankdir=rankdir, ranksep="0.3")
    dot.attr("node", fontname="Helvetica")
    nodes, edges = trace(root)
    names = {node: str(number) for number, node in enumerate(nodes)}
    for node in nodes:
        name = names[node]
        fields = f"{_drawn(node.label)} | data {node.data:.4g} | grad {node.grad:.4g}"
        dot.node(name, fields.removeprefix(" | "), shape="record")
        if node._op:
            dot.node(f"{name}op", _drawn(node._op))
            dot.edge(f"{name}op", name)
    for child, node in edges:
        dot.edge(names[child], f"{names[node]}op")
    return dot


def topological_order(*roots):
    """The values of the expressions that end in `roots`, each after its children.

    A TypeError for a root that is no node of an expression.
    """
    for root in roots:
        if not hasattr(root, "_prev"):
            raise TypeError(f"an expression ends in a Value, not {_short(root)}")
    order, seen, path = [], set(), [(None, iter(roots))]
    while path:
        node, children = path[-1]
        for child in children:
            if child not in seen:
                seen.add(child)
                if not seen.issuperset(child._prev):
                    path.append((child, iter(child._prev)))
                    break
                order.append(child)
        else:
            order.append(node)
            path.pop()
    return order[:-1]


def _drawn(text):
    """`text` for a label of Graphviz's, in which some characters mean something else."""
    text = re.sub(r"([\\{}|<> ])", r"\\\1", str(text).replace("&", "&amp;"))
    return text.replace("\n", r"\n")
