"""The lecture: its moments, how long each lasts, and where one can be watched."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from literate.read.error import BookError
from literate.read.model import CHAPTERS

VIDEO = "https://www.youtube.com/watch?v={video}&t={seconds}s"
TIMELINE = Path(CHAPTERS, "timeline.yml")
TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)")


def seconds(timecode: str) -> int:
    """Of a timecode such as 00:08:08, how far into the lecture it is."""
    hours, minutes, rest = map(int, timecode.split(":"))
    return 3600 * hours + 60 * minutes + rest


def timeline(root: Path) -> list[str]:
    """The moments of the lecture, in its order; none where the book names none."""
    try:
        told = yaml.safe_load((root / TIMELINE).read_text("utf-8"))
        return [str(entry["timecode"]) for entry in told.get("moments", [])]
    except FileNotFoundError:
        return []
    except (AttributeError, KeyError, TypeError, yaml.YAMLError) as error:
        raise BookError(TIMELINE, None, f"cannot be read: {error}", "correct it") from None


def lasts(moment: str, every: Sequence[str]) -> int:
    """Seconds of the lecture from a moment to the next of `every`; 0 if that is not known."""
    later = [other for other in every if other > moment]
    return seconds(later[0]) - seconds(moment) if later and moment in every else 0


def lecture(root: Path, timecode: str) -> tuple[str, str]:
    """A moment of the lecture as one says it, 8:08, and the address where it can be watched."""
    video = _video((root / TIMELINE).read_text("utf-8"))
    url = VIDEO.format(video=video, seconds=seconds(timecode))
    return timecode.removeprefix("00:").removeprefix("0"), url


@functools.cache
def _video(timeline: str) -> str:
    return str(yaml.safe_load(timeline)["video"])
