from pathlib import Path
from typing import Any

import pytest

from bot.texts import FLOOD, OLD_BUTTON, Texts, TextsError
from faq.placeholders import Placeholders
from safety.crisis import KINDS, Crisis
from tests.bot.conftest import render, responses


def test_every_text_of_the_project_can_be_used() -> None:
    texts = Texts.load(Placeholders.load().render)
    for kind in KINDS:
        for about in ("self", "friend"):
            assert "{" not in texts.crisis(Crisis(kind, about)).text


def test_placeholders_are_filled_in_once(texts: Texts) -> None:
    message = texts.crisis(Crisis("abuse", "self"))
    assert message.text == "[utter_crisis_abuse] số 111"
    assert message.buttons[0].payload == "/wipe"
    assert texts.crisis(Crisis("abuse", "friend")).text.startswith("[utter_crisis_abuse_friend]")


def test_any_variant_may_be_said() -> None:
    texts = Texts({**responses(), FLOOD: [{"text": "a"}, {"text": "b"}]}, render)
    assert {texts.any(FLOOD).text for _ in range(100)} == {"a", "b"}


@pytest.mark.parametrize(
    "variants",
    [None, [], {}, "text", [{}], [{"text": None}], [{"text": " "}], [{"text": "a", "buttons": [1]}],
     [{"text": "a", "buttons": [{"title": "a"}]}], [None]],
)  # fmt: skip
def test_a_missing_or_malformed_text_is_named(variants: Any) -> None:
    with pytest.raises(TextsError, match="utter_gateway_flood"):
        Texts({**responses(), FLOOD: variants}, render)


def test_a_button_that_no_channel_could_offer_is_found() -> None:
    button = {"title": "a", "payload": "/restart"}
    with pytest.raises(TextsError, match="button"):
        Texts({**responses(), FLOOD: [{"text": "a", "buttons": [button]}]}, render)


def test_a_text_too_long_for_its_place_is_found() -> None:
    with pytest.raises(TextsError, match=OLD_BUTTON):
        Texts({**responses(), OLD_BUTTON: [{"text": "a" * 201}]}, render)


@pytest.mark.parametrize("content", [None, "{", "", "[]", "responses: 1"])
def test_a_domain_file_without_texts_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "domain.yml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(TextsError):
        Texts.load(render, path)
