"""What an action reports of its turn, for the gateway's usage row and for `bot ask --json`."""

from rasa_sdk.executor import CollectingDispatcher


def report(
    dispatcher: CollectingDispatcher,
    kind: str,
    *,
    topic: str | None = None,
    faq: str | None = None,
    number: int | None = None,
    confidence: float | None = None,
) -> None:
    """Adds the outcome of the turn to what the action sends.

    Args:
        dispatcher: Where the action's messages go.
        kind: "answer", "choices", "abstain", "crisis", "feedback_up", …
        topic: The topic of the entry that was shown.
        faq: The id of that entry.
        number: Its number in the database.
        confidence: How sure the search was, 0 to 1.
    """
    outcome = {
        "kind": kind,
        "topic": topic,
        "faq": faq,
        "n": number,
        "confidence": confidence,
    }
    dispatcher.utter_message(json_message={"outcome": outcome})
