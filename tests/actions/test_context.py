from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.context import outcome_before, pressed_at, pressed_number, said

USER = {"event": "user"}


def tracker(*events: dict[str, Any], text: str = "", **entities: object) -> Tracker:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    latest = {"text": text, "intent": {"name": "deny"}, "entities": found}
    slots = {"last_outcome": "choices"}
    return Tracker("sender", slots, latest, list(events), False, None, {}, None)


def ran(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([USER, ran("action_answer_faq"), ran("action_listen"), USER], "choices"),
        ([USER, ran("utter_greet"), ran("action_listen"), USER], None),
        (
            [USER, ran("action_answer_faq"), ran("action_listen"), USER, ran("utter_greet"), USER],
            None,
        ),
        ([ran("action_session_start"), ran("action_listen"), USER], None),
        ([], None),
    ],
)
def test_an_outcome_is_that_of_the_turn_before_alone(
    events: list[dict[str, Any]], outcome: str | None
) -> None:
    assert outcome_before(tracker(*events)) == outcome


def test_what_was_pressed_is_read_off_the_entities() -> None:
    assert pressed_number(tracker(n=3)) == 3
    assert pressed_number(tracker(n="3")) is None
    assert pressed_at(tracker(at="sextortion.start")) == "sextortion.start"
    assert pressed_at(tracker()) is None


def test_a_pressed_button_says_nothing() -> None:
    assert said(tracker(text='/guide{"at": "x"}')) == ""
    assert said(tracker(text="chưa")) == "chưa"
