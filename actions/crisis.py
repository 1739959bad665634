"""Answers a crisis: the text for its kind, and questions of the bank that fit."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import guide, texts
from actions.answer import choices, show
from actions.base import Domain, FaqAction
from actions.flows import typed
from actions.outcome import outcome
from common.logging import get_logger
from faq.guides import load
from faq.search import SearchResult
from faq.store import EntryView
from safety.crisis import OWN_KINDS

HELP_NOW = "utter_need_help_now"
_log = get_logger(__name__)


class ActionCrisis(FaqAction):
    """Says the text of the crisis; to the next message about it, what the bank knows besides.

    Where neither a phrase nor the gate's model is sure, so that the kind may be wrong, a fitting
    answer of the bank with the help row takes the place of the text, or else the text for help now.
    What answers the open step of a flow ("bị dọa tung ảnh" to the guides) is such an answer, unless
    it tells of a danger that the child is in at home or to itself.
    """

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_crisis"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Answers the latest message, whose intent is `crisis_<kind>`."""
        latest = tracker.latest_message
        crisis = (latest.get("metadata") or {}).get("crisis") or {}
        response = f"utter_{latest['intent']['name']}"
        if crisis.get("about") == "friend":
            response += "_friend"
        text = str(latest.get("text") or "")
        if latest["intent"]["name"].removeprefix("crisis_") not in OWN_KINDS:
            events = typed(dispatcher, tracker, text)
            if events is not None:
                return events
        result = self._search(text)
        entry = self._answer(result)
        if tracker.get_slot("crisis_kind") == response:
            return self._again(dispatcher, response, entry)
        if entry and not crisis.get("sure", True):
            return show(dispatcher, self._faq, entry, None, sos=True)
        related = choices(result.hits[:2]) if result and result.decision != "abstain" else []
        texts.say(dispatcher, response if crisis.get("sure", True) else HELP_NOW, related)
        return self._done(dispatcher, response)

    def _again(
        self, dispatcher: CollectingDispatcher, response: str, entry: EntryView | None
    ) -> list[EventType]:
        if entry is None:
            texts.say(dispatcher, "utter_crisis_again", texts.buttons_of("utter_row_danger"))
            return self._done(dispatcher, response)
        texts.say(dispatcher, "utter_crisis_again")
        return show(dispatcher, self._faq, entry, None, sos=True)

    def _answer(self, result: SearchResult | None) -> EntryView | None:
        if result and result.decision == "answer":
            return self._faq.entry(result.hits[0].number)
        return None

    def _search(self, text: str) -> SearchResult | None:
        """Searches the bank; a crisis is answered whether or not that works."""
        try:
            return self._faq.searcher.search(text)
        except Exception:
            _log.exception("The search failed in a crisis.")
            return None

    @staticmethod
    def _done(dispatcher: CollectingDispatcher, response: str) -> list[EventType]:
        return [*outcome(dispatcher, "crisis"), SlotSet("crisis_kind", response)]


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


def _told(tracker: Tracker) -> tuple[str, str]:
    """Returns kind and about of the crisis that was last answered."""
    response = str(tracker.get_slot("crisis_kind") or "").removeprefix("utter_crisis_")
    kind = response.removesuffix("_friend")
    return kind, "self" if kind == response else "friend"
