"""The quiz: a theme, one scene at a time, an explanation after each answer, and a score."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.base import Domain
from actions.context import outcome_before, pressed_at, said
from actions.outcome import outcome
from faq.content import typed_choice
from faq.quiz import Question, load

SLOT = "quiz"
"""{"theme": id or None, "open": id or None, "answered": ids, "right": how many}, or None."""

ALL, NEXT = "all", "next"


class ActionQuiz(Action):
    """Offers the themes, or asks the next question."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_quiz"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Answers the door, a theme, or the button for the next question."""
        at = pressed_at(tracker)
        if at is None:
            going_on = outcome_before(tracker) == "quiz" and said(tracker)
            return (going_on and typed(dispatcher, tracker, going_on)) or menu(dispatcher)
        return _ask(dispatcher, _state(tracker) if at == NEXT else _of_theme(tracker, at))


class ActionQuizAnswer(Action):
    """Tells whether the chosen answer was right, and why."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_quiz_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Answers the button of an option."""
        name, _, place = (pressed_at(tracker) or "").rpartition(".")
        question = load().get(name)
        if question is None or not place.isdecimal():
            return _ask(dispatcher, _state(tracker))
        return _judge(dispatcher, _state(tracker), question, int(place))


def menu(dispatcher: CollectingDispatcher) -> list[EventType]:
    """Offers the themes."""
    buttons = [
        texts.Button(title=theme.title, payload=texts.at("/quiz", theme.id))
        for theme in load().themes
    ]
    texts.say(dispatcher, "utter_quiz", buttons)
    return outcome(dispatcher, "quiz_menu")


def typed_theme(
    dispatcher: CollectingDispatcher, tracker: Tracker, text: str
) -> list[EventType] | None:
    """Takes a typed theme from the menu; returns None where `text` names none."""
    forms = [[theme.title] for theme in load().themes]
    forms += [[button["title"]] for button in texts.buttons_of("utter_quiz")]
    place = typed_choice(text, forms)
    if place is None:
        return None
    themes = load().themes
    theme = themes[place - 1].id if place <= len(themes) else ALL
    return _ask(dispatcher, _of_theme(tracker, theme))


def typed(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType] | None:
    """Takes a typed answer to the open question, or where none is open, to go on.

    Returns:
        What is remembered, or None where `text` is neither.
    """
    state = _state(tracker)
    if state["open"] is None:
        next_one, other_theme, *_ = texts.buttons_of("utter_quiz_score")
        match typed_choice(text, [[next_one["title"]], [other_theme["title"]]]):
            case 1:
                return _ask(dispatcher, state)
            case 2:
                return menu(dispatcher)
        return None
    question = load().get(state["open"])
    if question is None or (place := question.option(text)) is None:
        return None
    return _judge(dispatcher, state, question, place)


def _state(tracker: Tracker) -> dict[str, Any]:
    return tracker.get_slot(SLOT) or {"theme": None, "open": None, "answered": [], "right": 0}


def _of_theme(tracker: Tracker, name: str) -> dict[str, Any]:
    known = {theme.id for theme in load().themes}
    return {**_state(tracker), "theme": name if name in known else None}


def _ask(dispatcher: CollectingDispatcher, state: dict[str, Any]) -> list[EventType]:
    question = load().next(state["theme"], state["answered"])
    if question is None:
        texts.say(dispatcher, "utter_quiz_done")
        return [*outcome(dispatcher, "quiz"), SlotSet(SLOT, {**state, "open": None})]
    options = "\n".join(f"**{place}.** {text}" for place, text in enumerate(question.options, 1))
    buttons = [
        texts.Button(title=str(place), payload=texts.at("/quiz_answer", f"{question.id}.{place}"))
        for place, _ in enumerate(question.options, 1)
    ]
    buttons += texts.buttons_of("utter_row_stop")
    dispatcher.utter_message(text=f"{question.scene}\n\n{options}", buttons=buttons)
    return [*outcome(dispatcher, "quiz"), SlotSet(SLOT, {**state, "open": question.id})]


def _judge(
    dispatcher: CollectingDispatcher, state: dict[str, Any], question: Question, place: int
) -> list[EventType]:
    """Explains; an answer to a question that was answered before does not count again."""
    right = place == question.right
    if question.id not in state["answered"]:
        state = {
            **state,
            "answered": [*state["answered"], question.id],
            "right": state["right"] + right,
        }
    verdict = texts.text_of("utter_quiz_right" if right else "utter_quiz_wrong")
    if not right:
        verdict = f"{verdict} **{question.options[question.right - 1]}**"
    score = f"{texts.text_of('utter_quiz_score')} {state['right']}/{len(state['answered'])}"
    dispatcher.utter_message(
        text=f"{verdict}\n\n{question.explanation}\n\n{score}",
        buttons=texts.buttons_of("utter_quiz_score"),
    )
    return [*outcome(dispatcher, "quiz"), SlotSet(SLOT, {**state, "open": None})]
