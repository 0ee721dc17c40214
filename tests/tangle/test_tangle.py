"""Tangling cells into a package."""

import ast
import subprocess
import sys

import pytest

from literate.read.error import BookError
from literate.read.model import Book
from literate.tangle.tangle import tangle

ENGINE = ":tangle: micrograd/engine.py\n"
NN = ":tangle: micrograd/nn.py\n"
VALUE = '''\
class Value:
    """A number."""

    def __init__(self, data):
        self.data = data

    def __mul__(self, other):
        return Value(self.data * other.data)'''


INIT = "    def __init__(self, data):\n        self.data = 1\n        self.x = 2"


@pytest.fixture
def tangled(tangle_cells):
    """Tangles cells, checks that the result is well formed, and returns a file's text."""

    def make(*cells, file="engine.py"):
        package = tangle_cells(*cells).package
        for name, text in package.items():
            ast.parse(text)
            told = subprocess.run(
                [sys.executable, "-m", "ruff", "format", "--diff", "--line-length=100", "-"],
                input=text, capture_output=True, encoding="utf-8",
            )  # fmt: skip
            assert told.returncode == 0, f"{name}:\n{told.stdout}"
        return package[file]

    return make


def test_a_definition_is_tangled_as_it_is_written(tangled):
    assert tangled(VALUE) == VALUE + "\n"


def test_a_reopened_method_is_replaced_in_place(tangled):
    new = "    def __init__(self, data, label=''):\n        self.data = data  # the number"
    new = new.replace("''", '""')
    text = tangled(VALUE, f"@reopen\nclass Value:\n{new}")
    old = "    def __init__(self, data):\n        self.data = data"
    assert text == VALUE.replace(old, new) + "\n"
    assert "reopen" not in text and text.count("class Value") == 1


def test_new_members_go_to_the_end_in_their_order(tangled):
    text = tangled(
        VALUE,
        "@reopen\nclass Value:\n    def a(self):\n        pass\n\n    def b(self):\n        pass",
    )
    assert text.endswith("    def a(self):\n        pass\n\n    def b(self):\n        pass\n")


def test_new_members_go_below_another_in_their_order(tangled):
    cell = "@reopen\nclass Value:\n    def a(self):\n        pass\n\n    def b(self):\n        pass"
    text = tangled(VALUE, f"{ENGINE}:after: __init__\n{cell}")
    names = [node.name for node in ast.parse(text).body[0].body[1:]]
    assert names == ["__init__", "a", "b", "__mul__"]


def test_a_replaced_member_is_not_moved_by_after(tangled):
    cell = f"@reopen\nclass Value:\n{INIT}\n\n    def b(self):\n        pass"
    text = tangled(VALUE, f"{ENGINE}:after: __mul__\n{cell}")
    names = [node.name for node in ast.parse(text).body[0].body[1:]]
    assert names == ["__init__", "__mul__", "b"]


def test_a_plain_class_replaces_the_whole_one(tangled):
    assert tangled(VALUE, "class Value:\n    x = 1") == "class Value:\n    x = 1\n"


def test_class_attributes_and_decorated_methods(tangled):
    text = tangled(
        "class A:\n    x = 1",
        "@reopen\nclass A:\n    y: int = 2\n\n    @property\n    def p(self):\n        return 1\n\n"
        "    @staticmethod\n    def s():\n        return 2",
        "@reopen\nclass A:\n    # three now\n    @staticmethod\n    def s():\n        return 3",
    )
    assert text == (
        "class A:\n    x = 1\n    y: int = 2\n\n"
        "    @property\n    def p(self):\n        return 1\n\n"
        "    # three now\n    @staticmethod\n    def s():\n        return 3\n"
    )


def test_a_class_with_only_a_docstring_gets_another_and_then_members(tangled):
    text = tangled(
        'class A:\n    """Old."""',
        '@reopen\nclass A:\n    """New."""',
        "@reopen\nclass A:\n    def f(self):\n        pass",
    )
    assert text == 'class A:\n    """New."""\n\n    def f(self):\n        pass\n'


