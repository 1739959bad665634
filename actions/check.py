"""The message check: what a pasted message shows, each sign in its own words, and what to do."""

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.answer import choices
from actions.base import Domain, FaqAction
from actions.context import said
from actions.crisis import ActionCrisis
from actions.outcome import outcome
from common.logging import get_logger
from faq.search import Hit
from faq.service import FaqService
from safety import signs
from safety.crisis import OWN_KINDS

SLOT = "pasted"
_SHOWN = 5
_QUOTED = 70
_REQUEST_WORDS = 4
_log = get_logger(__name__)


class ValidateCheckForm(FormValidationAction):
    """Takes what is pasted while the check is open.

    Pressed buttons, "stop", and a crisis that nobody pastes but tells of themselves are left to
    their own rules.
    """

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "validate_check_form"

    def domain_slots(self, domain: Domain) -> list[str]:
        """Returns the slots of the form; the domain does not come along (endpoints.yml)."""
        return [SLOT]

    def extract_pasted(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, str]:
        """Returns the slot filled with what was pasted, or nothing."""
        text = pasted(tracker)
        return {SLOT: text} if text else {}

    def validate_pasted(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, Any]:
        """Takes any text."""
        return {SLOT: value}


class ActionCheckMessage(FaqAction):
    """Says what the pasted message shows, and forgets it.

    A message in which the gate sees a crisis, and the check nothing, is answered as a crisis.
    """

    def __init__(self, faq: FaqService) -> None:
        """Keeps the bank."""
        super().__init__(faq)
        self._crisis = ActionCrisis(faq)

    def name(self) -> str:
        """Returns the action's name in domain.yml."""
        return "action_check_message"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Checks what the form took."""
        text = str(tracker.get_slot(SLOT) or "")
        check = signs.check(text)
        crisis = (tracker.latest_message.get("metadata") or {}).get("crisis")
        if crisis and check.kind is None:
            return [*self._crisis.run(dispatcher, tracker, domain), SlotSet(SLOT, None)]
        if check.kind is None:
            texts.say(dispatcher, "utter_level_none")
        else:
            heading = texts.text_of(f"utter_level_{check.level}")
            lines = "\n".join(f"- {_shown(text, sign)}" for sign in check.signs[:_SHOWN])
            advice = texts.text_of(f"utter_kind_{check.kind}")
            buttons = [*choices(self._fitting(text)), *texts.buttons_of("utter_row_checked")]
            dispatcher.utter_message(text=f"{heading}\n{lines}\n\n{advice}", buttons=buttons)
        return [*outcome(dispatcher, f"check_{check.level}"), SlotSet(SLOT, None)]

    def _fitting(self, text: str) -> list[Hit]:
        """Returns two entries that fit; a broken search takes nothing from the check."""
        try:
            return self._faq.searcher.search(text).hits[:2]
        except Exception:
            _log.exception("The search failed in a check.")
            return []


def pasted(tracker: Tracker) -> str | None:
    """Returns what the latest message pastes, or None where it does something else."""
    text, latest = said(tracker), tracker.latest_message
    crisis = (latest.get("metadata") or {}).get("crisis") or {}
    if not text or crisis.get("kind") in OWN_KINDS:
        return None
    match latest.get("intent", {}).get("name"):
        case "stop":
            return None
        case "check_message":
            _, _, rest = text.partition(":") if ":" in text else text.partition("\n")
            return rest.strip() if len(rest.split()) >= _REQUEST_WORDS else None
    return text


def _shown(text: str, sign: signs.Sign) -> str:
    quoted = " ".join(text[sign.start : sign.end].split())
    if len(quoted) > _QUOTED:
        quoted = f"{quoted[: _QUOTED - 1]}…"
    return f"“{_plain(quoted)}”: {texts.text_of(f'utter_sign_{sign.name}')}"


def _plain(quoted: str) -> str:
    """Returns a quotation without what would be read as markup or a placeholder."""
    return quoted.translate(str.maketrans("", "", "*{}"))
