from typing import Any

import pytest

from actions import texts
from actions.crisis import ActionCrisis
from faq.guides import load
from safety.crisis import KINDS
from tests.actions.conftest import FakeFaq, Turn, entry, run

DANGER = ["/safe", "/unsafe", "/talk_to_human", "/wipe"]


def crisis(faq: FakeFaq, kind: str = "meeting", about: str = "self", **slots: object) -> Turn:
    metadata = {"crisis": {"kind": kind, "about": about}}
    return run(ActionCrisis(faq), "em sợ", intent=f"crisis_{kind}", metadata=metadata, **slots)


@pytest.mark.parametrize("kind", KINDS)
def test_every_crisis_has_its_text(faq: FakeFaq, kind: str) -> None:
    turn = crisis(faq, kind)
    assert turn.text == texts.text_of(f"utter_crisis_{kind}")
    assert turn.payloads == DANGER
    assert turn.outcome["kind"] == "crisis"
    response = f"utter_crisis_{kind}"
    told = {"crisis_kind": response, "crises_told": [response]}
    assert turn.slots == {"last_outcome": "crisis", **told}


@pytest.mark.parametrize("kind", KINDS)
def test_a_friend_in_danger_has_a_text_of_its_own(faq: FakeFaq, kind: str) -> None:
    turn = crisis(faq, kind, "friend")
    assert turn.text == texts.text_of(f"utter_crisis_{kind}_friend")
    assert turn.slots["crisis_kind"] == f"utter_crisis_{kind}_friend"


@pytest.mark.parametrize("metadata", [{}, None, {"crisis": None}])
def test_a_crisis_that_only_the_classifier_saw_is_answered(faq: FakeFaq, metadata: object) -> None:
    turn = run(ActionCrisis(faq), "em sợ", intent="crisis_runaway", metadata=metadata)
    assert turn.text == texts.text_of("utter_crisis_runaway")


@pytest.mark.parametrize("decision", ["answer", "choices"])
def test_at_most_two_questions_that_fit_stand_above_the_danger_row(
    faq: FakeFaq, decision: str
) -> None:
    faq.finds(decision, 1, 2, 3)
    assert crisis(faq).payloads == ['/faq{"n": 1}', '/faq{"n": 2}', *DANGER]


def test_questions_that_do_not_fit_are_not_offered(faq: FakeFaq) -> None:
    faq.finds("abstain", 1, 2, 3)
    assert crisis(faq).payloads == DANGER


def test_a_broken_search_takes_nothing_from_the_text(faq: FakeFaq) -> None:
    faq.broken = True
    turn = crisis(faq)
    assert turn.text == texts.text_of("utter_crisis_meeting")
    assert turn.payloads == DANGER
    assert turn.outcome["kind"] == "crisis"


@pytest.mark.parametrize("broken", [False, True])
def test_the_same_crisis_again_gets_a_shorter_text(faq: FakeFaq, broken: bool) -> None:
    faq.broken = broken
    turn = crisis(faq, crises_told=["utter_crisis_meeting"])
    assert turn.text == texts.text_of("utter_crisis_again")
    assert turn.payloads == ["/need_help_now", "/wipe"]
    assert turn.outcome["kind"] == "crisis"
    assert turn.slots["crisis_kind"] == "utter_crisis_meeting"


def test_the_same_crisis_again_gets_the_answer_that_the_bank_has(faq: FakeFaq) -> None:
    faq.entries[7] = entry(7, "high")
    faq.finds("answer", 7)
    turn = crisis(faq, crises_told=["utter_crisis_meeting"])
    again, answer = turn.messages
    assert again["text"] == texts.text_of("utter_crisis_again")
    assert answer["text"] == "Answer."
    assert turn.payloads[-2:] == ["/need_help_now", "/wipe"]
    assert turn.outcome["faq"] == "games-7"


def test_the_same_crisis_again_survives_an_entry_that_is_gone(faq: FakeFaq) -> None:
    faq.finds("answer", 7)
    turn = crisis(faq, crises_told=["utter_crisis_meeting"])
    assert turn.text == texts.text_of("utter_crisis_again")


@pytest.mark.parametrize("before", ["utter_crisis_runaway", "utter_crisis_meeting_friend"])
def test_another_crisis_gets_its_whole_text(faq: FakeFaq, before: str) -> None:
    turn = crisis(faq, crisis_kind=before, crises_told=[before])
    assert turn.text == texts.text_of("utter_crisis_meeting")


def possible(faq: FakeFaq, **slots: object) -> Turn:
    metadata = {"crisis": {"kind": "meeting", "about": "self", "sure": False}}
    return run(ActionCrisis(faq), "em sợ", intent="crisis_meeting", metadata=metadata, **slots)


def test_a_possible_crisis_gets_a_fitting_answer_with_the_help_row(faq: FakeFaq) -> None:
    faq.entries[1] = entry(1)
    faq.finds("answer", 1)
    turn = possible(faq)
    assert turn.text == entry(1).answer
    assert turn.payloads[-2:] == ["/need_help_now", "/wipe"]
    assert turn.outcome["kind"] == "answer"


@pytest.mark.parametrize("decision", ["choices", "abstain"])
def test_a_possible_crisis_without_one_gets_help_now(faq: FakeFaq, decision: str) -> None:
    faq.finds(decision, 1, 2)
    turn = possible(faq)
    assert turn.text == texts.text_of("utter_need_help_now")
    assert turn.outcome["kind"] == "crisis"
    assert turn.slots["crisis_kind"] == "utter_crisis_meeting"


def test_a_possible_crisis_that_becomes_sure_gets_its_whole_text(faq: FakeFaq) -> None:
    slots = possible(faq).slots
    turn = crisis(faq, **slots)
    assert turn.text == texts.text_of("utter_crisis_meeting")
    turn = crisis(faq, **{**slots, **turn.slots})
    assert turn.text == texts.text_of("utter_crisis_again")


@pytest.mark.parametrize(
    ("kind", "slots", "response"),
    [
        ("sextortion", {"last_outcome": "guide_menu"}, None),
        ("sextortion", {"last_outcome": "answer"}, "utter_crisis_sextortion"),
        ("self_harm", {"last_outcome": "guide_menu"}, "utter_crisis_self_harm"),
    ],
)
def test_what_answers_a_menu_is_an_answer_unless_the_child_is_in_danger_itself(
    faq: FakeFaq, kind: str, slots: dict[str, Any], response: str | None
) -> None:
    title = load().get("sextortion").title
    turn = run(ActionCrisis(faq), title, intent=f"crisis_{kind}", **slots)
    if response:
        assert turn.text == texts.text_of(response)
    else:
        assert turn.slots["guide"] == {"id": "sextortion", "way": []}


@pytest.mark.parametrize("before", ["crisis", "safe", "unsafe"])
def test_what_may_be_another_crisis_goes_on_about_the_one_that_was_told(
    faq: FakeFaq, before: str
) -> None:
    metadata = {"crisis": {"kind": "trafficked", "about": "self", "sure": False}}
    slots = {"last_outcome": before, "crisis_kind": "utter_crisis_meeting"}
    turn = run(ActionCrisis(faq), "ờ", intent="crisis_trafficked", metadata=metadata, **slots)
    assert turn.text == texts.text_of("utter_crisis_again")
    assert turn.slots["crisis_kind"] == "utter_crisis_meeting"
    metadata["crisis"]["sure"] = True
    turn = run(ActionCrisis(faq), "ờ", intent="crisis_trafficked", metadata=metadata, **slots)
    assert turn.text == texts.text_of("utter_crisis_trafficked")