def test_a_class_with_nothing_in_it_can_be_reopened(tangled):
    text = tangled("class A:\n    pass", "@reopen\nclass A:\n    def f(self):\n        pass")
    assert text == "class A:\n    def f(self):\n        pass\n"


def test_a_member_added_above_a_function_keeps_the_two_apart(tangled):
    text = tangled(
        VALUE,
        "def top():\n    return Value(1)",
        "@reopen\nclass Value:\n    def last(self):\n        pass",
    )
    assert text.endswith("    def last(self):\n        pass\n\n\ndef top():\n    return Value(1)\n")


def test_the_docstring_of_the_module_stands_above_the_imports(tangled):
    text = tangled('"""The engine."""\n\nimport math\n\n\ndef f():\n    return math.pi')
    assert text == '"""The engine."""\n\nimport math\n\n\ndef f():\n    return math.pi\n'
    text = tangled("x = 1", '"""The engine."""')
    assert text == '"""The engine."""\n\nx = 1\n'


def test_constants_and_functions(tangled):
    text = tangled("RATE = 0.1\nSTEPS = 3", "def f():\n    return RATE", "RATE = 0.2")
    assert text == "RATE = 0.2\nSTEPS = 3\n\n\ndef f():\n    return RATE\n"


def test_imports_are_hoisted_sorted_and_merged(tangled):
    text = tangled(
        "import random\nfrom os import path\n\n\ndef f():\n    return random, path",
        "import numpy as np\nimport math\nfrom os import fsdecode\n\n\n"
        "def g():\n    return math.pi, np, fsdecode, random",
        "import math\n\n\ndef h():\n    return math.e",
    )
    assert text.startswith(
        "import math\nimport random\nfrom os import fsdecode, path\n\nimport numpy as np\n\n\ndef f"
    )
    assert text.count("import math") == 1


def test_an_import_of_a_cell_above_serves_the_cells_below(tangled):
    assert tangled("import math", "def f():\n    return math.pi").startswith("import math\n\n\ndef")


def test_an_import_that_nothing_uses_any_more_is_gone(tangled):
    text = tangled("import math\n\n\ndef f():\n    return math.pi", "def f():\n    return 3")
    assert text == "def f():\n    return 3\n"


def test_imports_between_the_modules_are_worked_out(tangled):
    cells = VALUE, f"{NN}def layer(x):\n    return [Value(v) for v in x]"
    assert tangled(*cells, file="nn.py").startswith("from .engine import Value\n\n\ndef layer")
    assert tangled(*cells) == VALUE + "\n"


def test_names_of_functions_are_not_taken_for_names_of_the_module(tangled):
    text = tangled(
        VALUE,
        f"{NN}def f(Value, *rest, key=len, **more):\n"
        "    total = 0\n\n"
        "    def inner(x):\n"
        "        nonlocal total\n"
        "        total += x\n"
        "        return [y for y in rest if (z := y) and z in more]\n\n"
        "    return inner, (lambda v: v), {k: w for k, w in more.items()}, Value, key",
        file="nn.py",
    )
    assert "import" not in text


def test_the_package_exports_every_public_class_and_function(tangled):
    cells = VALUE, "_hidden = 1\nLIMIT = 2", f"{NN}def layer():\n    return 1"
    assert tangled(*cells, file="__init__.py").endswith(
        '\n\nfrom .engine import Value\nfrom .nn import layer\n\n__all__ = ["Value", "layer"]\n'
    )


def test_many_names_are_imported_one_per_line(tangled):
    names = [f"a_long_name_number_{number}" for number in range(10, 20)]
    text = tangled(*[f"def {name}():\n    pass" for name in names], file="__init__.py")
    assert f"from .engine import (\n    {names[0]},\n" in text
    assert f'__all__ = [\n    "{names[0]}", "{names[1]}", ' in text
    assert all(len(line) <= 100 for line in text.splitlines()) and "]  # fmt: skip\n" in text


