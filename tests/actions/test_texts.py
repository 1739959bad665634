import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.texts import Button


def test_a_payload_names_the_entry() -> None:
    assert texts.payload("/faq", 12) == '/faq{"n": 12}'


def test_the_buttons_of_a_response_can_name_an_entry() -> None:
    assert texts.numbered("utter_row_feedback", 12) == [
        Button(title="👍", payload='/feedback_up{"n": 12}'),
        Button(title="👎", payload='/feedback_down{"n": 12}'),
    ]


def test_a_response_is_said_with_buttons_above_its_own() -> None:
    dispatcher = CollectingDispatcher()
    first = Button(title="First", payload="/first")
    texts.say(dispatcher, "utter_choices", [first])
    (message,) = dispatcher.messages
    assert message["text"] == texts.text_of("utter_choices")
    assert [button["payload"] for button in message["buttons"]] == ["/first", "/none_of_these"]


def test_saying_it_again_does_not_gather_buttons() -> None:
    dispatcher = CollectingDispatcher()
    for _ in range(2):
        texts.say(dispatcher, "utter_no_answer", [Button(title="First", payload="/first")])
    first, second = dispatcher.messages
    assert first["buttons"] == second["buttons"]


def test_a_response_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="utter_missing"):
        texts.text_of("utter_missing")
