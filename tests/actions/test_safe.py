import pytest

from actions import texts
from actions.answer import ActionAnswerFaq
from actions.reply import ActionChoose
from actions.safe import ActionSafe, ActionUnsafe
from tests.actions.conftest import FakeFaq, run


@pytest.mark.parametrize(
    ("told", "guide"),
    [
        ("utter_crisis_sextortion", "sextortion"),
        ("utter_crisis_meeting", "stranger-wants-to-meet"),
        ("utter_crisis_trafficked", "job-far-away"),
        ("utter_crisis_self_harm_friend", "friend-in-trouble"),
    ],
)
def test_whoever_is_safe_is_offered_the_guide_that_fits(told: str, guide: str) -> None:
    turn = run(ActionSafe(), intent="safe", crisis_kind=told)
    assert turn.text == texts.text_of("utter_safe_yes")
    assert turn.payloads[0] == f'/guide{{"at": "{guide}.start"}}'
    assert "/talk_to_human" in turn.payloads


@pytest.mark.parametrize("told", [None, "utter_crisis_self_harm"])
def test_whoever_is_safe_has_somebody_to_talk_to_anyway(told: str | None) -> None:
    turn = run(ActionSafe(), intent="safe", crisis_kind=told)
    assert "/talk_to_human" in turn.payloads
    assert not any(payload.startswith("/guide{") for payload in turn.payloads)


@pytest.mark.parametrize(
    ("told", "response"),
    [
        ("utter_crisis_violence", "utter_safe_no"),
        ("utter_crisis_trafficked", "utter_safe_no_trafficked"),
        ("utter_crisis_trafficked_friend", "utter_safe_no"),
        (None, "utter_safe_no"),
    ],
)
def test_whoever_is_held_is_not_told_to_leave(told: str | None, response: str) -> None:
    turn = run(ActionUnsafe(), intent="unsafe", crisis_kind=told)
    assert turn.text == texts.text_of(response)
    assert "/wipe" in turn.payloads


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("không an toàn", "utter_safe_no"),
        ("em ko an toan", "utter_safe_no"),
        ("em đang an toàn ạ", "utter_safe_yes"),
    ],
)
def test_the_words_of_the_buttons_may_be_typed(faq: FakeFaq, text: str, response: str) -> None:
    told = {"last_outcome": "crisis", "crisis_kind": "utter_crisis_violence"}
    assert run(ActionAnswerFaq(faq), text, **told).text == texts.text_of(response)
    assert run(ActionAnswerFaq(faq), text).text != texts.text_of(response)


def test_a_number_says_nothing_about_safety(faq: FakeFaq) -> None:
    told = {"last_outcome": "crisis", "crisis_kind": "utter_crisis_violence"}
    assert run(ActionChoose(faq), intent="choose", n=1, **told).response == "utter_affirm"
