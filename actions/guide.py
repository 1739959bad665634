"""Guided help: one step at a time, by buttons or typed answers."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.base import Domain
from actions.context import outcome_before, pressed_at
from actions.outcome import outcome
from faq.content import typed_choice
from faq.guides import Guide, load

SLOT = "guide"
"""{"id": the guide, "way": the answers so far}, or None."""

START, AGAIN = "start", "again"
"""What a button names after the guide, in place of an answer: its first step, or the open one."""


class ActionGuide(Action):
    """Shows the guides, or the step that a button leads to."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_guide"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Answers the door, a button of a guide, or the button that resumes one."""
        at = pressed_at(tracker)
        if at is None:
            return menu(dispatcher, tracker)
        name, _, answer = at.partition(".")
        kept = tracker.get_slot(SLOT) or {}
        way = kept.get("way", []) if kept.get("id") == name else []
        try:
            guide = load().get(name)
            if answer == START:
                way = []
            elif answer != AGAIN:
                way = guide.with_answer(way, answer)
            guide.summary(way)
            return show(dispatcher, guide, way)
        except LookupError:
            texts.say(dispatcher, "utter_guide_gone")
            return [*menu(dispatcher, tracker), SlotSet(SLOT, None)]


def menu(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Offers the guides, and first to go on with one that was left."""
    buttons = [
        texts.Button(title=guide.title, payload=texts.at("/guide", f"{guide.id}.{START}"))
        for guide in load().guides
    ]
    if kept := tracker.get_slot(SLOT):
        buttons.insert(0, resume(kept["id"]))
    texts.say(dispatcher, "utter_guide", buttons)
    return outcome(dispatcher, "guide_menu")


def typed_guide(
    dispatcher: CollectingDispatcher, _tracker: Tracker, text: str
) -> list[EventType] | None:
    """Takes a typed guide from the menu; returns None where `text` names none."""
    place = typed_choice(text, [[guide.title] for guide in load().guides])
    return show(dispatcher, load().guides[place - 1], []) if place else None


def resume(name: str) -> texts.Button:
    """Returns the button that shows the step where the guide called `name` stands."""
    return _button("utter_guide_resume", f"{name}.{AGAIN}")


def left(tracker: Tracker) -> list[texts.Button]:
    """Returns the button that resumes the guide whose step was shown last, if one was."""
    kept = tracker.get_slot(SLOT)
    return [resume(kept["id"])] if kept and outcome_before(tracker) == "guide" else []


def offer(name: str) -> texts.Button:
    """Returns the button that begins the guide called `name`."""
    return _button("utter_guide_offer", f"{name}.{START}")


def _button(response: str, place: str) -> texts.Button:
    (button,) = texts.buttons_of(response)
    return texts.Button(title=button["title"], payload=texts.at("/guide", place))


def typed(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType] | None:
    """Takes a typed answer to the open step; returns None where `text` is none."""
    kept = tracker.get_slot(SLOT)
    if not kept:
        return None
    try:
        guide = load().get(kept["id"])
        step = guide.after(kept["way"])
    except LookupError:
        return None
    place = step.choice(text)
    if place is None:
        return None
    return show(dispatcher, guide, guide.with_answer(kept["way"], f"{step.id}.{place}"))


def show(dispatcher: CollectingDispatcher, guide: Guide, way: list[str]) -> list[EventType]:
    """Sends the step that `way` leads to; after an end, the summary."""
    step = guide.after(way)
    if not step.choices:
        dispatcher.utter_message(text=step.text)
        _summary(dispatcher, guide, way)
        return [*outcome(dispatcher, "guide_end"), SlotSet(SLOT, None)]
    buttons = [
        texts.Button(
            title=choice.title, payload=texts.at("/guide", f"{guide.id}.{step.id}.{place}")
        )
        for place, choice in enumerate(step.choices, 1)
    ]
    buttons += texts.buttons_of("utter_row_leave")
    dispatcher.utter_message(text=step.text, buttons=buttons)
    return [*outcome(dispatcher, "guide"), SlotSet(SLOT, {"id": guide.id, "way": way})]


def _summary(dispatcher: CollectingDispatcher, guide: Guide, way: list[str]) -> None:
    summary = guide.summary(way)
    parts = [
        f"{texts.text_of(heading)}\n" + "\n".join(f"- {line}" for line in lines)
        for heading, lines in (
            ("utter_guide_done", summary.done),
            ("utter_guide_todo", summary.todo),
        )
        if lines
    ]
    parts.append(f"{texts.text_of('utter_guide_tell')}\n{summary.tell}")
    dispatcher.utter_message(text="\n\n".join(parts), buttons=texts.buttons_of("utter_guide_tell"))
