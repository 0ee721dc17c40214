"""No more runs at once than the machine has memory for, and that is told."""

import os

import psutil
import pytest

from literate.run.processes import MEMORY, at_once


@pytest.mark.parametrize("room, count", [(0.5, 1), (1.5, 1), (2.5, 2), (99, 2)])
def test_as_many_as_fit(monkeypatch, capsys, room, count):
    memory = psutil.virtual_memory()._replace(available=int(room * MEMORY))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert at_once() == count
    told = "Memory is free for 1 at once, so 1 of 2 processors have nothing to do.\n"
    assert capsys.readouterr().err == (told if count == 1 else "")
