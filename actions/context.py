"""What the turn before was, as far as the latest message may refer to it."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Tracker

AFTER_CRISIS = ("crisis", "safe", "unsafe")
"""Outcomes of turns about a crisis."""

_INTERNAL = ("action_listen", "action_session_start", "action_extract_slots")


def outcome_before(tracker: Tracker) -> str | None:
    """Returns the outcome of the turn before, or None where that turn had none.

    Slots outlive small talk; a "no" after a greeting must not answer an older question.
    """
    ours = [name for name in _actions_before(tracker) if name.startswith("action_")]
    return tracker.get_slot("last_outcome") if ours else None


def pressed_number(tracker: Tracker) -> int | None:
    """Returns the number that the pressed button named."""
    value = next(tracker.get_latest_entity_values("n"), None)
    return int(value) if isinstance(value, int | float) else None


def pressed_at(tracker: Tracker) -> str | None:
    """Returns the place in a guide, the report or the quiz that the pressed button named."""
    value = next(tracker.get_latest_entity_values("at"), None)
    return value if isinstance(value, str) else None


def said(tracker: Tracker) -> str:
    """Returns what was typed, or "" where a button was pressed."""
    text = str(tracker.latest_message.get("text") or "")
    return "" if text.startswith("/") else text


def _actions_before(tracker: Tracker) -> Iterator[str]:
    """Yields the actions between the message before and the latest, but Rasa's own."""
    events: list[dict[str, Any]] = tracker.events
    users = [index for index, event in enumerate(events) if event["event"] == "user"]
    first, last = (users[-2], users[-1]) if len(users) > 1 else (0, 0)
    for event in events[first:last]:
        if event["event"] == "action" and event["name"] not in _INTERNAL:
            yield event["name"]
