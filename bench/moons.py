"""The two moons of the published demo, kept in a file.

Workers read them from there: importing scikit-learn takes longer than what is measured, and leaves
so many objects behind that the garbage collector takes longer, too.
"""

import json
from pathlib import Path

FILE = Path("_build/bench/moons.json")


def text() -> str:
    """What the file says."""
    import numpy as np
    from sklearn.datasets import make_moons

    np.random.seed(1337)
    points, labels = make_moons(n_samples=100, noise=0.1)
    examples = [[x, y, 2.0 * label - 1] for (x, y), label in zip(points, labels, strict=True)]
    return json.dumps(examples)


def read() -> list[list[float]]:
    examples: list[list[float]] = json.loads(FILE.read_text("utf-8"))
    return examples
