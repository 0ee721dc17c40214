"""The page's side of the figures to play with (see `cells.play`): their frames, words and controls.

Everything that such a figure ever says or draws is made here, from the numbers that the chapter
computed. The script in the page, `play.js`, only goes from one frame to another.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from literate.read.settings import Words
from literate.weave import drawings
from literate.weave.backwards import both_ways

PLAY = re.compile(
    r'<figure class="play">(<svg.*</svg>)<script type="application/json">(.*)</script></figure>',
    re.DOTALL,
)
Frame = dict[str, Any]
"""What one position shows: `say`, and what changes in the drawing since the one before."""


def play_at_once(text: str) -> str:
    """The output of a cell that is a figure, made such that it plays as soon as it is seen."""
    match = PLAY.fullmatch(text.strip())
    assert match, "not a figure to play with"
    data = json.loads(match[2].replace("<\\/", "</")) | {"at once": True}
    script = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<figure class="play">{match[1]}<script type="application/json">{script}</script></figure>'
    )


def figure(text: str, name: str, colours: list[str], say: Words) -> str | None:
    """The figure of a page for an output that `play` made; None for any other output.

    `name` is the drawing's own on its page. `colours` are those of the plots' lines.
    """
    match = PLAY.fullmatch(text.strip())
    if not match:
        return None
    data = json.loads(match[2].replace("<\\/", "</"))
    svg = both_ways(match[1]) if data["kind"] == "steps" else match[1]
    drawing = drawings.inline(svg, name, data.get("alt"), colours, say) or ""
    if data["kind"] == "steps":
        walks = {
            walk.replace("_", " "): list(_steps(data, turns, say))
            for walk, turns in data["walks"].items()
        }
        title, first = say("play steps"), 0
    else:
        frames = [
            {"say": told, "parts": _themed(parts, colours)}
            for told, parts in zip(data["told"], data["frames"])
        ]
        walks, title, first = {"": frames}, data["name"], data["first"]
    shown = {"name": name, "walks": list(walks.values())}
    script = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    at_once = " data-at-once" if data.get("at once") else ""
    lines = max(frame["say"].count("\n") + 1 for frames in walks.values() for frame in frames)
    return (
        f'<figure class="play" data-kind="{data["kind"]}"{at_once}>'
        f"{drawings.scrolling('drawing', drawing)}"
        f"{_choice(list(walks), name, say)}"
        f"{_controls(title, len(next(iter(walks.values()))), first, say)}"
        f'<p class="play-says pst-js-only" role="status" style="min-height: {1.5 * lines:g}em">'
        f"</p>"
        f'<script type="application/json">{script}</script></figure>'
    )


def _choice(names: list[str], figure_name: str, say: Words) -> str:
    """Radio buttons for the ways through an expression, where there are several."""
    if len(names) == 1:
        return ""
    options = "".join(
        f'<label><input type="radio" name="{figure_name}" value="{place}"'
        f"{' checked' if place == 0 else ''}> {html.escape(name)}</label>"
        for place, name in enumerate(names)
    )
    legend = html.escape(say("play order"))
    return (
        f'<fieldset class="play-choice pst-js-only"><legend>{legend}</legend>{options}</fieldset>'
    )


def _controls(title: str, count: int, first: int, say: Words) -> str:
    title = html.escape(title, quote=True)
    start, back, on = (
        f'<button type="button" data-go="{to}">{html.escape(say(f"play {to}"))}</button>'
        for to in ("start", "back", "on")
    )
    play, pause = (html.escape(say(f"play {state}")) for state in ("play", "pause"))
    run = (
        f'<button type="button" data-run><span class="play-run">{play}</span>'
        f'<span class="play-pause">{pause}</span></button>'
    )
    slider = f'<input type="range" min="0" max="{count - 1}" value="{first}" aria-label="{title}">'
    return (
        f'<div class="play-controls pst-js-only" role="group" aria-label="{title}">'
        f"{run}{start}{back}{on}{slider}</div>"
    )


def _themed(
    parts: dict[str, dict[str, str | None]], colours: list[str]
) -> dict[str, dict[str, str | None]]:
    return {
        part: {key: value and drawings.themed(key, value, colours) for key, value in values.items()}
        for part, values in parts.items()
    }


def _steps(data: dict[str, Any], turns: list[dict[str, Any]], say: Words) -> Iterator[Frame]:
    """The way forwards, then the one backwards: an operation in each frame."""
    boxes = data["boxes"]
    names = _names(boxes)
    blank = f"data {say('play blank')}"
    grads = [0.0] * len(boxes)
    yield {
        "say": say("play leaves"),
        "boxes": {
            str(place): [blank if box["op"] else _field("data", box["data"]), _field("grad", 0.0)]
            for place, box in enumerate(boxes)
        },
        "now": [f"box-{place}" for place, box in enumerate(boxes) if not box["op"]],
    }
    for place, box in enumerate(boxes):
        if box["op"]:
            operands = _combined(box["op"], [names[child] for child in box["children"]])
            numbers = _combined(box["op"], _operands(box, boxes))
            yield {
                "say": say("play forward", value=names[place], operands=operands,
                           numbers=numbers, result=_short(box["data"])),
                "boxes": {str(place): [_field("data", box["data"]), _field("grad", 0.0)]},
                "now": [f"op-{place}", f"box-{place}"],
            }  # fmt: skip
    result = len(boxes) - 1
    grads[result] = 1.0
    yield {
        "say": say("play seed", value=names[result]),
        "boxes": {str(result): [_field("data", boxes[result]["data"]), _field("grad", 1.0)]},
        "now": [f"box-{result}"],
    }
    for turn in turns:
        place = turn["box"]
        said = [say("play turn", op=boxes[place]["op"], value=names[place])]
        for get in turn["gets"]:
            key = "play add" if data["add"] else "play replace" if get["before"] else "play set"
            said.append(
                say(key, child=names[get["child"]], value=names[place],
                    before=_short(get["before"]), after=_short(get["after"]),
                    slope=_short(get["slope"]), factor=_factor(get["slope"]),
                    grad=_factor(turn["grad"]))
            )  # fmt: skip
            grads[get["child"]] = get["after"]
        changed = {get["child"] for get in turn["gets"]}
        edges = {f"edge-{place}-{n}": _short(get["slope"]) for n, get in enumerate(turn["gets"])}
        edges[f"from-{place}"] = ""
        yield {
            "say": "\n".join(said),
            "boxes": {
                str(child): [_field("data", boxes[child]["data"]), _field("grad", grads[child])]
                for child in sorted(changed)
            },
            "back": edges,
            "now": [f"box-{place}", f"op-{place}", *(f"box-{child}" for child in sorted(changed)),
                    *edges],
        }  # fmt: skip


def _names(boxes: list[dict[str, Any]]) -> list[str]:
    """What each value is called: its label, else the expression that it is, or its number."""
    names: list[str] = []
    for box in boxes:
        label = box["label"] or _combined(box["op"], [names[child] for child in box["children"]])
        names.append(f"({label})" if " " in label else label or _short(box["data"]))
    return names


def _combined(op: str, operands: list[str]) -> str:
    if op.startswith("**"):
        return f"{operands[0]}{op}"
    if len(operands) == 1:
        return f"{op}({operands[0]})"
    return f" {op} ".join(operands)


def _operands(box: dict[str, Any], boxes: list[dict[str, Any]]) -> list[str]:
    """The numbers that an operation combines: "2" and "(−3)", and a power's as "(−3)"."""
    first, *others = [boxes[child]["data"] for child in box["children"]]
    begins = _factor(first) if box["op"].startswith("**") else _short(first)
    return [begins, *map(_factor, others)]


def _factor(number: float) -> str:
    """A number behind a sign: one that is negative stands in brackets."""
    text = _short(number)
    return f"({text})" if text.startswith("−") else text


def _field(name: str, number: float) -> str:
    return f"{name} {number:.4g}"


def _short(number: float) -> str:
    """With four digits, as the boxes have it, and a minus that is as wide as a plus."""
    text = f"{number:.4g}"
    return ("0" if text == "-0" else text).replace("-", "−")
