"""Takes the thumbs under an answer."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.base import Domain, FaqAction
from actions.context import pressed_number
from actions.outcome import report


class ActionFeedback(FaqAction):
    """Thanks for a thumb; the usage row of the turn counts it."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_feedback"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Thanks, and reports which entry was meant."""
        kind = str(tracker.latest_message["intent"]["name"])
        number = pressed_number(tracker)
        entry = self._faq.entry(number) if number is not None else None
        texts.say(dispatcher, f"utter_{kind}")
        report(
            dispatcher,
            kind,
            topic=entry.topic if entry else None,
            faq=entry.id if entry else None,
        )
        return []
