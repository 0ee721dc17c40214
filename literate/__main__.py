"""The commands, nearly all of them targets of `make`: python -m literate {tangle,book,…}."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from literate import files
from literate.commands import (
    compare,
    external_links,
    languages,
    merged,
    new_chapter,
    site,
    times,
    trained,
)
from literate.editions import archive, binder, classroom, decks, notebook, paper
from literate.files import replace_files
from literate.grade import grading, report
from literate.prove import outputs
from literate.read.book import read_book
from literate.read.error import BookError
from literate.read.model import Book, slug
from literate.read.order import dropped
from literate.read.settings import Words
from literate.tangle import package
from literate.tangle.tangle import tangle


def tangle_command(root: Path) -> None:
    """Write the package, and for the chapters the package as each of them leaves it."""
    whole = read_book(root)
    tangled = tangle(whole)
    made = package.package_files(tangled) | package.after_files(tangled)
    changed = package.write(root, made)
    for path in changed:
        print(f"wrote {path}")
    if not changed:
        print("The package is what the chapters say; nothing to write.")
    _say_dropped(whole)


def _say_dropped(book: Book) -> None:
    """Tell what a fork may have left out on purpose, and someone else by mistake."""
    if gone := dropped(book):
        print(f"Left out, because _toc.yml does not name them: {', '.join(map(str, gone))}")


def outputs_command(root: Path, chapter: str = "") -> None:
    """Run all chapters, or one, and rewrite the expected outputs; the git diff is the review."""
    whole = read_book(root)
    asked = [c for c in whole.chapters if chapter in ("", c.path.stem, c.slug)]
    if not asked:
        raise BookError(
            "make outputs", None, f"the book has no chapter '{chapter}'",
            "name one that _toc.yml has: make outputs CHAPTER=…",
        )  # fmt: skip
    tangled = tangle(whole)
    package.write(root, package.after_files(tangled))
    texts = {}
    told = []
    for one in asked:
        if one.missing:
            told.append(f"kept {outputs.file(one.slug)}: {one.lacks('outputs')}")
            continue
        print(f"running {one.path}", file=sys.stderr, flush=True)
        texts[outputs.file(one.slug)] = outputs.record(whole, one)
    told += [f"wrote {path}" for path in replace_files(root, {p: t for p, t in texts.items() if t})]
    # Those of chapters that show nothing now, and those of no chapter.
    kept = {
        outputs.file(slug(path)) for path in (*(c.path for c in whole.chapters), *dropped(whole))
    }
    kept -= {path for path, text in texts.items() if not text}
    for found in sorted((root / outputs.FOLDER).glob("*.yml")):
        if found.relative_to(root) not in kept:
            found.unlink()
            told.append(f"removed {found.relative_to(root)}")
    print("\n".join(told) or "All outputs are as expected.")


def merged_command(root: Path) -> None:
    """Conclude a merge: write anew what is generated."""

    def generate(root: Path) -> None:
        tangle_command(root)
        outputs_command(root)

    print(merged.finish(root, generate))


def chapter_command(root: Path, name: str, after: str) -> None:
    """Begin a chapter that passes all tests, behind another."""
    for path in new_chapter.write(root, name, after):
        print(f"wrote {path}")
    print("Open the page, and put your own words and cells into it.")
    print(f"Then: make outputs CHAPTER={name}, make test")


def times_command(root: Path) -> None:
    """Measure anew what the chapters measure; a part of 'make bench'."""
    print(f"wrote {times.write(read_book(root))}")


def trained_command(root: Path) -> None:
    """Train the GPT of the chapter gpt anew, and keep its weights."""
    print(f"wrote {trained.write(read_book(root))}")


def book_command(root: Path) -> None:
    """Make the site."""
    first = site.make(root)
    _say_dropped(read_book(root))
    print(f"The book is ready: open {first} in a browser.")


def notebooks_command(root: Path) -> None:
    """Write every chapter as a notebook that runs anywhere."""
    edition = _edition(root, notebook.Edition)
    _write(edition, binder.files(edition))


def student_command(root: Path) -> None:
    """Write the notebooks without their answers, which students write."""
    _write(_edition(root, classroom.Student), classroom.GRADER_CONFIGURATION)


def instructor_command(root: Path) -> None:
    """Write the notebooks with their answers and with notes for the teacher."""
    _write(_edition(root, classroom.Instructor), {})


def _edition(root: Path, kind: type[notebook.Edition]) -> notebook.Edition:
    whole = read_book(root)
    return kind(whole, tangle(whole), Words(root))


def _write(edition: notebook.Edition, beside: dict[str, str]) -> None:
    folder = notebook.write(edition, beside)
    print(f"{len(edition.book.chapters)} notebooks are in {folder}.")


def grade_command(root: Path, work: str) -> None:
    """Grade the notebooks that students returned, by the book's own checks."""
    whole = read_book(root)
    package.write(root, package.after_files(tangle(whole)))
    grades = grading.grade(whole, Path(work), lambda line: print(line, file=sys.stderr, flush=True))
    folder = report.write(whole, grades)
    print(report.shown(grades))
    print(f"The grades are in {report.TABLE}, and what to tell each student is in {folder}.")


