"""`make bench`: a tiny run of all of it, and what it says when something is not as it should be."""

import contextlib
import dataclasses
import math
import platform
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import fetch, goals, gpt, gpt_plan, plan, table
from bench.contestants import CONTESTANTS, ENGINES, NEEDS, PUBLISHED, UNTRACED, takes_part
from bench.gpt_plan import Trained
from bench.plan import BARE, QUICK, Results
from bench.tasks import TASKS
from bench.worker import COLLECTOR
from literate.commands import machine
from literate.read.error import BookError
from literate.read.settings import Words
from tests import warm


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def begins_at_once(tmp_path_factory):
    """Has each contestant begin in a Python that has imported what is not measured."""
    libraries = ["literate.read.model", *(n for n in ("numpy", "torch") if find_spec(n))]

    @contextlib.contextmanager
    def begin():
        with (
            warm.start(tmp_path_factory.mktemp("warm"), lambda: None, *libraries) as python,
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr(sys, "executable", python)
            yield

    return begin


@pytest.fixture(scope="module")
def quick(root, said, begins_at_once) -> Results:
    """A tiny run of everything, with everybody who is installed here."""
    try:
        command.prepare(root)
    except BookError as error:
        if "the package index" not in str(error):
            raise
        pytest.skip(str(error))
    with begins_at_once():
        return plan.measure(root, QUICK, said.append)


@pytest.fixture(scope="module")
def trained(root, begins_at_once) -> Trained:
    """A tiny run of the GPT."""
    with begins_at_once():
        return gpt_plan.measure(root, QUICK, lambda text: None)


@pytest.fixture
def good_gpt(trained) -> Trained:
    """Results with which every goal is reached."""
    seconds = dict.fromkeys(trained.seconds, 1.0)
    return dataclasses.replace(trained, seconds=seconds | GOOD_GPT)


GOOD_GPT = {"reference": 100.0, "eager": 100 / 3, "compiled": 4.0}


@pytest.fixture
def good(quick) -> Results:
    """Results with which every goal is reached."""
    seconds = dict.fromkeys(quick.seconds, 1.0)
    seconds |= {key: 1e-3 for key in seconds if key[1] in ("eager", "compiled")}
    bytes_ = quick.bytes | {"published": 13 * quick.bytes["eager"]}
    chains = quick.chains | {"eager": 1_000_000}
    return dataclasses.replace(quick, seconds=seconds, bytes=bytes_, chains=chains)


def test_everybody_did_every_task_and_came_to_the_same_loss(quick, said):
    """`measure` compares the losses of each task, after two steps at least."""
    absent = {words.split()[2] for words in said if "not measured" in words}
    present = [contestant for contestant in CONTESTANTS if contestant not in absent]
    assert {"published", "lecture", "eager", "compiled", "floats"} <= set(present)
    assert set(quick.seconds) == {
        (task, contestant, collector)
        for task in TASKS
        for contestant in present
        for collector in COLLECTOR
        if (task in BARE or collector != "bare")
        if takes_part(contestant, TASKS[task](True))
    }
    assert all(seconds > 0 for seconds in quick.seconds.values())
    assert set(quick.bytes) == set(present) - UNTRACED
    assert set(quick.chains) == set(present) & set(ENGINES)


def test_everybody_took_a_step_of_the_gpt_and_came_to_the_same_loss(trained):
    """`measure` compares the losses, after a step."""
    present = {c for c in gpt.CONTESTANTS if c not in NEEDS or c in trained.seconds}
    assert set(trained.seconds) == present and all(s > 0 for s in trained.seconds.values())
    assert set(trained.bytes) == present - UNTRACED
    assert trained.races["arrays"]["names"] == 2 and trained.races["arrays"]["seconds"] > 0
    assert trained.bytes["reference"] > trained.bytes["compiled"] > trained.bytes["arrays"]


def test_a_race_ends_when_the_loss_is_good(monkeypatch):
    training = gpt.arrays()
    assert gpt.race(training, most=10)["names"] == 10, "after ten names it is not good yet"
    monkeypatch.setattr(gpt, "GOOD", 3.0)
    assert 10 <= gpt.race(training, most=500)["names"] < 100


def test_the_published_engine_was_measured_and_not_ours(quick):
    assert 500 < quick.chains["published"] < 1_000, "it follows a chain with recursion"
    assert quick.chains["eager"] == QUICK.longest
    assert quick.bytes["published"] > 3 * quick.bytes["eager"]


def test_the_collector_comes_when_it_is_on_and_finds_circles_in_theirs_alone(root, quick):
    def worker(contestant, collector):
        return plan.worker(root, "worker", "moons", contestant, "--collector", collector, "--quick")

    assert all(worker(c, "off")["searches"] == 0 for c in ("published", "eager"))
    bare = plan.worker(root, "worker", "moons", "eager", "--collector", "bare", "--quick")
    assert bare["searches"] > 0 == bare["circles"]
    on = {c: worker(c, "on") for c in ("published", "lecture", "eager")}
    assert all(told["searches"] > 0 for told in on.values())
    assert on["published"]["circles"] > 1000 and on["lecture"]["circles"] > 1000
    assert on["eager"]["circles"] == 0


def test_another_loss_is_refused():
    same = {"moons": {"published": 0.5, "eager": 0.5 + 1e-12}, "tiny": {"published": math.nan}}
    plan.compare({"moons": same["moons"]})
    with pytest.raises(BookError, match=r"at the task moons, numpy comes to the loss 0\.5"):
        plan.compare({"moons": same["moons"] | {"numpy": 0.50001}})
    with pytest.raises(BookError, match="published comes to the loss nan"):
        plan.compare(same)


def test_a_goal_that_was_not_reached_is_named(quick, good):
    assert goals.missed(good, goals.GOALS) == []
    (told,) = goals.missed(dataclasses.replace(good, chains=quick.chains), goals.GOALS)
    assert told == "2,000 nodes in the longest chain survived, and it is to be 1,000,000 at least"
    slow = good.seconds | {("moons", "eager", "off"): 0.25}
    (told,) = goals.missed(dataclasses.replace(good, seconds=slow), goals.GOALS)
    assert told.startswith("4 times as fast on the two moons, the collector off")
    slow = good.seconds | {("moons", "eager", "bare"): 1 / 29}
    (told,) = goals.missed(dataclasses.replace(good, seconds=slow), goals.GOALS)
    assert told == "29 times as fast on the two moons, bare, and it is to be 30 at least"
    slow = good.seconds | {("moons", "compiled", "on"): 1 / 399}
    (told,) = goals.missed(dataclasses.replace(good, seconds=slow), goals.GOALS)
    assert told.startswith("399 times as fast on the two moons, compiled")
    slow = good.seconds | {("mixed", "eager", "off"): 2.0}
    (told,) = goals.missed(dataclasses.replace(good, seconds=slow), goals.GOALS)
    assert told.startswith("0.5 times as fast at the mixed operations")
    large = good.bytes | {"published": 12 * good.bytes["eager"]}
    (told,) = goals.missed(dataclasses.replace(good, bytes=large), goals.GOALS)
    assert told.startswith("12 times less memory")


@pytest.mark.parametrize(
    ("contestant", "seconds", "says"),
    [
        ("eager", 50.0, "2 times as fast a step of the GPT, and it is to be 3 at least"),
        ("compiled", 10.0, "10 times as fast a step of the GPT, compiled, and it is to be 20"),
        ("arrays", 2.0, "50 times as fast a step of the GPT, on arrays, and it is to be 100"),
        ("torch-batched", 0.5, "0.5 times as fast a step of the GPT as PyTorch, on"),
    ],
)
def test_a_goal_of_the_gpt_that_was_not_reached_is_named(good_gpt, contestant, seconds, says):
    assert goals.missed(good_gpt, goals.GPT_GOALS) == []
    slow = dataclasses.replace(good_gpt, seconds=good_gpt.seconds | {contestant: seconds})
    assert goals.missed(slow, goals.GPT_GOALS)[0].startswith(says)


@pytest.fixture
def book(root, tmp_path, monkeypatch, good_gpt):
    """A folder with a table of last time, in which the command finds what the tests say."""
    (tmp_path / "book").mkdir()
    shutil.copyfile(root / "book/words.yml", tmp_path / "book/words.yml")
    (tmp_path / table.PLACE).write_text("before\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "prepare", lambda root: None)
    monkeypatch.setattr(gpt_plan, "measure", lambda *given: good_gpt)
    return tmp_path


def run(monkeypatch, found, *arguments):
    monkeypatch.setattr(command, "measure", lambda *given: found)
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    return command.main()


def test_a_missed_goal_fails_and_leaves_the_table(book, quick, monkeypatch, capsys):
    assert run(monkeypatch, quick) == 1
    told = capsys.readouterr().err
    assert "the engine does not do what the book promises" in told
    assert "2,000 nodes in the longest chain" in told and "To fix it: run it again" in told
    assert (book / table.PLACE).read_text() == "before\n"


def test_a_quick_look_writes_nothing(book, good, monkeypatch, capsys):
    assert run(monkeypatch, good, "--quick") == 0
    assert "our engine" in capsys.readouterr().out
    assert (book / table.PLACE).read_text() == "before\n"


def test_what_is_printed_is_what_the_book_gets(book, good, monkeypatch, capsys):
    assert run(monkeypatch, good) == 0
    written = (book / table.PLACE).read_text("utf-8")
    assert capsys.readouterr().out == f"{written}\n"
    assert written.startswith("% Written by 'make bench'")


def test_the_table_has_a_line_for_everybody_and_few_columns(root, quick, trained):
    say = Words(root)
    text = table.fragment(quick, trained, machine.facts(), 5, say)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {3, 4}
    for contestant in {contestant for _, contestant, _ in quick.seconds}:
        name = say(f"bench {contestant}", version=fetch.VERSION)
        tasks = [task for task in TASKS if (task, contestant, "on") in quick.seconds]
        tables = contestant in quick.bytes or contestant in quick.chains
        count = len(tasks) + tables + (contestant in trained.seconds)
        assert [row[0] for row in rows].count(name) == count
    assert "# " not in text, "a part of a page has no title"


def test_it_says_what_was_measured(root, good, trained):
    text = table.fragment(good, trained, machine.facts(), 5, Words(root))
    assert "| micrograd 0.1.0 | 1 (1.0 s) | 1 (1.0 s) | 1 (1.0 s) |" in text
    assert "| our engine, compiled | 1,000 | 1,000 | 1,000 |" in text
    assert "| our engine, compiled | 1,000 | 1,000 |\n" in text
    assert "or more" in text
    longest = dataclasses.replace(good, longest=1_000_000, chains={"lecture": 991, "eager": 10**6})
    text = table.fragment(longest, trained, machine.facts(), 5, Words(root))
    assert "| 1,000,000 or more |" in text and " 991 |" in text
    assert text.count("or more") == 1


def test_it_tells_nothing_of_the_machine_but_its_kind(root, quick, trained):
    text = table.fragment(quick, trained, machine.facts(), 5, Words(root))
    assert platform.python_version() in text and machine.facts()["date"] in text
    for secret in (platform.node(), str(root), str(Path.home()), sys.executable):
        assert secret not in text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (62.4, "62"), (6.24, "6.2"), (0.934, "0.93"), (533, "530"), (1254, "1,300"),
        (9.96, "10"), (99.6, "100"), (0.0996, "0.10"), (1.0, "1.0"),
    ],
)  # fmt: skip
def test_two_digits_count(number, text):
    assert table.rounded(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1.12, "1.1 s"), (0.111, "110 ms"), (0.0021, "2.1 ms"), (7e-5, "70 µs"), (3e-7, "0.30 µs")],
)
def test_a_time_has_its_unit(seconds, text):
    assert table.duration(seconds) == text


