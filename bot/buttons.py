"""Button payloads as Telegram callback data and back, and the rows that buttons stand in.

Callback data is `name`, `name:number` or `name:place`: at most 64 bytes, and complete in itself, so
that a button still works after a restart. Only names on the allow-list are read back.
"""

import re
from collections.abc import Iterable

from bot.messages import Button

WIPE = "/wipe"
HELP_NOW = "/need_help_now"
CHECK = "/check_message"

_PLAIN = frozenset(
    {
        "start",
        "help",
        "need_help_now",
        "check_message",
        "guide",
        "report",
        "quiz",
        "safe",
        "unsafe",
        "stop",
        "ask_privacy",
        "talk_to_human",
        "none_of_these",
        "wipe",
    }
)
_NUMBERED = frozenset({"faq", "feedback_up", "feedback_down"})
_PLACED = frozenset({"guide", "report", "quiz", "quiz_answer"})
_THUMBS = ("/feedback_up", "/feedback_down")
_SHORT_TITLE = 2
_NUMBER = r"0|[1-9][0-9]{0,8}"
_PLACE = r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*"
_PAYLOAD = re.compile(
    rf'/([a-z_]+)(?:\{{\s*"n"\s*:\s*({_NUMBER})\s*\}}|\{{\s*"at"\s*:\s*"({_PLACE})"\s*\}})?'
)
_DATA = re.compile(rf"([a-z_]+)(?::(?:({_NUMBER})|({_PLACE})))?")
_LONGEST = 64


def encode(payload: str) -> str | None:
    """Returns the callback data for `payload`, or None if it is not on the allow-list."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None or not _known(*match.groups()):
        return None
    name, number, place = match.groups()
    data = name if (value := number or place) is None else f"{name}:{value}"
    return data if len(data) <= _LONGEST else None


def decode(data: str) -> str | None:
    """Returns the payload for callback `data`, or None if it is not on the allow-list."""
    match = _DATA.fullmatch(data)
    if match is None or not _known(*match.groups()):
        return None
    name, number, place = match.groups()
    if number is not None:
        return f'/{name}{{"n": {number}}}'
    return f"/{name}" if place is None else f'/{name}{{"at": "{place}"}}'


def is_thumb(payload: str) -> bool:
    """Tells whether `payload` is a thumb up or down."""
    return payload.startswith(_THUMBS)


def rows(buttons: Iterable[Button]) -> list[list[Button]]:
    """Arranges `buttons` one to a row, but neighbours with a short title side by side."""
    arranged: list[list[Button]] = []
    for button in buttons:
        if arranged and _short(button) and _short(arranged[-1][-1]):
            arranged[-1].append(button)
        else:
            arranged.append([button])
    return arranged


def _short(button: Button) -> bool:
    return len(button.title) <= _SHORT_TITLE


def _known(name: str, number: str | None, place: str | None) -> bool:
    if number is not None:
        return name in _NUMBERED
    return name in (_PLAIN if place is None else _PLACED)
