"""Parity: are the definitions that a chapter's cells made the code that was tangled?

The cells build their classes and functions live, in a notebook; the tangler builds them as text.
After a chapter has run, both are there, and this compares them, function by function.
"""

from __future__ import annotations

import bisect
import dis
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from literate.cells.reopen import OWN_TO_EACH_CLASS

CODE = (
    "co_name", "co_qualname", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount",
    "co_flags", "co_varnames", "co_freevars", "co_cellvars", "co_names",
)  # fmt: skip
# Python compiles the call `math.tanh(x)` in one way where `import math` stands in the same text,
# as in a file of the package, and in another where it does not, as in a cell. The difference:
PREPARING_A_CALL = {"PUSH_NULL", "PRECALL", "CACHE"}
SAME_OPERATION = {"LOAD_METHOD": "LOAD_ATTR"}


def compare(
    live: Mapping[str, Any], tangled: ModuleType, defined: Iterable[str], written: set[str]
) -> Iterator[tuple[str, str]]:
    """The path, such as `Value.__add__`, and the difference, of what differs from `live`.

    `defined` are the names that the text of `tangled` defines. A name may be missing in `live`,
    for a chapter imports what it needs, but not one of `written`, which its own cells define.
    """
    seen: set[tuple[int, int]] = set()
    for name in defined:
        if name in live:
            yield from _differences(name, live[name], getattr(tangled, name), seen)
        elif name in written:
            yield name, "the cells deleted it, the package has it"


def _differences(
    path: str, live: Any, tangled: Any, seen: set[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """The differences of two things that have the same path; pairs in `seen` are settled."""
    live, tangled = _function(live), _function(tangled)
    if live is tangled or (id(live), id(tangled)) in seen:
        return
    seen.add((id(live), id(tangled)))
    if isinstance(tangled, property) and isinstance(live, property):
        for part in ("fget", "fset", "fdel"):
            yield from _differences(path, getattr(live, part), getattr(tangled, part), seen)
    elif inspect.isclass(tangled) and inspect.isclass(live):
        if [b.__name__ for b in live.__bases__] != [b.__name__ for b in tangled.__bases__]:
            yield path, "its bases differ"
        ours, theirs = _members(live), _members(tangled)
        for name in sorted(ours | theirs):
            if name not in theirs:
                made = _made(ours[name])
                yield f"{path}.{name}", f"the cells made it{made}, the package does not have it"
            elif name not in ours:
                yield f"{path}.{name}", "the package has it, the cells did not make it"
            else:
                yield from _differences(f"{path}.{name}", ours[name], theirs[name], seen)
    elif isinstance(tangled, dict) and isinstance(live, dict) and [*live] == [*tangled]:
        for key in tangled:
            yield from _differences(f"{path}[{key!r}]", live[key], tangled[key], seen)
    elif isinstance(tangled, tuple) and isinstance(live, tuple) and len(live) == len(tangled):
        yield from _differences(f"{path}'s class", type(live), type(tangled), seen)
        for place, (ours, theirs) in enumerate(zip(live, tangled)):
            yield from _differences(f"{path}[{place}]", ours, theirs, seen)
    elif isinstance(tangled, FunctionType) and isinstance(live, FunctionType):
        if not same_code(live.__code__, tangled.__code__):
            yield path, f"the cells made other code{_made(live)}"
        elif repr((live.__defaults__, live.__kwdefaults__)) != repr(
            (tangled.__defaults__, tangled.__kwdefaults__)
        ):
            yield path, f"the default values of the cells' one{_made(live)} are others"
        else:
            yield from _old_helpers(path, live, tangled, seen)
    elif _bare(live) and _bare(tangled):
        yield from _differences(f"{path}'s class", type(live), type(tangled), seen)
    elif type(live) is not type(tangled) or _said(live) != _said(tangled):
        yield path, f"it is {live!r}{_made(live)} in the cells, {tangled!r} in the package"


def _bare(thing: Any) -> bool:
    """An object of a class of the package that says nothing of itself but where it lies."""
    return repr(thing).startswith(f"<{type(thing).__module__}.{type(thing).__qualname__} object at")


def _said(thing: Any) -> str:
    """What an object says of itself, without the place in memory where it lies."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(thing))


def _old_helpers(
    path: str, live: FunctionType, tangled: FunctionType, seen: set[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """A function that was imported uses what its own module has, not what the cells replaced."""
    for name in _names(live.__code__):
        if name.startswith("__"):  # an attribute, such as `__name__`, and no helper
            continue
        if name in live.__globals__ and name in tangled.__globals__:
            ours, theirs = live.__globals__[name], tangled.__globals__[name]
            for _ in _differences(name, ours, theirs, seen):
                yield path, f"in the cells it still uses the old `{name}`: define it there again"
                break


def _names(code: CodeType) -> set[str]:
    """The names that a function and those inside it may take from their module."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _function(thing: Any) -> Any:
    """The function inside a static method, a class method, or one that another wraps."""
    inner = getattr(thing, "__func__", thing)
    return inner if inspect.isclass(inner) else inspect.unwrap(inner)


def _made(thing: Any) -> str:
    """Where a function was written."""
    code = getattr(_function(thing), "__code__", None)
    return f" at {code.co_filename}:{code.co_firstlineno}" if code else ""


def _members(cls: type) -> dict[str, Any]:
    own = OWN_TO_EACH_CLASS
    return {n: m for n, m in vars(cls).items() if n not in own and not (n == "__doc__" and not m)}


def same_code(one: CodeType, other: CodeType) -> bool:
    """Are two code objects the same, apart from where they were written?"""
    return (
        all(getattr(one, field) == getattr(other, field) for field in CODE)
        and _instructions(one) == _instructions(other)
        and len(one.co_consts) == len(other.co_consts)
        and all(map(_same_constant, one.co_consts, other.co_consts))
    )


def _instructions(code: CodeType) -> list[tuple[str, object]]:
    """What the code does, step by step; of a jump, the number of the step that it goes to."""
    steps = [i for i in dis.get_instructions(code) if i.opname not in PREPARING_A_CALL]
    places = [step.offset for step in steps]
    return [
        (
            SAME_OPERATION.get(step.opname, step.opname),
            bisect.bisect_left(places, step.argval)
            if step.opcode in dis.hasjrel or step.opcode in dis.hasjabs
            else step.arg
            if step.opcode in dis.hasconst
            else step.argval,
        )
        for step in steps
    ]


def _same_constant(one: object, other: object) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return same_code(one, other)
    return type(one) is type(other) and repr(one) == repr(other)