@pytest.mark.parametrize("limit", [1, 2, 3, 991, 992, 1024, 1999, 2000])
def test_the_longest_chain_is_found(root, monkeypatch, limit):
    def run(root, module):
        told = [n for n in module[2:] if int(n) <= limit]
        return subprocess.CompletedProcess(module, -11, "\n".join(told), "")

    monkeypatch.setattr(plan, "_run", run)
    assert plan.deepest(root, "eager", 2000) == limit


def test_an_engine_that_cannot_even_begin_is_no_short_chain(root):
    with pytest.raises(BookError, match=r"python -m bench\.chain nobody 1' failed: KeyError"):
        plan.deepest(root, "nobody", 2)


def test_a_run_that_fails_says_how_to_see_more(root, monkeypatch):
    monkeypatch.setitem(TASKS, "gone", TASKS["tiny"])
    with pytest.raises(BookError, match=r"'python -m bench\.worker gone eager' failed: .*choose"):
        plan.worker(root, "worker", "gone", "eager")


def test_a_run_that_takes_too_long(root, monkeypatch):
    monkeypatch.setattr(plan, "LIMIT", 0.01)
    with pytest.raises(BookError, match=r"longer than 0\.01 seconds"):
        plan.worker(root, "worker", "tiny", "eager")


def test_a_package_index_without_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(BookError) as error:
        fetch.fetch(tmp_path)
    told = str(error.value)
    assert told.startswith("micrograd 0.1.0: the package index did not give it")
    assert "No matching distribution" in told and "look at the network" in told
    assert not list(tmp_path.rglob("*"))


def test_what_is_there_is_not_fetched_again(quick, root, monkeypatch):
    assert (root / PUBLISHED / "micrograd/engine.py").is_file()
    monkeypatch.setattr(subprocess, "run", None)
    fetch.fetch(root)
