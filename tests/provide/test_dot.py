"""The program that draws the graphs is asked whether it does, and what is wrong with it is told."""

import shutil

import pytest

from literate.provide import dot

PROGRAMS = {
    "one-that-hangs": ("exec sleep 60", "gave no answer in 1 seconds"),
    "one-that-fails": ("echo no plugins >&2; exit 1", "draws nothing: no plugins"),
    "one-that-draws-nothing": ("exit 0", "draws nothing: it says nothing"),
}


@pytest.mark.parametrize("which", PROGRAMS)
def test_what_is_wrong_with_it(monkeypatch, tmp_path, which):
    script, told = PROGRAMS[which]
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    monkeypatch.setattr(dot, "PATIENCE", 1)
    assert dot.fault(program) == "cannot be run: Permission denied"
    program.chmod(0o755)
    assert dot.fault(program) == told
    assert not dot.works(program)


def test_nothing_is_wrong_with_the_one_that_draws():
    assert dot.fault(shutil.which("dot")) == ""
