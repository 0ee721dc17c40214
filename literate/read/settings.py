"""What the settings say: `_config.yml`, and the words of the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from literate.read.error import BookError
from literate.read.model import CHAPTERS


def settings(root: Path) -> dict[str, Any]:
    """The book's settings; raises BookError for a file that says none."""
    try:
        return dict(yaml.safe_load((root / "_config.yml").read_text("utf-8")))
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        raise BookError("_config.yml", None, f"cannot be read: {error}", "correct it") from None


def time_limit(root: Path) -> int:
    """Seconds that one cell may take, from the book's settings."""
    try:
        return int(settings(root)["execute"]["timeout"])
    except (KeyError, TypeError, ValueError):
        raise BookError(
            "_config.yml", None, "it sets no time limit for a cell", "write 'execute: timeout: 120'"
        ) from None


def languages(root: Path) -> dict[str, str]:
    """The languages of the book by their codes, the original's first; none if it has only one."""
    told = (settings(root).get("languages") if (root / "_config.yml").is_file() else None) or {}
    if not isinstance(told, dict):
        raise BookError(
            "_config.yml", None, "'languages' does not name each language by its code",
            "write, say, 'languages: {en: English, de: Deutsch}', the original's first",
        )  # fmt: skip
    return {str(code): str(name) for code, name in told.items()}


def language(root: Path) -> str:
    """The code of the language that the pages are in."""
    return str(settings(root).get("sphinx", {}).get("config", {}).get("language", "en"))


def repository(root: Path) -> str:
    """The address of the repository that the book names as its own; empty if it names none."""
    told = settings(root).get("repository") or {}
    if not isinstance(told, dict):
        raise BookError(
            "_config.yml", None, f"'repository' has no address below 'url', but is {told!r}",
            "write 'repository: {url: https://…}'",
        )  # fmt: skip
    return str(told.get("url") or "")


WORDS = Path(CHAPTERS, "words.yml")


class Words:
    """The words of a book: `words("lecture at", moment="8:08")`."""

    def __init__(self, root: Path) -> None:
        try:
            self._texts: dict[str, str] = yaml.safe_load((root / WORDS).read_text("utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise BookError(WORDS, None, f"cannot be read: {error}", "correct it") from None

    def beginning(self, *starts: str) -> dict[str, str]:
        """The texts whose keys begin with one of these words, with their braces."""
        return {key: text for key, text in self._texts.items() if key.startswith(starts)}

    def __call__(self, key: str, **filled_in: Any) -> str:
        """The text of this key, with its braces filled in; raises BookError if there is none."""
        try:
            return self._texts[key].format(**filled_in)
        except (KeyError, TypeError, AttributeError) as error:
            raise BookError(
                WORDS, None, f"'{key}' is missing, or has other words in braces: {error!r}",
                f"write it with {', '.join(f'{{{n}}}' for n in filled_in) or 'no braces'}",
            ) from None  # fmt: skip
