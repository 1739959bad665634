"""Answers a crisis: the text for its kind, and questions of the bank that fit."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.answer import choices, show
from actions.base import Domain, FaqAction
from actions.context import AFTER_CRISIS, outcome_before
from actions.flows import typed
from actions.outcome import outcome
from common.logging import get_logger
from faq.search import SearchResult
from faq.store import EntryView
from safety.crisis import OWN_KINDS

HELP_NOW = "utter_need_help_now"
_log = get_logger(__name__)


class ActionCrisis(FaqAction):
    """Says the text of the crisis; to the next message about it, what the bank knows besides.

    Where neither a phrase nor the gate's model is sure, so that the kind may be wrong, a fitting
    answer of the bank with the help row takes the place of the text, or else the text for help now.
    Right after a crisis, such a message goes on about the same one. A text is said once; a possible
    crisis that becomes sure still gets its own.
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
        sure = crisis.get("sure", True)
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
        told = tracker.get_slot("crises_told") or []
        if response in told:
            return self._again(dispatcher, response, entry)
        last = tracker.get_slot("crisis_kind")
        if last and not sure and outcome_before(tracker) in AFTER_CRISIS:
            return self._again(dispatcher, last, entry)
        if entry and not sure:
            return show(dispatcher, self._faq, entry, None, sos=True)
        related = choices(result.hits[:2]) if result and result.decision != "abstain" else []
        texts.say(dispatcher, response if sure else HELP_NOW, related)
        events = self._done(dispatcher, response)
        return [*events, SlotSet("crises_told", [*told, response])] if sure else events

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
