"""The flows that ask something, and the typed answers to what they asked last."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import guide, quiz, report, safe
from actions.context import outcome_before

_TYPED = {
    "guide_menu": guide.typed_guide,
    "guide": guide.typed,
    "report": report.typed,
    "quiz_menu": quiz.typed_theme,
    "quiz": quiz.typed,
    "crisis": safe.typed,
}
"""By the outcome that a flow reports while it waits for an answer."""


def typed(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType] | None:
    """Takes `text` as the answer to what was asked last.

    Args:
        dispatcher: Where messages go.
        tracker: The conversation.
        text: What was typed, or the number of an answer.

    Returns:
        What is remembered, or None where nothing was asked or `text` does not answer it.
    """
    flow = _TYPED.get(outcome_before(tracker) or "")
    return flow(dispatcher, tracker, text) if flow else None
