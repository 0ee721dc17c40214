"""Putting one definition into a text, by lines."""

import ast

import pytest

from literate.tangle.splice import Unsuitable, definitions, find, module, put, without_imports

ENGINE = '''\
class Value:
    """A number."""

    # how close is close
    near = 1e-9

    def __init__(self, data):
        self.data = data   # as given


    # shown by Python
    @property
    def shown(self):
        return str(self.data)

    def last(self):
        pass


def top(x):
    return x
'''


def only(text):
    """The one definition of a cell, as `put` takes it; of a class that is reopened, its member."""
    (definition,) = module(text)
    return definition


def member(text):
    (definition,) = find(f"class Any:\n{text}", "Any")
    return definition


def test_every_definition_brings_the_comments_and_decorators_above_it():
    texts = {d.name: d.text for d in find(ENGINE, "Value")}
    assert list(texts) == ["the docstring", "near", "__init__", "shown", "last"]
    assert texts["near"] == "    # how close is close\n    near = 1e-9"
    assert texts["shown"].startswith("    # shown by Python\n    @property\n")


def test_a_replaced_member_keeps_its_place_and_everything_else_its_spacing():
    new = member("    def __init__(self):\n        self.data = 0\n        self.grad = 0")
    old = "    def __init__(self, data):\n        self.data = data   # as given"
    assert put(ENGINE, new, "Value") == ENGINE.replace(old, new.text)


def test_a_replaced_member_takes_its_old_comments_away():
    after = put(ENGINE, member("    def shown(self):\n        return 1"), "Value")
    assert "# shown by Python" not in after and "@property" not in after


def test_a_new_member_goes_to_the_end_of_its_class():
    after = put(ENGINE, member("    def new(self):\n        pass"), "Value")
    assert "        pass\n\n    def new(self):\n        pass\n\n\ndef top" in after


def test_a_new_member_goes_where_after_says():
    after = put(ENGINE, member("    def new(self):\n        pass"), "Value", after="__init__")
    assert "# as given\n\n    def new(self):\n        pass\n\n\n    # shown by Python" in after


def test_a_new_member_between_values_gets_room_on_both_sides():
    after = put(
        "class A:\n    x = 1\n    y = 2\n", member("    def f(self):\n        pass"), "A", "x"
    )
    assert after == "class A:\n    x = 1\n\n    def f(self):\n        pass\n\n    y = 2\n"


def test_values_stay_together_as_in_the_cell():
    body = "class A:\n    x = 1\n\n    def f(self):\n        pass\n"
    assert "    x = 1\n    y = 2\n\n    def f" in put(body, member("    y = 2"), "A", after="x")


def test_a_new_function_stands_two_lines_below_the_last():
    assert put("x = 1\n", only("def f():\n    pass")) == "x = 1\n\n\ndef f():\n    pass\n"


def test_a_docstring_goes_to_the_top():
    new = member('    """Better."""')
    assert put("class A:\n    x = 1\n", new, "A") == 'class A:\n    """Better."""\n\n    x = 1\n'
    assert put('class A:\n    """Old."""\n', new, "A") == 'class A:\n    """Better."""\n'


def test_the_first_member_takes_the_place_of_pass():
    new = member("    x = 1")
    assert put("class A:\n    pass\n", new, "A") == "class A:\n    x = 1\n"


def test_a_property_and_its_setter_are_one_definition():
    getter = "    @property\n    def x(self):\n        return 1"
    pair = f"{getter}\n\n    @x.setter\n    def x(self, x):\n        pass"
    assert member(pair).text == pair
    after = put(f"class A:\n{pair}\n\n    y = 2\n", member("    x = 1"), "A")
    assert after == "class A:\n    x = 1\n\n    y = 2\n"


def test_text_with_blank_lines_inside_is_left_alone():
    text = 's = """\na\n\n\nb"""\n'
    after = put(text, only("def f():\n    return 1"))
    assert after.startswith(text) and ast.parse(after)


def test_imports_are_blanked_and_lines_keep_their_numbers():
    assert without_imports("import a\nfrom b import (\n    c,\n)\n\nx = 1") == "\n\n\n\n\nx = 1"


UNSUITABLE = {
    "statement": ("x = 1\nprint(x)", 2, "a tangled cell holds definitions only", "move this"),
    "loop": ("for x in y:\n    pass", 1, "holds definitions only", "a cell of its own"),
    "two-names": ("a, b = 1, 2", 1, "holds definitions only", "a cell of its own"),
    "augmented": ("x = 1\nx += 1", 2, "holds definitions only", "a cell of its own"),
    "pass": ("pass", 1, "holds definitions only", "a cell of its own"),
    "twice": ("x = 1\nx = 2", 2, "`x` is defined twice", "keep one of the two"),
    "one-line": ("x = 1; y = 2", 1, "two statements on one line", "write each on its own"),
    "import": ("import a; x = 1", 1, "two statements on one line", "write each on its own"),
    "one-line-class": ("class Any: x = 1", 1, "is not indented by 4 spaces", "begin it on a line"),
    "two-spaces": ("class Any:\n  x = 1", 1, "is not indented by 4 spaces", "after 4 spaces"),
}


@pytest.mark.parametrize("which", UNSUITABLE)
def test_unsuitable(which):
    text, line, reason, remedy = UNSUITABLE[which]
    with pytest.raises(Unsuitable) as error:
        definitions(ast.parse(without_imports(text)).body, without_imports(text))
        find(text, "Any")
    assert error.value.line == line
    assert reason in error.value.reason and remedy in error.value.remedy
