"""Times in chapters: measured in a notebook, on record in the book."""

import json

import pytest

from literate.cells import measure
from literate.run.cache import measures


@pytest.fixture
def record(tmp_path, monkeypatch):
    path = tmp_path / "times.json"
    path.write_text(json.dumps({"where": "measured somewhere", "seconds": {"a step": 0.25}}))
    monkeypatch.setenv(measure.RECORD, str(path))


def test_without_a_record_it_measures(monkeypatch):
    monkeypatch.setenv(measure.RECORD, "")
    short = measure.seconds("short", lambda: sum(range(10_000)))
    long = measure.seconds("long", lambda: sum(range(1_000_000)))
    assert 0 < short < long / 10
    assert measure.where() == "measured now, on this machine"


def test_with_a_record_it_runs_once_and_tells_what_is_there(record):
    ran = []
    assert measure.seconds("a step", lambda: ran.append(1)) == 0.25
    assert len(ran) == 1
    assert measure.where() == "measured somewhere"


def test_a_time_that_is_not_on_record(record):
    with pytest.raises(LookupError, match=r"no time for 'another': run 'make bench'"):
        measure.seconds("another", lambda: None)


def test_the_collector_rests_only_where_it_is_to(monkeypatch):
    import gc

    monkeypatch.setenv(measure.RECORD, "")
    states = []
    measure.seconds("on", lambda: states.append(gc.isenabled()))
    measure.seconds("off", lambda: states.append(gc.isenabled()), collector=False)
    assert states == [True] * 3 + [False] * 3
    assert gc.isenabled()


def test_a_book_with_a_time_shows_the_one_on_record(small_book):
    cell = "```{code-cell} python\nfrom literate.cells import seconds, where\n\n"
    cell += "print(seconds('counting', lambda: sum(range(1000))) > 0, where())\n```\n"
    text = (small_book.root / "book/step.md").read_text("utf-8")
    small_book.write("book/step.md", f"{text}\n{cell}")
    assert small_book.literate("times").status == 0
    kept = json.loads((small_book.root / measure.TIMES).read_text("utf-8"))
    assert [*kept["seconds"]] == ["counting"] and kept["seconds"]["counting"] > 0
    small_book.write(str(measure.TIMES), json.dumps(kept | {"where": "measured somewhere"}))
    assert small_book.literate("outputs").status == 0
    expected = (small_book.root / "tests/outputs/step.yml").read_text("utf-8")
    assert "True measured somewhere" in expected
    done = small_book.pytest()
    assert done.status == 0, done.text


def test_every_time_on_record_is_asked_for_in_some_chapter(root, book):
    names = json.loads((root / measure.TIMES).read_text("utf-8"))["seconds"]
    text = "".join(chapter.text for chapter in book.chapters if measures(chapter))
    said = [name for name in names if name.partition(",")[0] not in text]
    assert names and not said, f"no chapter asks for {said}: run 'make bench'"
