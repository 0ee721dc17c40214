"""How a GPT writes."""

from .finite import _number, _short
from .functional import _as_values, no_grad
from .gpt import GPT
from .losses import softmax
from .text import generate


def probabilities(logits, temperature=1.0):
    """The softmax of the logits, divided by a temperature above 0, as a list of floats."""
    if _number(temperature, "a temperature is") <= 0:
        raise ValueError(f"a temperature is above 0, not {_short(temperature)}")
    with no_grad():
        logits = [z.data for z in _as_values(logits, "the logits")]
        highest = max(logits, default=0.0)
        return [p.data for p in softmax([(z - highest) / temperature for z in logits])]


def sample(gpt, rng, temperature=1.0):
    """A name that the network makes up; the same seed of the `random.Random`, the same name."""
    if not isinstance(gpt, GPT):
        raise TypeError(f"a GPT is expected, not {_short(gpt)}")
    seen = gpt.nothing()

    def predict(tokens):
        with no_grad():
            return probabilities(gpt.read(gpt.row(tokens[-1]), seen), temperature)

    return generate(predict, rng, longest=len(gpt.place))
