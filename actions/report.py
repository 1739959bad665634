"""Reporting: where and how, by what happened and where it happened."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.base import Domain
from actions.context import pressed_at, said
from actions.guide import offer
from actions.outcome import outcome
from faq import guides
from faq.reporting import Case, Platform, load

SLOT = "report"
"""{"case": id or None, "platform": id or None}, or None."""

OTHER = "other"


class ActionReport(Action):
    """Asks what happened and where, then says how to report it."""

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_report"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Answers the door, whatever it already tells, or a button."""
        at = pressed_at(tracker)
        if at == OTHER:
            texts.say(dispatcher, "utter_report_other")
            return [*outcome(dispatcher, "report_end"), SlotSet(SLOT, None)]
        if at is not None:
            case, _, platform = at.partition(".")
            return _next(dispatcher, load().case(case), load().platform(platform))
        entity = next(tracker.get_latest_entity_values("platform"), None)
        case_told = load().mentioned_case(said(tracker))
        return _next(dispatcher, case_told, load().platform(str(entity)))


def typed(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType] | None:
    """Takes a typed answer to the open question; returns None where `text` is none."""
    kept = tracker.get_slot(SLOT)
    if not kept:
        return None
    reporting = load()
    case = reporting.case(kept["case"] or "")
    platform = reporting.platform(kept["platform"] or "")
    if case is None:
        case = reporting.typed_case(text)
        return _next(dispatcher, case, platform) if case else None
    platform = reporting.typed_platform(text)
    return _next(dispatcher, case, platform) if platform else None


def _next(
    dispatcher: CollectingDispatcher, case: Case | None, platform: Platform | None
) -> list[EventType]:
    """Asks what is still missing, or says how to report."""
    kept = {"case": case and case.id, "platform": platform and platform.id}
    if case and platform:
        _show(dispatcher, case, platform)
        return [*outcome(dispatcher, "report_end"), SlotSet(SLOT, None)]
    if case is None:
        where = f".{platform.id}" if platform else ""
        buttons = [
            texts.Button(title=each.title, payload=texts.at("/report", f"{each.id}{where}"))
            for each in load().cases
        ]
        texts.say(dispatcher, "utter_report", buttons)
    else:
        buttons = [
            texts.Button(title=each.title, payload=texts.at("/report", f"{case.id}.{each.id}"))
            for each in load().platforms
        ]
        texts.say(dispatcher, "utter_report_where", buttons)
    return [*outcome(dispatcher, "report"), SlotSet(SLOT, kept)]


def _show(dispatcher: CollectingDispatcher, case: Case, platform: Platform) -> None:
    dispatcher.utter_message(text=_parts(("who", case.where), ("platform", platform.steps)))
    buttons = [offer(guide.id) for guide in guides.load().guides if guide.id == case.id]
    dispatcher.utter_message(
        text=_parts(("keep", case.keep), ("never", case.never), ("after", case.after)),
        buttons=[*buttons, *texts.buttons_of("utter_report_after")],
    )


def _parts(*parts: tuple[str, str]) -> str:
    return "\n\n".join(f"{texts.text_of(f'utter_report_{name}')}\n{text}" for name, text in parts)
