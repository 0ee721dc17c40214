"""`make test` leaves out what passed before, if nothing has changed that it could depend on."""

import re

import pytest


@pytest.fixture
def unproven(small_book):
    """Runs what is not proven; tells how that ended, and how many passed and were left out."""

    def run():
        done = small_book.run("pytest", "--unproven")
        counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", done.text)}
        return done.status, counts.get("passed", 0), counts.get("tests", 0)

    return run


def test_nothing_is_run_again_when_nothing_has_changed(unproven):
    status, passed, left_out = unproven()
    assert (status, left_out) == (0, 0) and passed > 20
    assert unproven() == (0, 0, passed)


def test_a_chapter_has_its_own_cells_run_and_all_that_is_no_cell(small_book, unproven):
    _, all_of_them, _ = unproven()
    small_book.edit("book/aside.md", "This chapter builds on no other.", "Other words.")
    status, passed, left_out = unproven()
    # The cells of count (5) and step (3), and of each its end.
    assert (status, passed, left_out) == (0, all_of_them - 10, 10)
    small_book.edit("tests/outputs/count.yml", "Counter(3)", "Counter(4)")
    status, passed, left_out = unproven()
    assert status == 1 and left_out == 7, "step and aside, of which nothing has changed"


def test_what_failed_is_run_again(small_book, unproven):
    small_book.edit("README.md", "Counter(3).n == 3", "Counter(3).n == 4")
    status, passed, left_out = unproven()
    assert (status, left_out) == (1, 0)
    assert unproven() == (1, 0, passed)


def test_a_change_of_the_machinery_has_everything_run(small_book, unproven):
    _, all_of_them, _ = unproven()
    text = (small_book.root / "literate/run/here.py").read_text("utf-8")
    small_book.write("literate/run/here.py", f"{text}\n# changed\n")
    assert unproven() == (0, all_of_them, 0)
