from typing import Any

import pytest

from actions import texts
from actions.reply import (
    ActionAffirm,
    ActionChoose,
    ActionDeny,
    ActionHelp,
    ActionMore,
    ActionStop,
)
from tests.actions.conftest import FakeFaq, entry, hit, run


@pytest.mark.parametrize(("typed", "number"), [(1, 7), (2, 8)])
def test_a_typed_number_chooses(faq: FakeFaq, typed: int, number: int) -> None:
    faq.entries = {7: entry(7), 8: entry(8)}
    turn = run(ActionChoose(faq), n=typed, last_outcome="choices", choices=[7, 8])
    assert turn.outcome["faq"] == f"games-{number}"
    assert turn.slots["last_outcome"] == "answer"


@pytest.mark.parametrize(
    ("typed", "slots"),
    [
        (0, {"last_outcome": "choices", "choices": [7, 8]}),
        (3, {"last_outcome": "choices", "choices": [7, 8]}),
        (-1, {"last_outcome": "choices", "choices": [7, 8]}),
        (1, {"last_outcome": "answer", "choices": [7, 8]}),
        (1, {"last_outcome": "choices", "choices": None}),
        (1, {}),
        (1, {"last_outcome": "choices", "choices": [7, 8], "before": "utter_greet"}),
    ],
)
def test_a_number_that_chooses_nothing_asks_for_a_question(
    faq: FakeFaq, typed: int, slots: dict[str, Any]
) -> None:
    faq.entries = {7: entry(7), 8: entry(8)}
    turn = run(ActionChoose(faq), n=typed, **slots)
    assert turn.response == "utter_affirm"
    assert turn.outcome["kind"] == "talk"


def test_choosing_an_entry_that_is_gone_says_so(faq: FakeFaq) -> None:
    turn = run(ActionChoose(faq), n=1, last_outcome="choices", choices=[7])
    assert turn.text == texts.text_of("utter_entry_gone")


def test_a_typed_no_after_choices_means_none_of_them(faq: FakeFaq) -> None:
    turn = run(ActionDeny(faq), "không", last_outcome="choices")
    assert turn.text == texts.text_of("utter_no_answer")
    assert turn.outcome["kind"] == "none_of_these"


@pytest.mark.parametrize("before", ["crisis", "choices"])
def test_a_no_of_many_words_is_searched_for(faq: FakeFaq, before: str) -> None:
    faq.entries[7] = entry(7)
    faq.finds("answer", 7)
    turn = run(ActionDeny(faq), "có phải lỗi của em không", last_outcome=before)
    assert turn.outcome["faq"] == "games-7"
    faq.finds("abstain")
    told = {"crisis_kind": "utter_crisis_abuse", "last_outcome": before}
    turn = run(ActionDeny(faq), "không có gì đâu em nghĩ nhiều", **told)
    assert turn.text == texts.text_of("utter_crisis_again")


@pytest.mark.parametrize("outcome", [None, "answer", "talk"])
def test_a_typed_no_is_accepted_otherwise(faq: FakeFaq, outcome: str | None) -> None:
    turn = run(ActionDeny(faq), "không", last_outcome=outcome)
    assert turn.response == "utter_deny"
    assert turn.outcome["kind"] == "talk"


def test_a_typed_no_after_small_talk_answers_no_older_choices(faq: FakeFaq) -> None:
    turn = run(ActionDeny(faq), "không", last_outcome="choices", before="utter_greet")
    assert turn.response == "utter_deny"


def test_yes_and_no_after_a_crisis_tell_whether_it_is_safe_to_write(faq: FakeFaq) -> None:
    told = {"last_outcome": "crisis", "crisis_kind": "utter_crisis_meeting"}
    assert run(ActionAffirm(), "có", **told).text == texts.text_of("utter_safe_yes")
    assert run(ActionDeny(faq), "không", **told).text == texts.text_of("utter_safe_no")


def test_a_yes_to_nothing_asks_for_a_question() -> None:
    assert run(ActionAffirm(), "ừ").response == "utter_affirm"


