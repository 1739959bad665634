"""Answers questions out of the bank."""

from collections.abc import Iterable, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import guide, texts
from actions.base import Domain, FaqAction
from actions.context import outcome_before, pressed_number
from actions.flows import typed
from actions.outcome import outcome, report
from common.logging import get_logger
from faq.search import Hit
from faq.service import FaqService
from faq.store import EntryView

_log = get_logger(__name__)
DEAD_ENDS = ("abstain", "none_of_these")


class ActionAnswerFaq(FaqAction):
    """Searches the bank for what was asked: an answer, up to three choices, or neither."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_answer_faq"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Takes the latest message as the answer to an open flow, or else searches."""
        events = typed(dispatcher, tracker, str(tracker.latest_message.get("text") or ""))
        return search(dispatcher, tracker, self._faq) if events is None else events


class ActionShowEntry(FaqAction):
    """Shows the entry that a button named."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_show_entry"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Shows the entry, or says that it is gone."""
        number = pressed_number(tracker)
        entry = self._faq.entry(number) if number is not None else None
        if entry is None:
            texts.say(dispatcher, "utter_entry_gone")
            return outcome(dispatcher, "talk")
        return show(dispatcher, self._faq, entry, None)


class ActionNoneOfThese(Action):
    """Answers "Không phải" under the choices."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_none_of_these"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Says that the bank has no answer, and what else there is."""
        return dead_end(dispatcher, tracker, "none_of_these", None)


def search(dispatcher: CollectingDispatcher, tracker: Tracker, faq: FaqService) -> list[EventType]:
    """Answers the latest message out of the bank, as far as that goes."""
    latest = tracker.latest_message
    try:
        after = tracker.get_slot("last_entry")
        result = faq.searcher.search(
            str(latest.get("text") or ""), after=None if after is None else int(after)
        )
    except Exception:
        _log.exception("The search failed.")
        texts.say(dispatcher, "utter_search_down")
        return outcome(dispatcher, "unavailable")
    if result.decision == "answer":
        entry = faq.entry(result.hits[0].number)
        if entry is not None:
            further = guide.left(tracker)
            return show(dispatcher, faq, entry, result.confidence, further=further)
    if latest.get("intent", {}).get("name") == "out_of_scope":
        dispatcher.utter_message(response="utter_out_of_scope")
        return outcome(dispatcher, "talk", confidence=result.confidence)
    if result.decision == "choices":
        offered = offer(dispatcher, result.hits)
        return [*outcome(dispatcher, "choices", confidence=result.confidence), offered]
    return dead_end(dispatcher, tracker, "abstain", result.confidence)


def show(
    dispatcher: CollectingDispatcher,
    faq: FaqService,
    entry: EntryView,
    confidence: float | None,
    *,
    sos: bool = False,
    further: Sequence[texts.Button] = (),
) -> list[EventType]:
    """Sends `entry` with its thumbs, related questions and, where risk is high, the help row.

    Args:
        dispatcher: Where messages go.
        faq: The bank.
        entry: What to show.
        confidence: How sure the search was; None where a search did not decide.
        sos: Whether the help row is shown whatever the risk.
        further: Buttons to show besides.
    """
    buttons = texts.numbered("utter_row_feedback", entry.number)
    buttons += choices(faq.searcher.related(entry.number))
    if sos or entry.risk == "high":
        buttons += texts.buttons_of("utter_row_danger")
    buttons += further
    dispatcher.utter_message(text=entry.answer, buttons=buttons)
    report(
        dispatcher,
        "answer",
        topic=entry.topic,
        faq=entry.id,
        confidence=confidence,
    )
    return [SlotSet("last_outcome", "answer"), SlotSet("last_entry", entry.number)]


def offer(
    dispatcher: CollectingDispatcher, hits: Sequence[Hit], response: str = "utter_choices"
) -> SlotSet:
    """Asks which of some questions to answer, by the words of `response`.

    They are numbered in the text, since buttons cut long ones.

    Returns:
        What remembers them for the number that is typed.
    """
    questions = "\n".join(f"**{place}.** {hit.question}" for place, hit in enumerate(hits, 1))
    numbers = [
        texts.Button(title=str(place), payload=texts.payload("/faq", hit.number))
        for place, hit in enumerate(hits, 1)
    ]
    dispatcher.utter_message(
        text=f"{texts.text_of(response)}\n\n{questions}",
        buttons=[*numbers, *texts.buttons_of(response)],
    )
    return SlotSet("choices", [hit.number for hit in hits])


def choices(hits: Iterable[Hit]) -> list[texts.Button]:
    """Returns a button for the question of each hit."""
    return [
        texts.Button(title=hit.question, payload=texts.payload("/faq", hit.number)) for hit in hits
    ]


def dead_end(
    dispatcher: CollectingDispatcher, tracker: Tracker, kind: str, confidence: float | None
) -> list[EventType]:
    """Says that there is no answer; the second time in a row, offers other ways instead.

    Once a crisis was told, nobody is sent away without an answer: the text says who helps.
    """
    if tracker.get_slot("crisis_kind"):
        texts.say(dispatcher, "utter_crisis_again", texts.buttons_of("utter_row_danger"))
        return outcome(dispatcher, kind, confidence=confidence)
    again = outcome_before(tracker) in DEAD_ENDS
    texts.say(dispatcher, "utter_no_answer_again" if again else "utter_no_answer")
    return outcome(dispatcher, kind, confidence=confidence)