def slides_command(root: Path) -> None:
    """Make the slides of every chapter."""
    site.make(root)
    first, left = decks.write(root)
    print("\n".join([*left, f"The slides are ready: open {first} in a browser."]))


def pdf_command(root: Path) -> None:
    """Print the whole book into one file."""
    browser = paper.browser()
    site.make(root)
    path = paper.write(root, browser)
    print(f"The book is printed: {path} ({(root / path).stat().st_size / 1e6:.1f} MB).")


def offline_command(root: Path) -> None:
    """Pack the site into one file."""
    site.make(root)
    path = archive.write(root)
    print(f"The site is packed: {path} ({(root / path).stat().st_size / 1e6:.1f} MB).")


def links_command(root: Path) -> None:
    """Try every link that leads to another site."""
    count = external_links.check(root)
    print(f"All {count} links to other sites lead somewhere.")


def compare_command(root: Path, original: str, translation: str) -> None:
    """Check that a translated chapter has the code of its original."""
    count = compare.compare(Path(original), Path(translation))
    print(f"All {count} cells of {translation} have the code of {original}.")


def translated_command(root: Path, translation: str) -> None:
    """Record that a translated page says what its original says now."""
    count = languages.translated(root, Path(translation))
    print(
        f"{translation} is the translation of what its original says now; {count} cells are alike."
    )


def serve_command(root: Path) -> None:
    """Serve the site, and make it again whenever a chapter is saved."""
    from literate.commands.serve import serve

    serve(root)


COMMANDS: dict[str, Callable[..., None]] = {
    "tangle": tangle_command,
    "outputs": outputs_command,
    "merged": merged_command,
    "chapter": chapter_command,
    "times": times_command,
    "trained": trained_command,
    "book": book_command,
    "notebooks": notebooks_command,
    "student": student_command,
    "instructor": instructor_command,
    "grade": grade_command,
    "slides": slides_command,
    "pdf": pdf_command,
    "offline": offline_command,
    "links": links_command,
    "compare": compare_command,
    "translated": translated_command,
    "serve": serve_command,
}


SHARING = {"compare", "serve"}
"""The commands beside which another may run: one only reads, one waits most of the time."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m literate", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.__doc__)
        for argument in [*inspect.signature(command).parameters.values()][1:]:
            if argument.default is argument.empty:
                added.add_argument(argument.name)
            else:
                added.add_argument(argument.name, nargs="?", default=argument.default)
    given = vars(parser.parse_args())
    root, command = Path.cwd(), given.pop("command")
    try:
        with contextlib.nullcontext() if command in SHARING else files.alone(root):
            COMMANDS[command](root, **given)
    except BookError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The package and the site are as they were.", file=sys.stderr)
        return 128 + signal.SIGINT
    except Exception as error:
        if not files.is_full(error):
            raise
        full = BookError(
            root.name, None, "the disk is full",
            f"make room, for example with 'make clean', which empties {files.BUILD}; the package "
            "and the site are as they were",
        )  # fmt: skip
        print(f"\n{full}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