def test_a_line_too_long_for_one_import(tangled):
    names = [f"a_long_name_number_{number}" for number in range(10, 20)]
    text = tangled(f"from somewhere import {', '.join(names)}\n\n\ndef f():\n    return {names[0]}")
    assert text.startswith(f"from somewhere import {names[0]}\n")


def test_a_state_is_kept_for_every_chapter(chapter):
    one = chapter(ENGINE + VALUE, name="one")
    two = chapter(f"{ENGINE}@reopen\nclass Value:\n    x = 1", name="two-more")
    made = tangle(Book(None, (one, two), {}))
    assert list(made.states) == ["one", "two_more"]
    assert made.states["one"]["engine.py"] == VALUE + "\n"
    assert made.before("two_more") == made.states["one"] and made.before("one") == {}
    assert made.package == made.states["two_more"]
    edit = made.edits[-1]
    assert (edit.path, edit.before, edit.after, edit.counts) == ("Value.x", "", "    x = 1", (0, 1))
    assert made.origin("engine.py", "Value.x").path.name == "two-more.md"
    assert made.origin("engine.py", "Value.__mul__").path.name == "one.md"


def test_an_edit_counts_its_lines(tangle_cells):
    edit = tangle_cells(VALUE, f"@reopen\nclass Value:\n{INIT}").edits[-1]
    assert (edit.class_name, edit.name, edit.counts, edit.start) == ("Value", "__init__", (1, 2), 2)


