"""The site as one file."""

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
    assert there == {
        f"book/{path.relative_to(site).as_posix()}": path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }
    before = packed.read_bytes()
    assert built_book.literate("offline").status == 0
    assert packed.read_bytes() == before, "the archive tells when it was made, or in which order"
