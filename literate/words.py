"""The words of the interface, which a translation replaces in one file."""

from pathlib import Path
from typing import Any

import yaml

from literate.chapter import CHAPTERS, BookError

WORDS = Path(CHAPTERS, "words.yml")


class Words:
    """The words of a book: `words("lecture at", moment="8:08")`."""

    def __init__(self, root: Path) -> None:
        try:
            self._texts: dict[str, str] = yaml.safe_load((root / WORDS).read_text("utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise BookError(WORDS, None, f"cannot be read: {error}", "correct it") from None

    def __call__(self, key: str, **filled_in: Any) -> str:
        """The text of this key, with its braces filled in; raises BookError if there is none."""
        try:
            return self._texts[key].format(**filled_in)
        except (KeyError, TypeError, AttributeError) as error:
            raise BookError(
                WORDS, None, f"'{key}' is missing, or has other words in braces: {error!r}",
                f"write it with {', '.join(f'{{{n}}}' for n in filled_in) or 'no braces'}",
            ) from None  # fmt: skip
