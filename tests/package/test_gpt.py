"""The GPT of Values, its programs and the one on arrays, beside PyTorch's with the same weights.

Small ones, so that they are fast: what is right with two blocks and eight dimensions is right with
more.
"""

import math
import random
import re
import subprocess
import sys

import numpy as np
import pytest

from literate.cells import GPTInPyTorch, trained
from micrograd import GPT, Adam, Programs, cross_entropy, encode, probabilities, sample
from micrograd.array_gpt import ArrayGPT, tables
from micrograd.arrays import Array, ArrayAdam

NAMES = ("anna", "maria", "bob", "otto", "james")
BETAS = (0.85, 0.99)


def small(seed=1, **sizes):
    random.seed(seed)
    return GPT(**{"dims": 8, "heads": 2, "layers": 2, "places": 8} | sizes)


@pytest.fixture(scope="module")
def theirs():
    """Of 20 steps of PyTorch: the losses, the first gradients, and the weights at the end."""
    torch = pytest.importorskip("torch")
    model = GPTInPyTorch(tables(small()), heads=2, lr=0.01, betas=BETAS)
    model.loss(encode(NAMES[0])).backward()
    grads = {name: w.grad.numpy().copy() for name, w in model.weights.items()}
    losses = [model.step(encode(NAMES[i % 5])) for i in range(20)]
    assert torch.get_num_threads() == 1
    return losses, grads, {name: w.detach().numpy() for name, w in model.weights.items()}


def flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays.values()])


def eager(gpt):
    def backward(tokens):
        loss = cross_entropy(gpt(tokens[:-1]), tokens[1:])
        loss.backward()
        return loss.data

    return backward


@pytest.mark.parametrize("way", ["eager", "compiled"])
def test_values_train_as_pytorch_does(way, theirs):
    gpt = small()
    backward = eager(gpt) if way == "eager" else Programs(gpt).backward
    losses, grads, weights = theirs
    backward(encode(NAMES[0]))
    assert np.allclose([p.grad for p in gpt.parameters()], flat(grads), rtol=0, atol=1e-9)
    adam, ours = Adam(gpt.parameters(), lr=0.01, betas=BETAS), []
    for i in range(20):
        adam.zero_grad()
        ours.append(backward(encode(NAMES[i % 5])))
        adam.step()
    assert np.allclose(ours, losses, rtol=0, atol=1e-9)
    assert np.allclose(flat(tables(gpt)), flat(weights), rtol=0, atol=1e-9)


def test_arrays_train_as_pytorch_does(theirs):
    model = ArrayGPT(tables(small()), heads=2)
    losses, grads, weights = theirs
    model.loss(encode(NAMES[0])).backward()
    assert np.allclose(model.grad, flat(grads), rtol=0, atol=1e-9)
    adam, ours = ArrayAdam(model, lr=0.01, betas=BETAS), []
    for i in range(20):
        model.grad.fill(0)
        loss = model.loss(encode(NAMES[i % 5]))
        loss.backward()
        ours.append(float(loss.data))
        adam.step()
    assert np.allclose(ours, losses, rtol=0, atol=1e-9)
    assert np.allclose(model.data, flat(weights), rtol=0, atol=1e-9)


def test_names_of_one_length_can_be_read_at_once():
    model = ArrayGPT(tables(small()), heads=2)
    rows = [encode("anna"), encode("otto")]
    together = model.loss(rows)
    together.backward()
    grad = model.grad.copy()
    model.grad.fill(0)
    for row in rows:
        model.loss(row).backward()
    assert math.isclose(together.data, np.mean([model.loss(row).data for row in rows]))
    assert np.allclose(grad, model.grad / 2, rtol=0, atol=1e-12)


def test_a_later_letter_never_changes_an_earlier_output():
    gpt = small()
    on_arrays = ArrayGPT(tables(gpt), heads=2)
    one, other = [0, 13, 1, 18, 9, 1], [0, 13, 1, 18, 12, 5]
    for read in (
        lambda tokens: [[z.data for z in logits] for logits in gpt(tokens)],
        lambda tokens: on_arrays(tokens).data.tolist(),
    ):
        same = [a == b for a, b in zip(read(one), read(other), strict=True)]
        assert same == [True, True, True, True, False, False]


@pytest.mark.parametrize("temperature", [0.01, 1, 100])
def test_probabilities_add_up_to_one(temperature):
    told = probabilities([1000.0, 1001.0, -1000.0], temperature)
    assert math.isclose(sum(told), 1, rel_tol=1e-12) and max(told) == told[1]


