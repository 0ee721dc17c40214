"""A node of a computational graph: its number, and what Python may ask of a number."""

import operator

from .finite import _number


def _checked(name, holds):
    """An attribute for one finite number, which is looked at whenever it is assigned."""

    def assign(self, number):
        setattr(self, name, _number(number, holds))

    return property(operator.attrgetter(name), assign)


def _by_number(compare):
    """A comparison of numbers; of another node, its number is meant."""
    return lambda self, other: compare(self._data, getattr(other, "_data", other))


class Node:
    """A number, and where it comes from.

    `float`, `format`, `bool`, `==`, `<` and the like take it for its number. Sets and
    dictionaries take it for the object that it is.
    """

    __slots__ = (
        "__weakref__", "_data", "_grad", "_local_grads", "_prev", "_rule", "label",
    )  # fmt: skip
    data = _checked("_data", "a Value holds")
    grad = _checked("_grad", "a gradient is")

    def __init__(self, data, _children=(), _op="", label=""):
        if _children:
            raise TypeError(f"the operation {_op!r} needs a Rule; apply makes its Values")
        self._data = _number(data)
        self._grad = 0.0
        self._prev = self._local_grads = ()
        self._rule = None
        self.label = label

    @property
    def _op(self):
        return self._rule.name if self._rule else ""

    def __repr__(self):
        said = {"data": self._data, "grad": self._grad}
        said |= {"op": self._op, "label": self.label}
        told = ", ".join(f"{name}={it!r}" for name, it in said.items() if it != "")
        return f"{type(self).__name__}({told})"

    def __format__(self, form):
        return format(self._data, form) if form else repr(self)

    def __bool__(self):
        return self._data != 0

    def item(self):
        """The number alone."""
        return self._data

    __float__ = item
    __hash__ = object.__hash__
    __eq__ = _by_number(operator.eq)
    __lt__ = _by_number(operator.lt)
    __le__ = _by_number(operator.le)
    __gt__ = _by_number(operator.gt)
    __ge__ = _by_number(operator.ge)

    def __reduce_ex__(self, protocol):  # copy, deepcopy, pickle
        if self._prev:
            raise TypeError(f"a copy of a computed Value ({self._op}) would lose its way back")
        return object.__reduce_ex__(self, max(protocol, 2))
