"""A Value among numbers: what Python may ask of it, what is drawn of it, and what is decided."""

import copy
import html
import pickle
import re
import subprocess
import sys
import threading

import pytest

from micrograd import Value, draw_dot

LABELS = [
    "x<y", "<b>", "{x y}", r"back\slash", r"\n", "a|b", 'say "x"', "two\nlines", "&amp;", " ",
    "é→∂",
]  # fmt: skip


def test_it_is_taken_for_its_number():
    v = Value(2.5)
    assert (float(v), v.item(), f"{v:.3f}", f"{v:>6.1f}") == (2.5, 2.5, "2.500", "   2.5")
    assert type(v.item()) is float
    assert f"{v}" == repr(v)
    assert sorted([Value(3), Value(-1), 2.0])[0].data == -1.0
    assert v < 3 < Value(4) and v <= Value(2.5) <= v and v > 2 and v >= 2.5 and v < 3


def test_equal_and_true_are_said_of_the_number_and_identity_of_the_object():
    a, b = Value(2.0), Value(2.0)
    assert a == b and a == 2.0 and a == 2 and a != 3
    assert a.__ne__(b) is False
    assert a != "2.0" and a is not None and (a == None) is False  # noqa: E711
    assert bool(Value(0.1)) and not Value(0.0) and not Value(-0.0)
    assert len({a, b}) == 2 and {a: 1, b: 2}[a] == 1
    with pytest.raises(TypeError, match=r"'<' not supported .* and 'str'"):
        a < "3"  # noqa: B015


def test_what_it_says_of_itself():
    a = Value(2.0, label="a")
    b = a * 3
    b.backward()
    assert repr(a) == "Value(data=2.0, grad=3.0, label='a')"
    assert repr(b) == "Value(data=6.0, grad=1.0, op='*')"


def test_it_has_no_other_attributes():
    v = Value(1.0)
    assert not hasattr(v, "__dict__")
    with pytest.raises(AttributeError, match="gradient"):
        v.gradient = 1.0
    with pytest.raises(AttributeError):
        v._op = "+"


@pytest.mark.parametrize("label", LABELS)
def test_a_label_of_any_text_is_drawn_as_it_is(label):
    """Graphviz draws it, and the letters are there."""
    picture = draw_dot(Value(1.0, label=label)).pipe(encoding="utf-8")
    texts = [html.unescape(t) for t in re.findall(r"<text[^>]*>(.*?)</text>", picture)]
    drawn = [text.replace("\xa0", " ") for text in texts if not re.match(r" ?(data|grad) ", text)]
    assert "\n".join(drawn).strip() == label.strip()


def test_a_copy_of_a_leaf_is_a_leaf_and_keeps_its_class():
    # Looked up by name when it is pickled, and other tests had the package forgotten.
    import micrograd

    class Named(micrograd.Value):
        __slots__ = ("name",)

    leaf = Named(2.0, label="w")
    leaf.grad, leaf.name = 0.5, "first"
    for twin in (copy.copy(leaf), copy.deepcopy(leaf)):
        assert twin is not leaf and type(twin) is Named
        assert (twin.data, twin.grad, twin.label, twin.name) == (2.0, 0.5, "w", "first")
    again = pickle.loads(pickle.dumps(micrograd.Value(2.0, label="w")))
    assert (again.data, again.grad, again.label) == (2.0, 0.0, "w")
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"a copy of a computed Value \(\+\)"):
            way(leaf + 1)


@pytest.mark.chapters("fast")
def test_a_thread_has_its_own_no_grad_and_an_error_ends_it():
    from micrograd import Value, no_grad

    made = {}

    def elsewhere():
        made["elsewhere"] = Value(1.0) + 1.0

    with no_grad():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        made["inside"] = Value(1.0) + 1.0
    with pytest.raises(ValueError, match=r"log of -1\.0"), no_grad():
        Value(-1.0).log()
    made["after"] = Value(1.0) + 1.0
    assert {where: bool(v._prev) for where, v in made.items()} == {
        "elsewhere": True, "inside": False, "after": True,
    }  # fmt: skip


def test_the_package_needs_nothing_but_python(root):
    """Nothing that is installed is found, and all but drawing works."""
    program = (
        "import sys\n"
        "sys.path = [p for p in sys.path if 'site-packages' not in p]\n"
        "import micrograd\n"
        "v = micrograd.MLP(2, [3, 1])([1.0, 2.0])\n"
        "v.backward()\n"
        "try:\n"
        "    micrograd.draw_dot(v)\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=root, capture_output=True, encoding="utf-8"
    )
    assert (done.stdout, done.stderr) == ("graphviz\n", "")
