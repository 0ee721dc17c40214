"""Text as tokens: names, and how they are read and written letter by letter."""

import random
from importlib.resources import files
from numbers import Integral

from .finite import _number, _series, _short


def load_names():
    """The distinct first names of the US census of 1990, in lower case, sorted.

    They come with the package `names` from PyPI; a ModuleNotFoundError without it.
    """
    lists = [files("names") / f"dist.{part}.first" for part in ("female", "male")]
    lines = [line for one in lists for line in one.read_text("ascii").splitlines()]
    return sorted({line.split()[0].lower() for line in lines})


def split(names, seed=1337):
    """The names in a random order, as three lists: training, validation and test.

    They have 80, 10 and 10 of a hundred. A ValueError for fewer than ten names.
    """
    names = _series(names, "split", "names")
    if len(names) < 10:
        raise ValueError(f"three parts take ten names at least, not {len(names)}")
    shuffled = random.Random(seed).sample(names, len(names))
    first, second = len(names) * 8 // 10, len(names) * 9 // 10
    return shuffled[:first], shuffled[first:second], shuffled[second:]


BOUNDARY = 0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def encode(name):
    """The tokens of a name: the boundary, 1 to 26 for each letter, the boundary again.

    A ValueError for an empty name, and for what is not one of the `LETTERS`.
    """
    if not isinstance(name, str):
        raise TypeError(f"a name is a text, not {_short(name)}")
    if not name:
        raise ValueError("a name has one letter at least, and this one is empty")
    for letter in name:
        if letter not in LETTERS:
            raise ValueError(f"{_short(name)}: {letter!r} is not one of the letters a to z")
    return [BOUNDARY, *(LETTERS.index(letter) + 1 for letter in name), BOUNDARY]


def decode(tokens):
    """The name that the tokens spell; boundaries are not shown.

    A ValueError for what is no token.
    """
    tokens = _series(tokens, "the tokens")
    for token in tokens:
        if not isinstance(token, Integral) or token not in range(len(LETTERS) + 1):
            raise ValueError(f"a token is a whole number from 0 to 26, not {_short(token)}")
    return "".join(LETTERS[token - 1] for token in tokens if token != BOUNDARY)


def generate(predict, rng, longest=16):
    """A name, letter by letter, each drawn with the probabilities of a model.

    `predict` takes the tokens so far, of which the first is the boundary, and returns the
    probability of each token. `rng` is a `random.Random`: the same seed, the same name. A
    name that does not end is cut off after `longest` letters.
    """
    if not callable(predict) or not isinstance(rng, random.Random):
        raise TypeError(f"generate takes a function and a random.Random, not {_short(rng)}")
    tokens = [BOUNDARY]
    while len(tokens) <= _number(longest, "longest is"):
        probabilities = [float(p) for p in _series(predict(tokens), "what predict returns")]
        [token] = rng.choices(range(len(probabilities)), probabilities)
        if token == BOUNDARY:
            break
        tokens.append(token)
    return decode(tokens)
