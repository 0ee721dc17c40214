"""Modules that are not on the page: importing them works, using them says what is missing.

A cell imports what all of the chapter needs. So that the rest of it can be run, an import gives a
stand-in, and only its use is refused.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any


class Lacking(Exception):
    """Something was used that belongs to a module which is not here; `module` is its name."""

    def __init__(self, module: str) -> None:
        super().__init__(f"{module} is not on this page")
        self.module = module


class StandIn:
    """Something out of a module that is not here."""

    _module: str

    def __init__(self, module: str) -> None:
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(self._module)


def _refuse(self: StandIn, *given: Any, **named: Any) -> Any:
    raise Lacking(self._module)


for _name in ("call", "setattr", "getitem", "setitem", "iter", "len", "bool", "float", "enter",
              "mro_entries", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv",
              "matmul", "neg", "lt", "gt", "str", "repr"):  # fmt: skip
    setattr(StandIn, f"__{_name}__", _refuse)


class AbsentModule(ModuleType):
    """The stand-in for a module; it has whatever is asked for."""

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(self.__name__.split(".")[0])


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of these packages, none of which is here."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to be run."""


def stand_in(packages: Iterable[str]) -> None:
    """From now on, let these packages be imported, and no others that are not here."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
    sys.meta_path.append(Finder(packages))
