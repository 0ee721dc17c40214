"""The site as one file."""

import re
import subprocess
import sys
import urllib.request
import zipfile

import pytest


@pytest.fixture
def packed(built_book):
    result = built_book.literate("offline")
    assert result.status == 0, result.text
    assert "_build/offline.zip" in result.text
    return built_book.root / "_build/offline.zip"


def test_the_archive_holds_the_site_and_is_the_same_every_time(packed, built_book):
    site = built_book.root / "_build/html"
    with zipfile.ZipFile(packed) as archive:
        there = {name: archive.read(name) for name in archive.namelist()}
    server = there.pop("book/show.py")
    assert server == (built_book.root / "literate/editions/show.py").read_bytes()
    assert there == {
        f"book/{path.relative_to(site).as_posix()}": path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }
    before = packed.read_bytes()
    assert built_book.literate("offline").status == 0
    assert packed.read_bytes() == before, "the archive tells when it was made, or in which order"


def test_it_is_shown_from_a_stick(packed, tmp_path):
    """With a bare Python, which has nothing but its standard library."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "book/some.wasm").touch()
    command = [sys.executable, "-I", "-S", "book/show.py", "--quiet"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as started:
        try:
            first = re.search(
                r"http://127\.0\.0\.1:\d+/book/index\.html", started.stdout.readline()
            )
            for page, kind in (("index.html", "text/html"), ("../some.wasm", "application/wasm")):
                with urllib.request.urlopen(f"{first[0]}/../{page}") as answer:
                    assert answer.headers["Content-Type"] == kind
        finally:
            started.terminate()
