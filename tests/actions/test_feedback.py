import pytest

from actions import texts
from actions.feedback import ActionFeedback
from tests.actions.conftest import FakeFaq, entry, run


@pytest.mark.parametrize("kind", ["feedback_up", "feedback_down"])
def test_a_thumb_is_thanked_for_and_counted(faq: FakeFaq, kind: str) -> None:
    faq.entries[12] = entry(12)
    turn = run(ActionFeedback(faq), intent=kind, n=12)
    assert turn.text == texts.text_of(f"utter_{kind}")
    assert turn.outcome == {
        "kind": kind,
        "topic": "games",
        "faq": "games-12",
        "confidence": None,
    }


def test_a_thumb_leaves_the_conversation_where_it_was(faq: FakeFaq) -> None:
    assert run(ActionFeedback(faq), intent="feedback_up", n=12).slots == {}


@pytest.mark.parametrize("number", [12, None])
def test_a_thumb_for_an_entry_that_is_gone_is_thanked_for(faq: FakeFaq, number: int | None) -> None:
    turn = run(ActionFeedback(faq), intent="feedback_down", n=number)
    assert turn.text == texts.text_of("utter_feedback_down")
    assert turn.outcome["faq"] is None
