"""Python as it was: what a reader's code has changed in modules and classes is put back.

There is one Python on a page, and starting another takes seconds. So that no answer can break the
next one, or the check that judges it, what it could have changed is remembered before.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any

OWN = {"__dict__", "__weakref__"}
"""What a class has and nobody can set."""
OPEN = {"builtins", "collections", "fractions", "functools", "graphviz", "io", "itertools",
        "literate.cells", "math", "micrograd", "operator", "random", "statistics", "sys",
        "time"}  # fmt: skip
"""The modules that a reader's code may know, and change something in."""
PLAIN = int, float, complex, str, bytes, NoneType
OPAQUE = type, ModuleType, FunctionType, MethodType, BuiltinFunctionType
"""What is put back otherwise, or changes with nothing."""
ESCAPES = {"__builtins__", "__dict__", "__globals__", "__import__", "__main__", "eval", "exec",
           "gc", "globals", "inspect", "locals", "sys", "vars"}  # fmt: skip
"""With these, code reaches what it does not say by name."""
MOST = 200_000
MADE_BY_CLASS = 1 << 9
"""The flag of a type that a statement `class` has made."""


class Remembered:
    """What the modules and the classes in them and in a namespace consist of, at this moment."""

    def __init__(self, *namespaces: dict[str, Any]) -> None:
        self.path, self.finders = [*sys.path], [*sys.meta_path]
        self.modules = {name: module for name, module in sys.modules.items() if name != "__main__"}
        opened = [module for name, module in self.modules.items() if _is_open(name)]
        found = [*namespaces, *map(vars, opened)]
        classes = {c for names in found for c in names.values() if isinstance(c, type)}
        # A class of C cannot be changed.
        changeable = [c for c in classes if c.__flags__ & MADE_BY_CLASS]
        self.held = [(owner, dict(vars(owner))) for owner in (*opened, *changeable)]
        self.filled = [
            (inside, inside.copy())
            for module in opened
            for name, inside in vars(module).items()
            if type(inside) in (dict, list, set) and module is not sys and name[:2] != "__"
        ]

    def restore(self) -> None:
        """Put all of it back, and forget the modules that were imported since."""
        sys.settrace(None)
        sys.setprofile(None)
        sys.path[:], sys.meta_path[:] = self.path, self.finders
        for name in sys.modules.keys() - self.modules.keys() - {"__main__"}:
            del sys.modules[name]
        sys.modules.update(self.modules)
        for inside, content in self.filled:
            inside.clear()
            getattr(inside, "extend" if isinstance(inside, list) else "update")(content)
        for owner, held in self.held:
            now = vars(owner)
            for name in now.keys() - held.keys() - OWN:
                delattr(owner, name)
            for name, member in held.items():
                if now.get(name, OWN) is not member and name not in OWN:
                    setattr(owner, name, member)


def _is_open(module: str) -> bool:
    return any(f"{module}.".startswith(f"{name}.") for name in OPEN)


def fingerprint(namespace: dict[str, Any], *codes: CodeType) -> bytes:
    """Another one as soon as a value has changed that these codes can reach by the names in the
    namespace; empty where this cannot be told, or there are too many.

    Without recursion, and so without the stack of the browser, which a long chain of values ends.
    """
    found, places = hashlib.sha256(), dict[int, int]()
    reached = _reached(namespace, codes)
    if reached & ESCAPES:
        return b""
    waiting: list[Any] = [namespace[name] for name in sorted(reached & namespace.keys())]
    while waiting:
        value: Any = waiting.pop()
        place = places.setdefault(id(value), len(places))
        found.update(f"{place} {type(value).__name__}".encode())
        if isinstance(value, PLAIN):
            found.update(repr(value).encode())
        elif place == len(places) - 1 and not isinstance(value, OPAQUE):
            waiting += _inside(value)
        if len(places) > MOST:
            return b""
    return found.digest()


def _reached(namespace: dict[str, Any], codes: Iterable[CodeType]) -> set[str]:
    """The names that the codes say, and those that the namespace's functions and classes of these
    names say in turn."""
    waiting, names = [*codes], set[str]()
    while waiting:
        code = waiting.pop()
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
        new = {*code.co_names} - names
        names |= new
        for value in map(namespace.get, new):
            members = [*vars(value).values()] if isinstance(value, type) else [value]
            waiting += [m.__code__ for m in members if isinstance(m, FunctionType)]
    return names


def _inside(value: Any) -> list[Any]:
    """What a value consists of."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return [*value]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(value, "__dict__", {}).values(), *(getattr(value, n, None) for n in slots)]
