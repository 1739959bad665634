"""After a crisis text: whether it is safe to write, by button or typed, and the ways on."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import guide, texts
from actions.base import Domain
from actions.outcome import outcome
from faq.content import typed_choice
from faq.guides import load


class ActionSafe(Action):
    """Answers the button that says that it is safe to write."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_safe"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Offers the next steps."""
        return safe(dispatcher, tracker)


class ActionUnsafe(Action):
    """Answers the button that says that it is not safe to write."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_unsafe"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Says how to get out of it."""
        return unsafe(dispatcher, tracker)


def safe(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Offers the guide for the crisis that was told, and somebody to talk to."""
    kind, about = _told(tracker)
    fitting = load().for_crisis(kind, about)
    texts.say(dispatcher, "utter_safe_yes", [guide.offer(fitting.id)] if fitting else [])
    return outcome(dispatcher, "safe")


def unsafe(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Says how to get out of it; somebody who is held is not told to leave."""
    kind, about = _told(tracker)
    held = kind == "trafficked" and about == "self"
    texts.say(dispatcher, "utter_safe_no_trafficked" if held else "utter_safe_no")
    return outcome(dispatcher, "unsafe")


def typed(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType] | None:
    """Takes the words of one of the two buttons; returns None where `text` is neither."""
    response = tracker.get_slot("crisis_kind")
    if not response or text.strip().isdecimal():
        return None
    title = {button["payload"]: button["title"] for button in texts.buttons_of(response)}
    place = typed_choice(text, [[title["/safe"]], [title["/unsafe"]]])
    return (safe, unsafe)[place - 1](dispatcher, tracker) if place else None


def _told(tracker: Tracker) -> tuple[str, str]:
    """Returns kind and about of the crisis that was last answered."""
    response = str(tracker.get_slot("crisis_kind") or "").removeprefix("utter_crisis_")
    kind = response.removesuffix("_friend")
    return kind, "self" if kind == response else "friend"
