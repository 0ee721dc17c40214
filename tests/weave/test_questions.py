"""What follows a question is folded on its page."""

from pathlib import Path

import bs4

from literate.read.book import read_book
from literate.read.page import ANSWER_END
from literate.read.settings import Words

SAY = Words(Path(__file__).parents[2])
QUESTION = ":::{admonition} Before you read on\n:class: question\nWhy?\n:::"


def test_an_answer_can_be_shown_and_hidden_and_is_open_at_first(built_book):
    text = (built_book.root / "book/aside.md").read_text("utf-8")
    end = f"\nThis, too.\n\n```{{code-cell}} python\n2 + 3\n```\n\n{ANSWER_END}\nNot this.\n"
    built_book.write("book/aside.md", f"{text}\n{QUESTION}\n\nBecause.\n\n- A list.\n{end}")
    built_book.expect()
    assert built_book.literate("book").status == 0
    page = (built_book.root / "_build/html/book/aside.html").read_text("utf-8")
    (answer,) = bs4.BeautifulSoup(page, "html.parser").select("details.answer")
    assert "open" in answer.attrs and ANSWER_END not in page
    labels = [(*span["class"], span.get_text()) for span in answer.summary.find_all("span")]
    assert labels == [("show", SAY("answer show")), ("hide", SAY("answer hide"))]
    told = answer.get_text(" ", strip=True)
    assert "Because. A list. This, too. 2 + 3 5" in told.replace("  ", " "), told
    assert "Why?" not in told and "Not this." not in told


def test_the_end_of_no_answer_is_refused(small_book, refused):
    text = (small_book.root / "book/aside.md").read_text("utf-8")
    small_book.write("book/aside.md", f"{text}\n{QUESTION}\n\n## Later\n\n{ANSWER_END}\n")
    line = small_book.line("book/aside.md", ANSWER_END)
    told = "this ends no answer, for no question stands before it", "take it out"
    refused(lambda: read_book(small_book.root), f"{line}: ", *told)
