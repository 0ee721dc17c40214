"""Names as tokens: the same everywhere, and odd ones refused in words."""

import random
import re

import pytest

from micrograd import decode, encode, generate, load_names, split


def test_the_names_and_their_three_parts_are_the_same_everywhere():
    names = load_names()
    assert (len(names), names[0], names[-1]) == (5163, "aaron", "zulma")
    training, validation, test = split(names)
    assert (training[0], validation[0], test[0]) == ("wilma", "ava", "leigha")
    assert {*training}.isdisjoint(validation) and {*training, *validation}.isdisjoint(test)


def test_a_seed_draws_the_same_name_everywhere():
    def predict(tokens):
        return [3.0 if len(tokens) > 4 else 0.0, *(1.0 / (1 + n) for n in range(26))]

    rng = random.Random(1337)
    assert [generate(predict, rng) for _ in range(4)] == ["fdbe", "mblt", "zags", "mcah"]


def test_a_name_that_does_not_end_is_cut_off():
    assert generate(lambda tokens: [0, 1], random.Random(1), longest=5) == "aaaaa"


def test_a_model_is_shown_all_tokens_so_far():
    shown = []

    def predict(tokens):
        shown.append([*tokens])
        return [[0, 1, 0], [0, 0, 1], [1, 0, 0]][tokens[-1]]

    assert generate(predict, random.Random(1)) == "ab"
    assert shown == [[0], [0, 1], [0, 1, 2]]


REFUSED = {
    "an empty name": (lambda: encode(""), "a name has one letter at least"),
    "a letter that the model does not know": (
        lambda: encode("zoë"), "'zoë': 'ë' is not one of the letters a to z"),
    "a capital": (lambda: encode("Emma"), "'Emma': 'E' is not one of the letters a to z"),
    "a name of two words": (lambda: encode("mary ann"), "' ' is not one of the letters a to z"),
    "no text": (lambda: encode(5), "a name is a text, not 5"),
    "a token that is none": (lambda: decode([0, 27]), "a whole number from 0 to 26, not 27"),
    "a negative one": (lambda: decode([-1]), "a whole number from 0 to 26, not -1"),
    "too few names": (lambda: split(["al"] * 9), "three parts take ten names at least, not 9"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_in_words(name):
    action, says = REFUSED[name]
    with pytest.raises((TypeError, ValueError), match=re.escape(says)):
        action()