REFUSED = {
    "target": (
        [":tangle: engine.py\nx = 1"], "x = 1",
        "the target 'engine.py' is not one file of the package",
        "name one, such as micrograd/engine.py",
    ),
    "two-targets": (
        [":tangle: micrograd/a.py micrograd/b.py\nx = 1"], "x = 1",
        "is not one file of the package", "a second file needs a cell of its own",
    ),
    "init": ([":tangle: micrograd/__init__.py\nx = 1"], "x = 1", "is not one file", "name one"),
    "empty": (["# nothing"], "# nothing", "without a definition", "or drop ':tangle:'"),
    "nothing": ([ENGINE], ":tangle:", "a tangled cell without a definition", "or drop ':tangle:'"),
    "statement": (["x = 1\nprint(x)"], "print", "holds definitions only", "a cell of its own"),
    "twice": (["x = 1\nx = 2"], "x = 2", "`x` is defined twice", "keep one of the two"),
    "one-line": (["x = 1; y = 2"], "x = 1", "two statements on one line", "each on its own"),
    "comment-below": (["x = 1\n# the end"], "# the", "stands above nothing", "move or drop it"),
    "comment-on-import": (
        ["# for pi\nimport math\n\nx = math.pi"], "# for",
        "a comment on an import", "say it in the text of the chapter",
    ),
    "comment-beside-import": (
        ["import math  # for pi\n\nx = math.pi"], "# for",
        "a comment on an import", "say it in the text of the chapter",
    ),
    "never-defined": (
        ["@reopen\nclass Value:\n    x = 1"], "class Value",
        "class Value is reopened, but was never defined in micrograd/engine.py", "define it first",
    ),
    "defined-elsewhere": (
        [VALUE, f"{NN}@reopen\nclass Value:\n    x = 3"], "class Value:\n    x = 3",
        "never defined in micrograd/nn.py", "or correct the target",
    ),
    "decorators": (
        [VALUE, "@reopen\n@total_ordering\nclass Value:\n    x = 3"], "class Value:\n    x = 3",
        "takes no other decorators", "keep only @reopen",
    ),
    "bases": (
        [VALUE, "@reopen\nclass Value(int):\n    x = 1"], "class Value(int)",
        "keeps the bases it was defined with", "write 'class Value:'",
    ),
    "metaclass": (
        [VALUE, "@reopen\nclass Value(metaclass=M):\n    x = 1"], "class Value(m",
        "keeps the bases it was defined with", "write 'class Value:'",
    ),
    "super": (
        [VALUE, "@reopen\nclass Value:\n    def f(self):\n        return super().f()"], "super()",
        "super() without arguments", "write super(Value, self)",
    ),
    "__class__": (
        [VALUE, "@reopen\nclass Value:\n    def f(self):\n        return __class__"], "__class__",
        "super() without arguments", "write super(Value, self)",
    ),
    "no-members": (
        [VALUE, "@reopen\nclass Value:\n    pass"], "class Value:\n    pass",
        "a reopened class without members", "write one, or drop the cell",
    ),
    "two-spaces": (
        [VALUE, "@reopen\nclass Value:\n  x = 1"], "class Value:\n  x",
        "the body of class Value is not indented by 4 spaces", "after 4 spaces",
    ),
    "cannot-be-reopened": (
        ["class A:\n    a, b = 1, 2", "@reopen\nclass A:\n    x = 1"], "class A:\n    x",
        "class A cannot be reopened as it is: a tangled cell holds definitions only",
        "where it is defined: move this statement",
    ),
    "not-tangled": (
        [VALUE, "NOT @reopen\nclass Value:\n    x = 1"], "class Value:\n    x",
        "class Value is reopened in a cell that is not tangled", "add ':tangle: micrograd/",
    ),
    "after-unknown": (
        [VALUE, f"{ENGINE}:after: __add__\n@reopen\nclass Value:\n    x = 1"], "@reopen",
        "':after: __add__': there is none", "name one of ['the docstring', '__init__', '__mul__']",
    ),
    "after-alone": (
        ["NOT :after: x\ny = 1"], "y = 1",
        "':after:' without ':tangle:'", "add ':tangle:', or drop it",
    ),
    "own-import": (
        ["from micrograd.nn import x\n\ny = x"], "from micrograd", "cannot have this import",
        "imports between the package's modules are worked out",
    ),
    "relative-import": (["from .nn import x\n\ny = x"], "from .nn", "cannot have", "worked out"),
    "reopen-import": (
        ["from literate.cells import reopen\n\ny = 1"], "from literate", "cannot have this import",
        "`reopen` is imported in a cell that is not tangled",
    ),
    "star-import": (["from math import *\n\ny = pi"], "from math", "cannot have", "name what"),
    "future": (["from __future__ import annotations\n\ny = 1"], "from __f", "cannot have", "name"),
    "unknown-name": (
        ["def f():\n    x = 1\n    return x + unknown"], "unknown",
        "`unknown` is used in micrograd/engine.py, but nothing there defines or imports it",
        "import it in this cell, or tangle its definition by the end of book/one.md",
    ),
    "defined-in-two": (
        ["def f():\n    return 1", f"{NN}def f():\n    return 2"], "def f():\n    return 2",
        "`f` is defined in micrograd/engine.py already", "give one of the two another name",
    ),
    "circle": (
        ["def f():\n    return g", f"{NN}def g():\n    return f"], "def g",
        "modules import each other: engine → nn → engine", "move a definition to the other module",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_refused(which, chapter):
    cells, words, reason, remedy = REFUSED[which]
    given = [
        c.removeprefix("NOT ") if c.startswith("NOT ") else c if c.startswith(":") else ENGINE + c
        for c in cells
    ]
    one = chapter(*given)
    lower = one.text.lower()
    line = lower[: lower.index(words.lower())].count("\n") + 1
    with pytest.raises(BookError) as error:
        tangle(Book(None, (one,), {}))
    told = str(error.value)
    assert told.startswith(f"book/one.md:{line}: "), told
    assert reason in told and remedy in told.split("To fix it:")[1], told
