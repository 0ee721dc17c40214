"""What a GPT needs to write: probabilities, an end, and programs for texts of any length."""

import random

import pytest

from micrograd import (
    GPT,
    Programs,
    Value,
    cross_entropy,
    encode,
    generate,
    matrix,
    probabilities,
    sample,
    split,
)


def test_a_temperature_of_1_leaves_the_probabilities():
    logits = [700.0, 701.0, 702.0]
    powers = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]
    assert probabilities(logits) == pytest.approx(powers)
    assert probabilities(logits, 2.0) == pytest.approx(
        [0.18632372322375, 0.30719588571849843, 0.506480391057752]
    )


def test_large_logits_are_moved_before_they_are_divided():
    assert probabilities([1e308, 0.0]) == [1.0, 0.0]
    assert probabilities([1e308, 1e308], 0.5) == [0.5, 0.5]


def test_a_text_ends_at_its_longest():
    """Where the boundary never comes."""
    never = [0.0, *[1.0] * 26]
    assert len(generate(lambda tokens: never, random.Random(7))) == 16
    assert len(generate(lambda tokens: never, random.Random(7), longest=3)) == 3


def test_a_gpt_writes_no_more_than_it_has_places_for():
    random.seed(7)
    gpt = GPT(places=3, dims=2, heads=1)
    gpt.head[0] = [Value(-1000.0), Value(-1000.0)]
    written = sample(gpt, random.Random(7))
    assert len(written) <= 3
    assert written == sample(gpt, random.Random(7), temperature=1.0)
    written = {temperature: writes(gpt, temperature) for temperature in (None, 1.0, 2.0)}
    assert written[None] == written[1.0] != written[2.0]


def writes(gpt, temperature):
    """Fifty names, with the temperature that is the default for None."""
    rng, given = random.Random(7), [] if temperature is None else [temperature]
    return [sample(gpt, rng, *given) for _ in range(50)]


def test_a_program_has_the_loss_of_its_text():
    random.seed(7)
    gpt = GPT(tokens=3, places=4, dims=2, heads=1)
    expected = cross_entropy(gpt([0, 1]), [1, 2]).data
    assert Programs(gpt).forward(iter([0, 1, 2])) == pytest.approx(expected, abs=1e-12)


def test_letters_count_from_1_and_ten_names_are_enough_for_three_parts():
    assert encode("abz") == [0, 1, 2, 26, 0]
    assert [len(part) for part in split(list("abcdefghij"))] == [8, 1, 1]


def test_a_matrix_begins_near_zero():
    random.seed(7)
    (row,) = matrix(1, 2)
    random.seed(7)
    assert [value.data for value in row] == [random.gauss(0.0, 0.08) for _ in row]
