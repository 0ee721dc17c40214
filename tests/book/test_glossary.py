"""The glossary and the pages fit: the build refuses a link to no word, this a word without link."""

import re

GLOSSARY = "book/glossary.md"


def test_every_word_is_linked_from_some_page(book):
    text = (book.root / GLOSSARY).read_text("utf-8")
    words = re.findall(r"^(\w[\w ]*)\n  \w", text, re.MULTILINE)
    pages = "".join(
        (book.root / page).read_text("utf-8") for page in book.pages if str(page) != GLOSSARY
    )
    linked = re.findall(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`", pages)
    linked = [" ".join(word.split()) for word in linked]
    assert words, f"no words were found in {GLOSSARY}"
    assert not set(words) - set(linked), f"link these words where they first appear: {GLOSSARY}"
