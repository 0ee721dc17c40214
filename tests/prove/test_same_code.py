"""The comparison of what the cells made with what was tangled."""

import types

import pytest

from literate.prove.same_code import compare

MODULE = '''
class A:
    """Says what it is."""

    x = 1

    def f(self, n=1):
        return [k + 1 for k in range(n)]

    @property
    def p(self):
        return 1

    @p.setter
    def p(self, n):
        self.n = n

    @staticmethod
    def s():
        return 2


def g():
    return A


RATE = 0.1
RULES = {"one": lambda x: x + 1, "two": 2}
MODE = __import__("contextvars").ContextVar("mode", default=True)
'''
NAMES = ["A", "g", "RATE", "RULES", "MODE"]


def differences(live, written=frozenset(NAMES), text=MODULE):
    """What differs when the text `live` is what the cells ran."""
    tangled = types.ModuleType("tangled")
    exec(text, vars(tangled))
    namespace = {"__name__": "__main__"}
    exec(compile(live, "book/one.md", "exec"), namespace)
    return dict(compare(namespace, tangled, NAMES, set(written)))


def test_the_same_code_is_equal_wherever_it_stands():
    assert differences("\n\n\n" + MODULE) == {}
    assert differences(MODULE.replace("\n    x = 1\n", "\n\n\n    # one\n    x = 1\n\n")) == {}


CHANGED = {
    "constant": ("k + 1", "k + 2", "A.f"),
    "int-and-float": ("k + 1", "k + 1.0", "A.f"),
    "int-and-bool": ("return 1\n", "return True\n", "A.p"),
    "default": ("n=1", "n=2", "A.f"),
    "default-of-another-type": ("n=1", "n=1.0", "A.f"),
    "name": ("range(n)", "sorted(n)", "A.f"),
    "function-in-a-dict": ("x + 1", "x + 3", "RULES['one']"),
    "number-in-a-dict": ('"two": 2', '"two": 3', "RULES['two']"),
    "what-lies-elsewhere": ("default=True", "default=1", "MODE"),
    "key-of-a-dict": ('"two"', '"three"', "RULES"),
    "parameter": ("def f(self, n=1)", "def f(self, m=1, n=1)", "A.f"),
    "property": ("return 1\n", "return 3\n", "A.p"),
    "setter": ("self.n = n", "self.m = n", "A.p"),
    "static-method": ("return 2", "return 3", "A.s"),
    "not-static": ("    @staticmethod\n    def s()", "    def s(self=1)", "A.s"),
    "attribute": ("    x = 1", "    x = 1.0", "A.x"),
    "docstring": ("Says what", "Tells what", "A.__doc__"),
    "bases": ("class A:", "class A(Exception):", "A"),
    "function": ("return A", "return A()", "g"),
    "value": ("RATE = 0.1", "RATE = 0.2", "RATE"),
    "extra-member": ("    x = 1", "    x = 1\n    y = 1", "A.y"),
    "missing-member": ("    x = 1\n", "", "A.x"),
}


@pytest.mark.parametrize("which", CHANGED)
def test_a_difference_is_named(which):
    old, new, path = CHANGED[which]
    assert MODULE.count(old) == 1
    assert path in differences(MODULE.replace(old, new))


def test_a_function_says_where_the_cells_made_it():
    told = differences(MODULE + "\n\nA.f = lambda self: 1\n")
    assert told == {"A.f": f"the cells made other code at book/one.md:{MODULE.count(chr(10)) + 3}"}


def test_a_name_that_the_chapter_did_not_import_is_not_missed():
    assert differences("x = 1", written=()) == {}


def test_a_name_that_the_chapter_wrote_and_deleted_is_missed():
    assert differences(MODULE + "\ndel g\n") == {"g": "the cells deleted it, the package has it"}


def test_a_reopened_class_is_the_tangled_one():
    reopened = "\n\n@reopen\nclass A:\n    y: int = 2\n\n    def f(self, n=1):\n        return n\n"
    tangled = MODULE.replace("[k + 1 for k in range(n)]", "n").replace(
        "x = 1", "x = 1\n    y: int = 2"
    )
    live = f"from literate.cells import reopen\n{MODULE}{reopened}"
    assert differences(live, text=tangled) == {}
    assert list(differences(live)) == ["A.f", "A.y"]


def test_a_class_that_was_pickled_is_the_same():
    assert differences(f"{MODULE}\nimport copy\ncopy.copy(A())\n") == {}


def test_something_else_under_the_name_of_a_class():
    assert "A" in differences("A = 3", written=())


def test_an_imported_function_that_uses_what_the_cells_replaced():
    """In the notebook it still calls the old one, in the package the new one."""
    text = "def helper():\n    return {}\n\n\ndef user():\n    return helper()\n"
    old, new = types.ModuleType("old"), types.ModuleType("new")
    exec(text.format(1), vars(old))
    exec(text.format(2), vars(new))
    live = {"user": old.user, "helper": new.helper}
    assert dict(compare(live, new, ["helper", "user"], {"helper"})) == {
        "user": "in the cells it still uses the old `helper`: define it there again"
    }
    live["user"] = new.user
    assert dict(compare(live, new, ["helper", "user"], {"helper"})) == {}


def test_an_import_in_the_same_text_makes_no_difference():
    text = "def f(x):\n    return [math.tanh(y) for y in x if math.exp(y) > 1 or not y]\n"
    live, tangled = {"math": __import__("math")}, types.ModuleType("tangled")
    exec(compile(text, "a cell", "exec"), live)
    exec(compile("import math\n\n\n" + text, "a file", "exec"), vars(tangled))
    assert dict(compare(live, tangled, ["f"], {"f"})) == {}
    exec(compile(text.replace("exp", "log"), "a cell", "exec"), live)
    assert [*dict(compare(live, tangled, ["f"], {"f"}))] == ["f"]
