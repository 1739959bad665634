"""Asks a question of the bank, and shows the answer when the child has thought about it."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.answer import ActionShowEntry, outcome
from actions.base import Domain, FaqAction


class ActionQuiz(FaqAction):
    """Asks a question drawn from the bank."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_quiz"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Asks one question, with a button that shows the answer."""
        entry = self._faq.random_entry()
        if entry is None:
            texts.say(dispatcher, "utter_quiz_none")
            return outcome(dispatcher, "quiz")
        show_answer, *others = texts.buttons_of("utter_quiz")
        numbered = texts.Button(
            title=show_answer["title"], payload=texts.payload("/quiz_answer", entry.number)
        )
        dispatcher.utter_message(text=texts.text_of("utter_quiz"))
        dispatcher.utter_message(text=f"**{entry.question}**", buttons=[numbered, *others])
        return outcome(dispatcher, "quiz")


class ActionQuizAnswer(ActionShowEntry):
    """Shows the entry that the quiz asked about."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_quiz_answer"
