"""What was measured, as a part of a page. Its words stand in book/words.yml."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from bench.contestants import CONTESTANTS
from bench.fetch import VERSION
from bench.gpt import GOOD
from bench.gpt_plan import Trained
from bench.plan import Results
from bench.tasks import TASKS
from bench.worker import COLLECTOR
from literate.read.model import CHAPTERS
from literate.read.page import SLIDE
from literate.read.settings import Words

PLACE = Path(CHAPTERS, "bench.md")
UNITS = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))


def fragment(
    found: Results, trained: Trained, facts: dict[str, str], rounds: int, say: Words
) -> str:
    names = {c: say(f"bench {c}", version=VERSION) for c in CONTESTANTS}
    parts = [say("bench speed", published=names["published"])]
    speeds = [_speed(found, task, names, say) for task in TASKS]
    # The first is the one to be shown in a lecture.
    parts += [f"{SLIDE}\n{speeds[0]}", *speeds[1:]]
    parts += [_shares(found, names, say), say("bench bears")]
    parts += [_bears(found, names, say), gpt(trained, say)]
    parts.append(say("bench measured", rounds=rounds, **facts))
    return "\n\n".join(["% " + say("bench written"), *parts]) + "\n"


def gpt(trained: Trained, say: Words) -> str:
    """The rows of the GPT, and what is to be said of them."""
    rows = []
    for contestant, seconds in trained.seconds.items():
        speed = rounded(trained.faster(contestant))
        memory, race = trained.bytes.get(contestant), trained.races.get(contestant)
        rows.append([
            say(f"bench {contestant}"),
            f"1 ({duration(seconds)})" if contestant == "reference" else speed,
            f"{rounded(memory / 1e6)} MB" if memory else "–",
            duration(race["seconds"]) if race else "–",
        ])  # fmt: skip
    head = [say(f"bench {what}") for what in ("gpt step", "faster", "memory")]
    names = int(trained.races["arrays"]["names"])
    alone = duration(names * trained.seconds["reference"])
    return "\n\n".join(
        [
            say("bench gpt", good=GOOD),
            _table([*head, say("bench race", good=GOOD)], rows),
            say("bench gpt race", names=names, good=GOOD, reference=alone),
        ]
    )


def rounded(number: float) -> str:
    """Two digits that count: 62, 6.2, 530."""
    digits = 1 - math.floor(math.log10(float(f"{number:.1e}")))
    return f"{round(number, digits):,.{max(digits, 0)}f}"


def duration(seconds: float) -> str:
    size, unit = next((u for u in UNITS if seconds >= u[0]), UNITS[-1])
    return f"{rounded(seconds / size)} {unit}"


def _speed(found: Results, task: str, names: dict[str, str], say: Words) -> str:
    columns = [which for which in COLLECTOR if (task, "published", which) in found.seconds]
    head = [say(f"bench {task}"), *(say(f"bench collector {which}") for which in columns)]
    rows = []
    for contestant, name in names.items():
        keys = [(task, contestant, which) for which in columns]
        if keys[0] in found.seconds:
            told = [rounded(found.faster(*key)) for key in keys]
            if contestant == "published":
                told = [f"1 ({duration(found.seconds[key])})" for key in keys]
            rows.append([name, *told])
    return _table(head, rows)


def _shares(found: Results, names: dict[str, str], say: Words) -> str:
    """Which part of the gain is the collector's, and what writing a program takes."""

    def slower(contestant: str) -> str:
        on, off = (found.seconds["moons", contestant, which] for which in ("on", "off"))
        return rounded(on / off)

    told = say(
        "bench shares",
        published=names["published"],
        eager=rounded(found.faster("moons", "eager", "off")),
        compiled=rounded(found.faster("moons", "compiled", "off")),
        **{f"slower_{c}": slower(c) for c in ("published", "eager")},
    )
    writing = [duration(found.prepared[task, "compiled", "off"]) for task in ("moons", "mixed")]
    return f"{told} {say('bench writing', moons=writing[0], mixed=writing[1])}"


def _bears(found: Results, names: dict[str, str], say: Words) -> str:
    rows = []
    for contestant, name in names.items():
        row = [name, "–", "–"]
        if memory := found.bytes.get(contestant):
            row[1] = f"{rounded(memory / 1e6)} MB"
        if chain := found.chains.get(contestant):
            row[2] = f"{chain:,}" if chain < found.longest else say("bench all", count=f"{chain:,}")
        if row[1:] != ["–", "–"]:
            rows.append(row)
    return _table([say("bench engine"), say("bench memory"), say("bench chain")], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
