"""`reopen`, which gives the members of one class to another."""

import pytest

from literate.cells.reopen import reopen


class Dog:
    """Barks."""

    def bark(self):
        return "wau"


def reopened(code: str) -> type:
    """The class Dog after a cell with `code`, which runs in this module, has reopened it."""
    namespace = {"Dog": type("Dog", (), dict(vars(Dog))), "reopen": reopen}
    namespace["before"], namespace["rex"] = namespace["Dog"], namespace["Dog"]()
    exec(code, namespace)
    assert namespace["Dog"] is namespace["before"]
    namespace["Dog"].rex = namespace["rex"]
    return namespace["Dog"]


def test_an_object_made_before_gets_the_new_method():
    dog = reopened("@reopen\nclass Dog:\n    def sit(self):\n        return 'sits'")
    assert dog.rex.sit() == "sits"


def test_a_method_is_replaced_and_the_others_stay():
    dog = reopened("@reopen\nclass Dog:\n    legs = 4\n    def bark(self):\n        return 'wuff'")
    assert (dog.rex.bark(), dog.legs) == ("wuff", 4)
    dog = reopened("@reopen\nclass Dog:\n    legs = 4")
    assert dog.rex.bark() == "wau"


def test_a_docstring_replaces_the_one_there_is_and_none_does_not():
    assert reopened("@reopen\nclass Dog:\n    legs = 4").__doc__ == "Barks."
    assert reopened('@reopen\nclass Dog:\n    """Sleeps."""').__doc__ == "Sleeps."


def test_properties_and_static_methods_are_carried_over():
    dog = reopened(
        "@reopen\nclass Dog:\n"
        "    @property\n    def age(self):\n        return 3\n\n"
        "    @staticmethod\n    def kind():\n        return 'dog'"
    )
    assert (dog.rex.age, dog.kind()) == (3, "dog")


def test_the_name_and_the_module_stay():
    dog = reopened("@reopen\nclass Dog:\n    legs = 4")
    assert (dog.__name__, dog.__module__) == ("Dog", Dog.__module__)


def test_a_class_that_is_not_there_cannot_be_reopened():
    with pytest.raises(KeyError, match="Cat"):
        exec("@reopen\nclass Cat:\n    pass", {"reopen": reopen})