def test_the_weights_on_record_write_the_same_names_everywhere():
    gpt = GPT()
    gpt.load_state_dict(dict(zip(gpt.state_dict(), trained(), strict=True)))
    rng = random.Random(1337)
    assert [sample(gpt, rng, 0.5) for _ in range(3)] == WRITTEN


WRITTEN = ["lane", "rertar", "miari"]


def test_the_package_needs_nothing_but_python():
    code = "import sys; sys.modules['numpy'] = sys.modules['graphviz'] = None; import micrograd"
    subprocess.run([sys.executable, "-c", code], check=True)


def on_arrays(heads=2, **other):
    """Of a GPT; `other` are weights in the place of its own."""
    return ArrayGPT(tables(small()) | other, heads=heads)


def without(*names):
    return ArrayGPT({name: w for name, w in tables(small()).items() if name not in names}, heads=2)


REFUSED = {
    "a token that there is not": (
        lambda: on_arrays()([27]), "a token is 0 to 26, and among these is another"
    ),
    "one token alone": (
        lambda: on_arrays().loss([0]), "a text has two tokens at least: one that follows another"
    ),
    "a text that is too long": (
        lambda: on_arrays()([0] * 9), "the text is too long: there are 8 places"
    ),
    "a table of another shape": (
        lambda: on_arrays(head=np.zeros((27, 4))),
        "the weights do not fit: 'head' has the shape (27, 4), not (27, 8)",
    ),
    "a table too many": (
        lambda: on_arrays(tail=np.zeros(1)),
        "the weights do not fit: 'tail' has the shape (1,), not None",
    ),
    "a table too few": (
        lambda: without("head"), "the weights do not fit: 'head' has the shape None, not (27, 8)"
    ),
    "no table of tokens": (
        lambda: without("token"), "the weights do not fit: 'token' has the shape None, not (0, 0)"
    ),
    "no table of places": (
        lambda: without("place"), "the weights do not fit: 'place' has the shape None, not (1, 8)"
    ),
    "no block": (
        lambda: ArrayGPT(
            {name: np.zeros((2, 2)) for name in ("token", "place", "head")}, heads=2
        ),
        "there is no block, or 2 heads cannot share 2 dimensions",
    ),
    "heads that cannot share": (
        lambda: on_arrays(heads=3), "there is no block, or 3 heads cannot share 8 dimensions"
    ),
    "no head": (lambda: on_arrays(heads=0), "heads is a whole number, 1 or more, not 0"),
    "a beta of 1": (
        lambda: ArrayAdam(on_arrays(), betas=(0.9, 1.0)),
        "a beta is 0.0 at least and below 1.0, not 1.0",
    ),
    "an eps of 0": (
        lambda: ArrayAdam(on_arrays(), eps=0.0), "eps is 5e-324 at least and below inf, not 0.0"
    ),
}  # fmt: skip
"""What is refused on arrays; of Values, tests/package/test_refused.py has it."""


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_refused_in_words(what):
    use, says = REFUSED[what]
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        use()


def test_a_gradient_begins_at_one_number():
    with pytest.raises(ValueError, match="begins at one finite"):
        Array([1.0, 2.0]).backward()


def test_a_gradient_that_is_not_finite_moves_nothing():
    model = ArrayGPT(tables(small()), heads=2)
    before, adam = model.data.copy(), ArrayAdam(model)
    model.grad[3] = np.inf
    told = "a gradient is not finite; the parameters stay as they are"
    with pytest.raises(ValueError, match=f"^{told}$"):
        adam.step()
    assert (model.data == before).all()


def test_what_an_array_holds():
    """Floats, whatever it is given; and a gradient from the beginning only where it is a leaf."""
    leaf = Array([1, 2])
    assert leaf.data.dtype == float and leaf.grad.tolist() == [0.0, 0.0]
    total = (leaf * leaf).mean()
    assert total.grad is None
    total.reshape().backward()
    assert leaf.grad.tolist() == [1.0, 2.0]


def test_a_relu_at_zero_has_no_slope_and_a_softmax_no_limit():
    x = Array([0.0, 2.0])
    x.relu().mean().reshape().backward()
    assert x.grad.tolist() == [0.0, 0.5]
    assert Array([1000.0, -1000.0]).softmax().data.tolist() == [1.0, 0.0]


def test_a_text_may_fill_all_places_and_have_two_tokens():
    assert on_arrays()([0] * 8).data.shape == (8, 27)
    assert on_arrays().loss([0, 1]).data > 0


def test_what_arrays_begin_with():
    four = ArrayGPT(tables(small(heads=4)))
    assert four.heads == 4 and ArrayAdam(four).lr == 0.001
    whole = {name: np.ones_like(w, int) for name, w in tables(small()).items()}
    assert ArrayGPT(whole).data.dtype == float
