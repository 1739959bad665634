"""Short answers: yes, no, a number, stop; what they mean depends on the turn before."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import guide, quiz, report, texts
from actions.answer import dead_end, offer, search, show
from actions.base import Domain, FaqAction
from actions.context import outcome_before, pressed_number, said
from actions.flows import typed
from actions.outcome import outcome
from actions.safe import safe, unsafe
from faq.ranking import CHOICES

_LONGEST_NO = 4
"""So many words a "no" has at most that answers what was asked ("không an toàn đâu")."""


class ActionChoose(FaqAction):
    """Takes a number that was typed: of a choice, or of an answer in a flow."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_choose"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Takes the number; where nothing was asked, asks for a question."""
        place = pressed_number(tracker) or 0
        events = typed(dispatcher, tracker, str(place))
        if events is not None:
            return events
        offered = tracker.get_slot("choices") or []
        if outcome_before(tracker) != "choices" or not 1 <= place <= len(offered):
            dispatcher.utter_message(response="utter_affirm")
            return outcome(dispatcher, "talk")
        entry = self._faq.entry(int(offered[place - 1]))
        if entry is None:
            texts.say(dispatcher, "utter_entry_gone")
            return outcome(dispatcher, "talk")
        return show(dispatcher, self._faq, entry, None)


class ActionAffirm(Action):
    """Answers a typed "yes"."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_affirm"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Takes the "yes" as an answer in a flow, or to whether it is safe to write."""
        events = typed(dispatcher, tracker, said(tracker))
        if events is not None:
            return events
        if outcome_before(tracker) == "crisis":
            return safe(dispatcher, tracker)
        dispatcher.utter_message(response="utter_affirm")
        return outcome(dispatcher, "talk")


class ActionDeny(FaqAction):
    """Answers a typed "no"; one of many words says more than no, and is searched for."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_deny"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Takes the "no" as an answer in a flow, to the choices, or to whether it is safe."""
        events = typed(dispatcher, tracker, said(tracker))
        if events is not None:
            return events
        long = len(said(tracker).split()) > _LONGEST_NO
        match outcome_before(tracker):
            case "crisis" | "choices" if long:
                return search(dispatcher, tracker, self._faq)
            case "crisis":
                return unsafe(dispatcher, tracker)
            case "choices":
                return dead_end(dispatcher, tracker, "none_of_these", None)
        dispatcher.utter_message(response="utter_deny")
        return outcome(dispatcher, "talk")


class ActionStop(Action):
    """Leaves whatever is open."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_stop"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Says that it stops; a guide can be taken up again within the hour."""
        texts.say(dispatcher, "utter_stop", guide.left(tracker))
        forgotten = [SlotSet(slot, None) for slot in (report.SLOT, quiz.SLOT)]
        return [*outcome(dispatcher, "talk"), *forgotten]


class ActionHelp(Action):
    """Says what can be done here; after a crisis or a bad message, what to do now."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_help"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Takes "what shall I do now" as a question about what was told or checked last."""
        events = _onward(dispatcher, tracker) if said(tracker) else None
        if events is not None:
            return events
        texts.say(dispatcher, "utter_help")
        return outcome(dispatcher, "talk")


class ActionMore(FaqAction):
    """Goes on about what was said last ("rồi sao nữa", "là sao")."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Offers the ways on from a crisis, or questions near the answer that was shown last."""
        events = _onward(dispatcher, tracker)
        if events is not None:
            return events
        last = tracker.get_slot("last_entry")
        near = [] if last is None else self._faq.searcher.related(int(last), CHOICES)
        if near:
            offered = offer(dispatcher, near, "utter_more")
            return [*outcome(dispatcher, "choices"), offered]
        texts.say(dispatcher, "utter_affirm", guide.left(tracker))
        return outcome(dispatcher, "talk")


def _onward(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """Says what to do after a crisis or a bad message; returns None after anything else."""
    match outcome_before(tracker):
        case "crisis" | "safe":
            return safe(dispatcher, tracker)
        case "unsafe":
            return unsafe(dispatcher, tracker)
        case "check_careful" | "check_suspicious":
            return guide.menu(dispatcher, tracker)
    return None
