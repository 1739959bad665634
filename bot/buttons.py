"""Button payloads as Telegram callback data and back, and the rows that buttons stand in.

Callback data is `name` or `name:number`: at most 64 bytes, and complete in itself, so that a
button still works after a restart. Only names on the allow-list are read back.
"""

import re
from collections.abc import Iterable

from bot.messages import Button

WIPE = "/wipe"
HELP_NOW = "/need_help_now"

_PLAIN = frozenset(
    {
        "start",
        "help",
        "need_help_now",
        "check_message",
        "report",
        "quiz",
        "ask_privacy",
        "talk_to_human",
        "none_of_these",
        "wipe",
    }
)
_NUMBERED = frozenset({"faq", "quiz_answer", "feedback_up", "feedback_down"})
_THUMBS = ("/feedback_up", "/feedback_down")
_SHORT_TITLE = 2
_PAYLOAD = re.compile(r'/([a-z_]+)(?:\{\s*"n"\s*:\s*(0|[1-9][0-9]{0,8})\s*\})?')
_DATA = re.compile(r"([a-z_]+)(?::(0|[1-9][0-9]{0,8}))?")


def encode(payload: str) -> str | None:
    """Returns the callback data for `payload`, or None if it is not on the allow-list."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None or not _known(*match.groups()):
        return None
    name, number = match.groups()
    return name if number is None else f"{name}:{number}"


def decode(data: str) -> str | None:
    """Returns the payload for callback `data`, or None if it is not on the allow-list."""
    match = _DATA.fullmatch(data)
    if match is None or not _known(*match.groups()):
        return None
    name, number = match.groups()
    return f"/{name}" if number is None else f'/{name}{{"n": {number}}}'


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


def _known(name: str, number: str | None) -> bool:
    return name in (_PLAIN if number is None else _NUMBERED)
