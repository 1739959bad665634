"""A bank without database or encoder, and what Rasa hands to an action."""

from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from faq.search import Hit, SearchResult
from faq.store import EntryView


def entry(number: int, risk: str = "low") -> EntryView:
    return EntryView(number, f"games-{number}", "games", f"Question {number}?", "Answer.", risk)


def hit(number: int, confidence: float = 0.5) -> Hit:
    return Hit(number, f"games-{number}", "games", f"Question {number}?", confidence)


class FakeFaq:
    """Stands in for `faq.service.FaqService` and for its searcher."""

    def __init__(self) -> None:
        self.searcher = self
        self.entries: dict[int, EntryView] = {}
        self.neighbours: list[Hit] = []
        self.result = SearchResult("abstain", [], 0.0)
        self.broken = False
        self.asked: list[str] = []

    def finds(self, decision: Any, *numbers: int, confidence: float = 0.9) -> None:
        """Sets what the next searches find."""
        self.result = SearchResult(decision, [hit(n, confidence) for n in numbers], confidence)

    def search(self, query: str, *, after: int | None = None) -> SearchResult:
        self.asked.append(query)
        self.after = after
        if self.broken:
            raise OSError(query)
        return self.result

    def related(self, _number: int, limit: int = 2) -> list[Hit]:
        return self.neighbours[:limit]

    def entry(self, number: int) -> EntryView | None:
        return self.entries.get(number)


class Turn:
    """What an action sent and what it remembered."""

    def __init__(self, sent: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        self.messages = [m for m in sent if m["text"] or m["response"]]
        self.outcomes = [m["custom"]["outcome"] for m in sent if m["custom"]]
        self.slots = {event["name"]: event["value"] for event in events}

    @property
    def text(self) -> str:
        (message,) = self.messages
        return str(message["text"])

    @property
    def response(self) -> str:
        (message,) = self.messages
        return str(message["response"])

    @property
    def payloads(self) -> list[str]:
        return [button["payload"] for button in self.messages[-1]["buttons"]]

    @property
    def outcome(self) -> dict[str, Any]:
        (outcome,) = self.outcomes
        assert isinstance(outcome, dict)
        return outcome


def run(
    action: Action,
    text: str = "",
    *,
    intent: str = "ask_faq",
    n: object = None,
    at: object = None,
    before: str = "action_answer_faq",
    **slots: Any,
) -> Turn:
    """Runs an action on a message or, with `n`, on a pressed button.

    Args:
        action: The action.
        text: What was typed.
        intent: What it was taken for.
        n: The number that the button names.
        at: The place that the button names.
        before: The action of the turn before.
        **slots: What the conversation remembers; `metadata` is that of the message.
    """
    latest = {
        "text": text,
        "intent": {"name": intent},
        "entities": [
            {"entity": name, "value": value}
            for name, value in (("n", n), ("at", at), ("platform", slots.pop("platform", None)))
            if value is not None
        ],
        "metadata": slots.pop("metadata", {}),
    }
    events = [
        {"event": "user"},
        {"event": "action", "name": before},
        {"event": "action", "name": "action_listen"},
        {"event": "user"},
    ]
    tracker = Tracker("sender", slots, latest, events, False, None, {}, None)
    dispatcher = CollectingDispatcher()
    return Turn(dispatcher.messages, action.run(dispatcher, tracker, {}))


@pytest.fixture
def faq() -> FakeFaq:
    return FakeFaq()
