import pytest

from actions import texts
from actions.answer import ActionAnswerFaq, ActionNoneOfThese, ActionShowEntry
from tests.actions.conftest import FakeFaq, entry, hit, run


def test_a_sure_answer_is_shown(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    faq.finds("answer", 12, 13)
    turn = run(ActionAnswerFaq(faq), "bị hack nick")
    assert faq.asked == ["bị hack nick"]
    assert turn.text == "Answer."
    assert turn.payloads == ['/feedback_up{"n": 12}', '/feedback_down{"n": 12}']
    assert turn.outcome == {
        "kind": "answer",
        "topic": "games",
        "faq": "games-12",
        "confidence": 0.9,
    }
    assert turn.slots == {"last_outcome": "answer", "last_entry": 12}


@pytest.mark.parametrize("shown", [None, 12, 12.0])
def test_the_search_knows_what_was_shown_before(faq: FakeFaq, shown: float | None) -> None:
    faq.finds("abstain")
    run(ActionAnswerFaq(faq), "còn trên Zalo thì sao?", last_entry=shown)
    assert faq.after == shown


def test_related_questions_are_buttons_with_words(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    faq.neighbours = [hit(3), hit(4)]
    faq.finds("answer", 12)
    turn = run(ActionAnswerFaq(faq))
    assert turn.messages[0]["buttons"][2:] == [
        {"title": "Question 3?", "payload": '/faq{"n": 3}'},
        {"title": "Question 4?", "payload": '/faq{"n": 4}'},
    ]


@pytest.mark.parametrize(("risk", "shown"), [("high", True), ("medium", False), ("low", False)])
def test_high_risk_carries_the_help_row(faq: FakeFaq, risk: str, shown: bool) -> None:
    faq.entries[12] = entry(12, risk)
    faq.neighbours = [hit(3)]
    faq.finds("answer", 12)
    help_row = ["/need_help_now", "/wipe"]
    assert (run(ActionAnswerFaq(faq)).payloads[3:] == help_row) is shown


def test_an_unsure_search_offers_numbered_choices(faq: FakeFaq) -> None:
    faq.finds("choices", 7, 8, 9, confidence=0.4)
    turn = run(ActionAnswerFaq(faq))
    assert turn.text.startswith(texts.text_of("utter_choices"))
    assert turn.text.endswith("\n\n**1.** Question 7?\n**2.** Question 8?\n**3.** Question 9?")
    assert [button["title"] for button in turn.messages[0]["buttons"]][:3] == ["1", "2", "3"]
    assert turn.payloads == ['/faq{"n": 7}', '/faq{"n": 8}', '/faq{"n": 9}', "/none_of_these"]
    assert (turn.outcome["kind"], turn.outcome["confidence"]) == ("choices", 0.4)
    assert turn.slots == {"last_outcome": "choices", "choices": [7, 8, 9]}


def test_an_unknown_question_gets_no_guess(faq: FakeFaq) -> None:
    turn = run(ActionAnswerFaq(faq))
    assert turn.text == texts.text_of("utter_no_answer")
    assert turn.outcome["kind"] == "abstain"
    assert turn.slots == {"last_outcome": "abstain"}


@pytest.mark.parametrize("before", ["abstain", "none_of_these"])
def test_a_second_dead_end_says_something_else(faq: FakeFaq, before: str) -> None:
    first = run(ActionAnswerFaq(faq), last_outcome="answer")
    second = run(ActionAnswerFaq(faq), last_outcome=before)
    assert second.text == texts.text_of("utter_no_answer_again") != first.text
    assert "/talk_to_human" in second.payloads
    assert second.slots == {"last_outcome": "abstain"}


def test_an_entry_that_was_just_retired_is_not_promised(faq: FakeFaq) -> None:
    faq.finds("answer", 12)
    assert run(ActionAnswerFaq(faq)).text == texts.text_of("utter_no_answer")


def test_an_off_topic_message_gets_a_friendly_line(faq: FakeFaq) -> None:
    faq.finds("choices", 1, 2)
    turn = run(ActionAnswerFaq(faq), intent="out_of_scope")
    assert turn.response == "utter_out_of_scope"
    assert turn.outcome["kind"] == "talk"
    assert turn.slots == {"last_outcome": "talk"}


def test_a_sure_answer_beats_off_topic(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    faq.finds("answer", 12)
    assert run(ActionAnswerFaq(faq), intent="out_of_scope").text == "Answer."


def test_a_broken_search_says_so(faq: FakeFaq) -> None:
    faq.broken = True
    turn = run(ActionAnswerFaq(faq), "em sợ lắm")
    assert turn.text == texts.text_of("utter_search_down")
    assert turn.payloads == ["/need_help_now"]
    assert turn.outcome["kind"] == "unavailable"


def test_a_message_without_text_is_no_error(faq: FakeFaq) -> None:
    turn = run(ActionAnswerFaq(faq), None)  # type: ignore[arg-type]
    assert faq.asked == [""]
    assert turn.outcome["kind"] == "abstain"


def test_a_button_shows_its_entry(faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    turn = run(ActionShowEntry(faq), intent="faq", n=12)
    assert turn.text == "Answer."
    assert (turn.outcome["faq"], turn.outcome["confidence"]) == ("games-12", None)


@pytest.mark.parametrize("number", [12, "12", None])
def test_a_button_of_an_entry_that_is_gone_says_so(faq: FakeFaq, number: object) -> None:
    turn = run(ActionShowEntry(faq), intent="faq", n=number)
    assert turn.text == texts.text_of("utter_entry_gone")
    assert turn.outcome["kind"] == "talk"


def test_none_of_the_choices_is_a_dead_end() -> None:
    first = run(ActionNoneOfThese(), last_outcome="choices")
    assert first.text == texts.text_of("utter_no_answer")
    assert first.slots == {"last_outcome": "none_of_these"}
    again = run(ActionNoneOfThese(), last_outcome="none_of_these")
    assert again.text == texts.text_of("utter_no_answer_again")


def test_after_a_crisis_a_dead_end_says_who_helps(faq: FakeFaq) -> None:
    faq.finds("abstain")
    turn = run(ActionAnswerFaq(faq), "thì sao", crisis_kind="utter_crisis_sextortion")
    assert turn.text == texts.text_of("utter_crisis_again")
    assert turn.payloads == ["/need_help_now", "/wipe"]
    assert turn.outcome["kind"] == "abstain"


def test_an_answer_in_the_middle_of_a_guide_offers_to_go_on_with_it(faq: FakeFaq) -> None:
    faq.finds("answer", 1)
    faq.entries = {1: entry(1)}
    resume = '/guide{"at": "bullying.again"}'
    slots = {"guide": {"id": "bullying", "way": []}}
    turn = run(ActionAnswerFaq(faq), "hack", last_outcome="guide", **slots)
    assert turn.payloads[-1] == resume
    turn = run(ActionAnswerFaq(faq), "hack", last_outcome="answer", **slots)
    assert resume not in turn.payloads
