"""The trained weights on record: train anew what the chapter *gpt* trains."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from literate import files
from literate.read.model import Book
from literate.run.here import fresh_process, run
from literate.tangle import package
from literate.tangle.tangle import tangle

PLACE = Path("literate", "cells", "trained.py")
CHAPTER, NAME = "gpt", "gpt"
"""The chapter, and the name of its network."""


def write(book: Book) -> Path:
    """Run the chapter up to the end of its training, and write the weights; returns their path."""
    package.write(book.root, package.after_files(tangle(book)))
    chapter = next(chapter for chapter in book.chapters if chapter.slug == CHAPTER)
    with fresh_process(book.root, watched=False) as namespace:
        for cell in chapter.cells:
            run(cell, namespace)
            if "optimizer" in namespace:
                break
        weights = [round(1000 * p.data) for p in namespace[NAME].parameters()]
    lines = textwrap.fill(" ".join(map(str, weights)), 98, break_on_hyphens=False)
    text = (book.root / PLACE).read_text("utf-8")
    text = re.sub(r'(?<=^WEIGHTS = """).*?(?=""")', f"\n{lines}\n", text, flags=re.M | re.S)
    files.replace_files(book.root, {PLACE: text})
    return PLACE
