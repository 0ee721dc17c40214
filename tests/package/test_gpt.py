"""The GPT of Values, its programs and the one on arrays, beside PyTorch's with the same weights.

Small ones, so that they are fast: what is right with two blocks and eight dimensions is right with
more.
"""

import math
import random
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


def weights_of_another():
    small().load_state_dict(small(dims=4).state_dict())


REFUSED = {
    "a letter that is not known": (lambda: encode("zoë"), "'ë' is not one of the letters"),
    "an empty name": (lambda: encode(""), "this one is empty"),
    "a token that there is not": (lambda: small()([27]), "a token is 0 to 26, not 27"),
    "the same, compiled": (lambda: Programs(small()).backward([0, 99]), "a token is 0 to 26"),
    "the same, on arrays": (
        lambda: ArrayGPT(tables(small()), heads=2)([27]), "a token is 0 to 26"
    ),
    "one token alone": (lambda: Programs(small()).backward([0]), "two tokens at least"),
    "the same token on arrays": (
        lambda: ArrayGPT(tables(small()), heads=2).loss([0]), "two tokens at least"
    ),
    "a text that is too long": (lambda: small()([0] * 9), "too long: there are 8 places"),
    "the same text on arrays": (
        lambda: ArrayGPT(tables(small()), heads=2)([0] * 9), "too long: there are 8 places"
    ),
    "a temperature of 0": (
        lambda: sample(small(), random.Random(1), 0), "a temperature is above 0, not 0"
    ),
    "a temperature below 0": (lambda: probabilities([1.0], -1), "above 0, not -1"),
    "weights of another size": (weights_of_another, "only one of the two networks has"),
    "tables that do not fit": (
        lambda: ArrayGPT(tables(small()) | {"head": np.zeros((27, 4))}, heads=2),
        r"do not fit: 'head' has the shape \(27, 4\), not \(27, 8\)",
    ),
    "heads that do not fit": (lambda: small(heads=3), "8 dimensions cannot be shared among 3"),
    "the gradient of an array": (lambda: Array([1.0, 2.0]).backward(), "begins at one finite"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_refused_in_words(what):
    use, says = REFUSED[what]
    with pytest.raises(ValueError, match=says):
        use()


def test_a_gradient_that_is_not_finite_moves_nothing():
    model = ArrayGPT(tables(small()), heads=2)
    before, adam = model.data.copy(), ArrayAdam(model)
    model.grad[3] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        adam.step()
    assert (model.data == before).all()