@pytest.mark.parametrize(
    ("action", "text", "step"),
    [(ActionDeny(FakeFaq()), "chưa", "evidence"), (ActionAffirm(), "rồi", "paid")],
)
def test_yes_and_no_answer_the_open_step_of_a_guide(action: Any, text: str, step: str) -> None:
    kept = {"id": "sextortion", "way": ["safe.3"]}
    turn = run(action, text, last_outcome="guide", guide=kept)
    assert turn.payloads[0] == f'/guide{{"at": "sextortion.{step}.1"}}'


def test_a_number_answers_the_open_step_of_a_guide(faq: FakeFaq) -> None:
    kept = {"id": "sextortion", "way": ["safe.3"]}
    turn = run(ActionChoose(faq), intent="choose", n=2, last_outcome="guide", guide=kept)
    assert turn.slots["guide"] == {"id": "sextortion", "way": ["safe.3", "money.2"]}


def test_stopping_a_guide_offers_to_go_on_and_keeps_it() -> None:
    kept = {"id": "bullying", "way": []}
    turn = run(ActionStop(), "thôi", last_outcome="guide", guide=kept)
    assert turn.text == texts.text_of("utter_stop")
    assert turn.payloads[0] == '/guide{"at": "bullying.again"}'
    assert "guide" not in turn.slots


def test_stopping_forgets_quiz_and_report() -> None:
    turn = run(ActionStop(), "dừng", last_outcome="quiz", quiz={"open": "x"})
    assert (turn.slots["quiz"], turn.slots["report"]) == (None, None)
    assert "/help" in turn.payloads


def test_what_now_after_a_crisis_is_about_the_crisis() -> None:
    told = {"last_outcome": "crisis", "crisis_kind": "utter_crisis_sextortion"}
    turn = run(ActionHelp(), "giờ phải làm sao", intent="help", **told)
    assert turn.text == texts.text_of("utter_safe_yes")
    assert '/guide{"at": "sextortion.start"}' in turn.payloads


def test_the_help_button_after_a_crisis_is_help() -> None:
    turn = run(ActionHelp(), "/help", intent="help", last_outcome="crisis")
    assert turn.text == texts.text_of("utter_help")


@pytest.mark.parametrize("level", ["careful", "suspicious"])
def test_what_now_after_a_bad_message_offers_the_guides(level: str) -> None:
    turn = run(ActionHelp(), "vậy em phải làm gì", intent="help", last_outcome=f"check_{level}")
    assert turn.text == texts.text_of("utter_guide")
    turn = run(ActionHelp(), "vậy em phải làm gì", intent="help", last_outcome="check_none")
    assert turn.text == texts.text_of("utter_help")


def test_what_now_after_saying_that_it_is_not_safe_does_not_call_it_safe(faq: FakeFaq) -> None:
    told = {"last_outcome": "unsafe", "crisis_kind": "utter_crisis_violence"}
    for action, intent in ((ActionHelp(), "help"), (ActionMore(faq), "ask_more")):
        turn = run(action, "giờ sao", intent=intent, **told)
        assert turn.text == texts.text_of("utter_safe_no")


def test_more_offers_questions_near_the_last_answer_by_number(faq: FakeFaq) -> None:
    faq.neighbours = [hit(1), hit(2), hit(3), hit(4)]
    turn = run(ActionMore(faq), "rồi sao nữa", intent="ask_more", last_entry=7)
    assert turn.text.startswith(texts.text_of("utter_more"))
    assert "**3.** Question 3?" in turn.text
    assert turn.payloads == ['/faq{"n": 1}', '/faq{"n": 2}', '/faq{"n": 3}', "/none_of_these"]
    assert turn.slots == {"last_outcome": "choices", "choices": [1, 2, 3]}


def test_more_after_a_crisis_is_about_the_crisis_and_not_an_older_answer(faq: FakeFaq) -> None:
    faq.neighbours = [hit(1)]
    told = {"last_outcome": "crisis", "crisis_kind": "utter_crisis_sextortion", "last_entry": 7}
    turn = run(ActionMore(faq), "rồi sao nữa", intent="ask_more", **told)
    assert turn.text == texts.text_of("utter_safe_yes")


@pytest.mark.parametrize("last", [None, 7])
def test_more_of_nothing_asks_for_a_question(faq: FakeFaq, last: int | None) -> None:
    turn = run(ActionMore(faq), "là sao", intent="ask_more", last_entry=last)
    assert turn.text == texts.text_of("utter_affirm")
    assert turn.outcome["kind"] == "talk"
