"""What turns the chapters into a package, tests and pages.

*Tangle* and *weave* are Donald Knuth's words for the two halves of a literate program: tangle
takes the program out of the text, weave makes the page. In the order of the work:

1. `chapter` reads `_toc.yml` and the chapters, and refuses what the later steps could misread;
   `order` refuses chapters that build on what is not there, and links to pages that are not.
2. `splice` puts one definition into the text of a Python file; `tangle` does so for every cell
   that names a file, and keeps the package as each chapter leaves it.
3. `exercise` reads the exercises; `proof` proves that their checks refuse wrong answers.
4. `run` runs a cell and records what it shows; `outputs` compares that with what is expected;
   `parity` compares what the cells built with what was tangled; `examine` does so under pytest.
5. `execute` runs the chapters for the page; `weave` and `figures` add captions, diffs, folds and
   drawings to it, `answers` a fold around what answers a question, and `words` the words of the
   interface; `reader` adds what serves the reader, `site` trims what the theme puts around it;
   `metadata` and `card` add what search engines and shared links show; `book` calls Jupyter
   Book and puts the finished site in place, `offline` packs it, and `links` has it try the links
   to other sites. `slides` makes slides of what a chapter marks, and `decks` puts them in place;
   `paper` prints the whole book.
6. `notebook` makes of each chapter a notebook that runs where nothing of this is installed:
   `standalone` finds the code that it builds on, and `plain` makes Markdown of its MyST.
   `editions` leaves the answers out for students, or adds notes for who teaches.
7. `compare` compares the code of a translated chapter with that of its original.

Chapters themselves use `reopen` from here, `play` for figures that their readers can play with
(`player` makes the page's side of these), and `measure` for times, which `times` puts on record.
"""

import sys
from typing import Any

OWN_TO_EACH_CLASS = {
    "__module__", "__qualname__", "__dict__", "__weakref__", "__firstlineno__",
    "__static_attributes__", "__annotations__", "__slotnames__",
}  # fmt: skip


def reopen(changes: type) -> Any:
    """Give the members of `changes` to the class of that name which exists; return that class.

    The decorator of a cell that changes a class. Objects made before the cell ran get the new
    members too, because they are instances of the class that is changed.
    """
    existing = sys._getframe(1).f_globals[changes.__name__]
    for name, member in vars(changes).items():
        if name not in OWN_TO_EACH_CLASS and not (name == "__doc__" and member is None):
            setattr(existing, name, member)
    return existing
