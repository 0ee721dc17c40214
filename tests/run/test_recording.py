"""What the tests record of a chapter, of which the site under test is made, is what a kernel sends
to its page: every kind of output, letter by letter."""

import dataclasses

from jupyter_cache import get_cache

from literate.read.book import read_book
from literate.run import cache, kernel
from literate.run.here import fresh_process, run, run_removed
from literate.run.recording import Recording
from literate.tangle.tangle import tangle

CELLS = (
    'print("in", end=" ", flush=True)\nprint("pieces")\n{"a": 1.5}',
    "import graphviz\n\ngraph = graphviz.Digraph()\ngraph.node('a <b>')\ngraph",
    "import matplotlib.pyplot as plt\n\nplt.plot([1, 2], [3, 5])\nprint('above')\nplt.show()",
    "plt.plot([1, 2], [3, 5])\nplt.show()\nprint('below')",
    "from literate.cells import slider\n\n\ndef draw(x):\n    plt.axis([0, 3, 0, 3])\n"
    "    plt.plot([1, x])\n    return f'at {x}'\n\n\nslider(draw, [1, 2], 'x', 'a line')",
    "root = 2",
    "17;",
)
RAISES = ":tags: [raises-exception]\nprint('before')\n1 / 0"
REMOVED = ":tags: [remove-cell]\nprint('unseen')\nassert True\ndel graph\nroot = 3"


def test_it_is_what_a_kernel_sends(small_book):
    text = "\n".join(
        f"```{{code-cell}} python\n{cell}\n```\n" for cell in (*CELLS, RAISES, REMOVED, "graph")
    )
    text = text.replace("root = 3\n```\n", "root = 3\n```\n\nIt is {n}`root`.\n")
    small_book.edit("book/aside.md", "```{code-cell} python\n1 + 1\n```\n", text)
    book, chapter, tangled = alone(small_book, "aside")
    kernel.execute(book, tangled, lambda said: None)
    numbers, sent = zip(*((s.numbers, o) for _, s, o in cache.executed(book, chapter, tangled)))
    assert "".join(numbers) == "root = 3", "in the copy, and not what the page's cells have"
    lexer = language(book.root)["pygments_lexer"]
    recording = Recording(book.root, book.root, tangled, chapter)
    with fresh_process(book.root) as namespace:
        for cell in chapter.cells:
            if cell.removed:
                run_removed(cell, namespace, lambda cell=cell: run(cell, namespace).prints)
            else:
                run(cell, namespace, recording)
    recording.keep()
    assert language(book.root)["pygments_lexer"] == lexer
    kept = [outputs for _, _, outputs in cache.executed(book, chapter, tangled)]
    seen = list(map(without_counts, sent))
    assert list(map(without_counts, kept)) == seen
    text, value, picture, error = "stream", "execute_result", "display_data", "error"
    kinds = [[output["output_type"] for output in outputs] for outputs in seen]
    assert kinds == [[text], [text, value], [value], [text, picture], [picture, text], [value],
                     [], [], [text, error], [], [value]]  # fmt: skip


def test_what_fails_in_a_removed_cell_is_told_with_its_line(small_book, refused):
    """It runs in a copy of the kernel, of which no traceback comes."""
    fails = "assert one.n > 0\nassert one.n == 4, 'three'"
    small_book.edit("book/count.md", "assert one.n == 3", fails)
    book, _, tangled = alone(small_book, "count")
    place = small_book.line("book/count.md", "assert one.n == 4")
    refused(
        lambda: kernel.execute(book, tangled, lambda said: None), f"{place}: ",
        "the cell raises AssertionError: three\n", "correct it",
    )  # fmt: skip


def alone(small, slug):
    """A book of one chapter of the small book, that chapter, and what the whole is tangled to."""
    read = read_book(small.root)
    [chapter] = [c for c in read.chapters if c.slug == slug]
    return dataclasses.replace(read, chapters=(chapter,)), chapter, tangle(read)


def language(root):
    """What the only executed notebook says of its language, for the colours of its code."""
    executed = get_cache(str(root / cache.CACHE))
    [record] = executed.list_cache_records()
    return executed.get_cache_bundle(record.pk).nb.metadata["language_info"]


def without_counts(outputs):
    """A cell is numbered by its kernel, and no page shows the number."""
    return [{k: v for k, v in output.items() if k != "execution_count"} for output in outputs]
