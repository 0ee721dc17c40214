"""A translated book stands beside its original, and says what has changed there since."""

import shutil

import bs4
import pytest
import yaml

from literate.editions import translation
from literate.read.book import read_book
from literate.read.settings import Words

ORIGINAL, TRANSLATION, RECORD = "book/count.md", "book/de/count.md", "book/de/originals.yml"
MORE = """
## More

A sentence that stays.

A sentence to come.
"""
GERMAN = {
    "# Count\n": "# Zählen\n",
    "Something that counts.": "Etwas, das zählt.",
    "Counts from a number on.": "Zählt von einer Zahl an.",
    "one = Counter(3)\n": "# von drei an\none = Counter(3)\n",
    "## What it cannot do": "## Was es nicht kann",
    "## More": "## Mehr",
    "A sentence that stays.": "Ein Satz, der bleibt.",
    "A sentence to come.": "Ein Satz, der kommt.",
}
SAID = {"adds": "neu:", "translation changed": "Das Original ist hier jetzt anders."}


def translate(book):
    """Write a German translation of a chapter, which has the code of its original."""
    text = (book.root / ORIGINAL).read_text("utf-8")
    for old, new in GERMAN.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (book.root / "book/de").mkdir()
    book.write(TRANSLATION, text)
    book.write("book/de/words.yml", yaml.safe_dump(SAID, allow_unicode=True))
    book.write("book/de/_config.yml", "title: Ein kleines Buch\n")
    settings = (book.root / "_config.yml").read_text("utf-8")
    book.write("_config.yml", f"{settings}\nlanguages: {{en: English, de: Deutsch}}\n")


@pytest.fixture
def translated(small_book):
    """A small book with a translation, recorded as one of what the original says."""
    small_book.write(ORIGINAL, (small_book.root / ORIGINAL).read_text("utf-8") + MORE)
    translate(small_book)
    done = small_book.run("literate", "translated", TRANSLATION)
    assert done.status == 0, done.text
    assert "5 cells are alike" in done.text
    return small_book


@pytest.fixture(scope="module")
def site(whole_small_book, tmp_path_factory, make_small_book):
    """The site of such a book, whose original has gone on."""
    root = tmp_path_factory.mktemp("languages") / "book"
    shutil.copytree(whole_small_book, root)
    book = make_small_book(root)
    book.write(ORIGINAL, (root / ORIGINAL).read_text("utf-8") + MORE)
    translate(book)
    assert book.run("literate", "translated", TRANSLATION).status == 0
    book.edit(ORIGINAL, "A sentence to come.", "A sentence that came.\n\nAnd one more.")
    book.edit(ORIGINAL, "self.n = start", "self.n = int(start)")
    book.expect()
    done = book.literate("book")
    assert done.status == 0, done.text
    return root / "_build/html"


@pytest.fixture(scope="module")
def read(site):
    def soup_of(name):
        return bs4.BeautifulSoup((site / name).read_text("utf-8"), "html.parser")

    return soup_of


def test_each_page_leads_to_the_same_one_in_the_other_language(read):
    for name, lang, to in (
        ("book/count.html", "en", "../de/book/count.html"),
        ("de/book/count.html", "de", "../../book/count.html"),
        ("de/book/aside.html", "de", "../../book/aside.html"),
    ):
        soup = read(name)
        assert soup.html["lang"] == lang
        (switch,) = soup.select(".article-header-buttons a.language, a.language")
        assert switch["href"] == to and switch["hreflang"] == switch["lang"] != lang
        assert switch["aria-label"] in ("English", "Deutsch")
        tags = {link["hreflang"]: link["href"] for link in soup.select("link[hreflang]")}
        assert tags.keys() == {"en", "de"} and to in tags.values()


def test_what_is_translated_is_shown_and_what_is_not_says_so(read):
    soup = read("de/book/count.html")
    assert soup.title.get_text() == "Zählen — Ein kleines Buch"
    text = soup.article.get_text(" ", strip=True)
    assert "Etwas, das zählt." in text and "Something that counts." not in text
    assert "micrograd/engine.py · neu: Counter (+12)" in text
    assert "This page is not translated yet." in read("de/book/aside.html").article.get_text()
    assert not read("book/count.html").select("p.translation")


def test_a_mark_says_which_paragraphs_the_original_has_changed(read):
    soup = read("de/book/count.html")
    marked = [(mark.get_text(), mark.find_next_sibling("p").get_text(" "))
              for mark in soup.select("p.translation")]  # fmt: skip
    said = f"{SAID['translation changed']} The original"
    assert marked == [(said, "Ein Satz, der kommt."), (said, "And one more.")]
    assert [a["href"] for a in soup.select("p.translation a")] == ["../../book/count.html#more"] * 2


def test_code_is_that_of_today_in_the_words_of_the_translation_where_it_has_not_changed(read):
    code = [cell.get_text() for cell in read("de/book/count.html").select("div.cell_input")]
    assert "self.n = int(start)" in code[0] and "Counts from a number on." in code[0]
    assert "# von drei an" in code[1]


def test_what_does_not_fit_its_original_is_refused(translated, refused):
    book = translated
    record = (book.root / RECORD).read_text("utf-8")

    def make():
        return translation.files(read_book(book.root), "de")

    book.edit(TRANSLATION, "Ein Satz, der bleibt.\n\n", "")
    told = "it has 11 blocks, and its original had 12", "python -m literate translated"
    refused(make, f"{TRANSLATION}:1:", *told)
    book.edit(TRANSLATION, "## Mehr\n", "Mehr\n")
    done = book.run("literate", "translated", TRANSLATION)
    place = book.line(TRANSLATION, "Mehr")
    done.tells(f"{place}: this is a text, and the original has a heading in its place, at ")
    assert (book.root / RECORD).read_text("utf-8") == record
    book.write(RECORD, "{}")
    told = "it is not recorded what this is a translation of", "python -m literate translated"
    refused(make, f"{TRANSLATION}:", *told)


def test_a_translation_lies_in_a_folder_of_its_language(translated):
    done = translated.run("literate", "translated", ORIGINAL)
    done.tells(f"{ORIGINAL}: a translation has a folder of its own there", "book/de/count.md")


def test_words_that_are_not_translated_are_those_of_the_original(translated, root):
    made = yaml.safe_load(translation.files(read_book(translated.root), "de")[translation.WORDS])
    assert made["adds"] == "neu:" and made["replaces"] == Words(root)("replaces")
