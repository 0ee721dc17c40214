"""What comes out of grading: a table to look at, one for a platform, a page per student."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

from literate.files import BUILD, replace_files
from literate.grade.grading import Grades
from literate.grade.returned import Student
from literate.grade.runners import RIGHT, Verdict
from literate.grade.sealed import FILES, NETWORK, PROCESSES
from literate.read.model import Book, Chapter, Exercise
from literate.read.settings import Words, language, settings

FOLDER = BUILD / "grades"
TABLE = FOLDER / "grades.csv"
WIDTH = 100
KEPT = {
    NETWORK: "the network is off",
    FILES: "nothing can be written but temporary files, and solutions and others' work are hidden",
    PROCESSES: "no other process can be reached",
}
PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.55 system-ui, sans-serif; }}
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
dt {{ font-weight: 600; margin-top: 0.9rem; }}
dd {{ margin: 0.1rem 0 0; overflow-wrap: anywhere; white-space: pre-wrap; }}
dt::before {{ content: "○ "; }}
dt.right::before {{ content: "✓ "; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{book}</p>
<p>{points}</p>
{unread}{chapters}
</body>
</html>
"""


def write(book: Book, grades: Grades) -> Path:
    """Write the table for a platform and the pages, all or nothing; return their folder."""
    say = Words(book.root)
    pages = {FOLDER / f"{who.name}.html": page(book, grades, who, say) for who in grades.students}
    replace_files(book.root, pages | {TABLE: table(grades)})
    for found in (book.root / FOLDER).iterdir():
        if found.is_file() and FOLDER / found.name not in {*pages, TABLE}:
            found.unlink()
    return FOLDER


def table(grades: Grades) -> str:
    """A table as learning platforms take it: for each student a 1 or 0 per exercise, and points."""
    names = [exercise.name for _, exercise in grades.exercises]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", *names, "points", "of"])
    for who in grades.students:
        right = [grades.points(who, [name]) for name in names]
        writer.writerow([_no_formula(who.name), *right, sum(right), len(names)])
    return text.getvalue()


def _no_formula(name: str) -> str:
    """A name that no spreadsheet takes for something to be computed."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t")) else name


def shown(grades: Grades) -> str:
    """The table for the terminal, and below it what a teacher wants to know."""
    chapters = list(dict.fromkeys(chapter.path.stem for chapter, _ in grades.exercises))
    by_chapter = {c: [e.name for chapter, e in grades.exercises if chapter.path.stem == c]
                  for c in chapters}  # fmt: skip
    every = [exercise.name for _, exercise in grades.exercises]
    rows = [["student", *chapters, "points"]]
    for who in grades.students:
        each = [f"{grades.points(who, names)}/{len(names)}" for names in by_chapter.values()]
        rows.append([who.name, *each, f"{grades.points(who, every)}/{len(every)}"])
    if sum(max(map(len, column)) + 2 for column in zip(*rows)) > WIDTH:
        rows = [[row[0], row[-1]] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
             for row in rows]  # fmt: skip
    return "\n".join([*lines, "", *_hardest(grades), *_notes(grades)])


def _hardest(grades: Grades) -> Iterator[str]:
    """The exercise that most students have wrong, and what most of them are told."""
    wrong: dict[str, list[str]] = {}
    for (_, name), verdict in grades.verdicts.items():
        if verdict["kind"] == "wrong":
            wrong.setdefault(name, []).append(verdict["message"])
    if wrong:
        name, said = max(wrong.items(), key=lambda item: len(item[1]))
        common = max(said, key=said.count)
        yield f"Most often wrong: {name} ({len(said)}), of which {said.count(common)}: {common}"


def _notes(grades: Grades) -> Iterator[str]:
    for who in grades.students:
        for name in who.unread:
            yield f"Not read, because it is no notebook: {who.name}, {name}"
    for who in grades.students:
        uses: dict[str, list[str]] = {}
        for (name, exercise), found in grades.unusual.items():
            if name == who.name:
                uses.setdefault(", ".join(found), []).append(exercise)
        for what, (first, *more) in uses.items():
            places = f"{first} and {len(more)} more" if more else first
            yield f"Worth a look: {who.name} uses {what}, in {places}"
    yield from (f"Not graded: {line}" for line in grades.left)
    yield "Every answer ran in a process of its own, with a limit of time and memory."
    kept = [said for what, said in KEPT.items() if what in grades.kept]
    missing = [said for what, said in KEPT.items() if what not in grades.kept]
    if kept:
        yield f"The kernel saw to it: {'; '.join(kept)}."
    if missing:
        yield (
            f"By Python alone, and so not against someone who knows its insides: "
            f"{'; '.join(missing)}."
        )


def page(book: Book, grades: Grades, who: Student, say: Words) -> str:
    """What one student is told: exercise by exercise, and nothing of a solution."""
    made = settings(book.root)
    every = [exercise.name for _, exercise in grades.exercises]
    unread = "".join(f"<p>{_told(say('feedback unread', name=name))}</p>\n" for name in who.unread)
    return PAGE.format(
        language=html.escape(language(book.root)),
        title=_told(say("feedback", student=who.name)),
        book=html.escape(" · ".join(filter(None, [made.get("course"), str(made.get("title"))]))),
        points=say("feedback points", points=grades.points(who, every), of=len(every)),
        unread=unread,
        chapters="\n".join(_chapters(grades, who, say)),
    )


def _chapters(grades: Grades, who: Student, say: Words) -> Iterator[str]:
    last: Chapter | None = None
    for chapter, exercise in grades.exercises:
        if chapter is not last:
            yield f"{'</dl>' if last else ''}<h2>{_title(chapter)}</h2>\n<dl>"
            last = chapter
        yield _entry(exercise, grades.verdicts[who.name, exercise.name], say)
    yield "</dl>"


def _title(chapter: Chapter) -> str:
    headings = chapter.page.headings
    return html.escape(headings[0].words if headings else chapter.path.stem)


def _entry(exercise: Exercise, verdict: Verdict, say: Words) -> str:
    right = ' class="right"' if verdict["kind"] == RIGHT else ""
    return f"<dt{right}>{_told(exercise.title)}</dt><dd>{_told(said(verdict, say))}</dd>"


def said(verdict: Verdict, say: Words) -> str:
    """What a student is told of an answer."""
    told = {name: text for name, text in verdict.items() if name != "kind" and text}
    at = " at" if verdict["kind"] == "raises" and "line" in told else ""
    return say(f"feedback {verdict['kind']}{at}", **told)


def _told(text: str) -> str:
    """Words of ours or of a check, with their code marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
