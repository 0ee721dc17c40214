"""Reopen a class: what a cell says that changes a class which exists."""

import sys
from typing import Any

OWN_TO_EACH_CLASS = {
    "__module__", "__qualname__", "__dict__", "__weakref__", "__firstlineno__",
    "__static_attributes__", "__annotations__", "__slotnames__",
    "__annotate_func__", "__annotations_cache__", "__conditional_annotations__",
}  # fmt: skip


def reopen(changes: type) -> Any:
    """Give the members of `changes` to the class of that name which exists; return that class.

    The decorator of a cell that changes a class. Objects made before the cell ran get the new
    members too, because they are instances of the class that is changed.
    """
    existing = sys._getframe(1).f_globals[changes.__name__]
    for name, member in vars(changes).items():
        if name not in OWN_TO_EACH_CLASS and not (name == "__doc__" and member is None):
            setattr(existing, name, member)
    return existing
