"""What an action reports of its turn, for the gateway's usage row and for `bot ask --json`."""

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher


def report(
    dispatcher: CollectingDispatcher,
    kind: str,
    *,
    topic: str | None = None,
    faq: str | None = None,
    confidence: float | None = None,
) -> None:
    """Adds the outcome of the turn to what the action sends.

    Args:
        dispatcher: Where the action's messages go.
        kind: "answer", "choices", "abstain", "crisis", "check_careful", "guide", "feedback_up", …
        topic: The topic of the entry that was shown.
        faq: The id of that entry.
        confidence: How sure the search was, 0 to 1.
    """
    outcome = {
        "kind": kind,
        "topic": topic,
        "faq": faq,
        "confidence": confidence,
    }
    dispatcher.utter_message(json_message={"outcome": outcome})


def outcome(
    dispatcher: CollectingDispatcher, kind: str, *, confidence: float | None = None
) -> list[EventType]:
    """Reports an outcome that shows no entry, and remembers it for the next turn."""
    report(dispatcher, kind, confidence=confidence)
    return [SlotSet("last_outcome", kind)]
