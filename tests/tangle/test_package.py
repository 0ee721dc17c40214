"""The package on disk is what the chapters tangle to."""

from pathlib import Path

import pytest

from literate import files
from literate.read.error import BookError
from literate.read.model import Book
from literate.tangle import package
from literate.tangle.state import Tangled
from literate.tangle.tangle import tangle


def test_the_package_is_what_the_chapters_say(root: Path, tangled: Tangled) -> None:
    told = list(package.differences(root, tangled))
    if told:
        pytest.fail("\n\n".join(told), pytrace=False)


def test_tangling_twice_gives_the_same(book: Book, tangled: Tangled) -> None:
    again = tangle(book)
    assert package.package_files(again) == package.package_files(tangled)
    assert package.after_files(again) == package.after_files(tangled)


def test_a_file_that_did_not_change_is_not_touched(tmp_path: Path, tangled: Tangled) -> None:
    files = package.package_files(tangled) | package.after_files(tangled)
    assert package.write(tmp_path, files) == list(files)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in files}
    assert package.write(tmp_path, files) == []
    first, *others = files
    assert package.write(tmp_path, files | {first: "# other\n"}) == [first]
    for path in others:
        assert (tmp_path / path).stat().st_mtime_ns == before[path]


def test_what_former_chapters_left_is_taken_away(tmp_path: Path, tangled: Tangled) -> None:
    files = package.package_files(tangled) | package.after_files(tangled)
    old = [Path("micrograd/old.py"), Path("micrograd/after/old/engine.py")]
    package.write(tmp_path, files | dict.fromkeys(old, "x = 1\n"))
    package.write(tmp_path, files)
    for path in old:
        assert not (tmp_path / path).exists()
    assert not list(tmp_path.rglob(".*")), "something was left over from writing"


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    """The last one cannot be: its folder is a file."""
    (tmp_path / "file").write_text("")
    (tmp_path / "one.py").write_text("before\n")
    with pytest.raises(BookError, match=r"file/two\.py: cannot write: .*\n.*nothing was changed"):
        files.replace_files(tmp_path, {Path("one.py"): "now\n", Path("file/two.py"): "now\n"})
    assert (tmp_path / "one.py").read_text() == "before\n"
    assert not list(tmp_path.rglob(".*"))


def test_every_line_of_the_package_fits_its_width(tangled: Tangled) -> None:
    for name, text in tangled.package.items():
        for number, line in enumerate(text.splitlines(), 1):
            assert len(line) <= 100, f"line {number} of {name} is too long: {line}"
