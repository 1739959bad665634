import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.check import ActionCheckMessage, ValidateCheckForm, pasted
from safety.crisis import KINDS, OWN_KINDS
from safety.signs import check
from tests.actions.conftest import FakeFaq, Turn, run

LURE = "em gửi anh xem ảnh mặc đồ ngủ đi, chuyện này chỉ hai đứa mình biết, đừng kể ai nha"
THREAT = "chuyển tiền trước 8h tối không tao tung hết ảnh nóng của mày cho cả lớp xem"
HARMLESS = "mai 7h học nhóm ở nhà mình nha, nhớ mang sách toán"


def crisis(kind: str) -> dict[str, Any]:
    return {"crisis": {"kind": kind, "about": "self", "sure": True}}


def checked(faq: FakeFaq, text: str, **more: Any) -> Turn:
    return run(ActionCheckMessage(faq), text, pasted=text, before="check_form", **more)


def message(text: str, intent: str = "nlu_fallback", **latest: Any) -> Tracker:
    content = {"text": text, "intent": {"name": intent}, "entities": [], **latest}
    return Tracker("sender", {"requested_slot": "pasted"}, content, [], False, None, {}, None)


@pytest.mark.parametrize("level", ["careful", "suspicious"])
def test_signs_are_quoted_and_explained(
    faq: FakeFaq, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setattr("safety.signs.SUSPICIOUS", 0.0 if level == "suspicious" else 1.1)
    turn = checked(faq, LURE)
    heading, *lines = turn.text.splitlines()
    assert heading == texts.text_of(f"utter_level_{level}")
    explained = texts.text_of("utter_sign_secrecy")
    assert any("chỉ hai đứa" in line and line.endswith(explained) for line in lines)
    assert turn.outcome["kind"] == f"check_{level}"
    assert turn.slots["pasted"] is None


def test_what_to_do_and_what_fits_stand_below(faq: FakeFaq) -> None:
    faq.finds("choices", 1, 2, 3)
    turn = checked(faq, LURE)
    assert turn.text.endswith(texts.text_of(f"utter_kind_{check(LURE).kind}"))
    helping = ["/need_help_now", "/check_message", "/wipe"]
    assert turn.payloads == ['/faq{"n": 1}', '/faq{"n": 2}', *helping]


def test_a_broken_search_takes_nothing_from_the_check(faq: FakeFaq) -> None:
    faq.broken = True
    assert checked(faq, LURE).payloads == ["/need_help_now", "/check_message", "/wipe"]


def test_a_harmless_message_shows_no_known_sign(faq: FakeFaq) -> None:
    turn = checked(faq, HARMLESS)
    assert turn.text == texts.text_of("utter_level_none")
    assert turn.outcome["kind"] == "check_none"
    assert turn.slots["pasted"] is None


def test_a_pasted_threat_is_judged_by_the_check(faq: FakeFaq) -> None:
    turn = checked(faq, THREAT, metadata=crisis("sextortion"), intent="crisis_sextortion")
    assert texts.text_of("utter_sign_threat") in turn.text
    assert "/need_help_now" in turn.payloads


def test_a_crisis_in_which_the_check_sees_nothing_is_a_crisis(faq: FakeFaq) -> None:
    turn = checked(faq, HARMLESS, metadata=crisis("meeting"), intent="crisis_meeting")
    assert turn.text == texts.text_of("utter_crisis_meeting")
    assert turn.slots["pasted"] is None


def test_markup_and_placeholders_of_a_pasted_message_do_nothing(faq: FakeFaq) -> None:
    turn = checked(faq, "đừng kể ai **nha** {contact:111}, gửi ảnh mặc đồ ngủ cho anh xem đi em")
    quoted = [line for line in turn.text.splitlines() if line.startswith("- “")]
    assert quoted
    assert not any(mark in line.partition("”")[0] for line in quoted for mark in "*{}")


def test_a_long_sign_is_cut(faq: FakeFaq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.check._QUOTED", 8)
    turn = checked(faq, LURE)
    assert all(
        len(line.partition("”")[0]) <= 11 for line in turn.text.splitlines()[1:-2] if "“" in line
    )


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_others_may_have_written_is_pasted(kind: str) -> None:
    found = pasted(message(THREAT, f"crisis_{kind}", metadata=crisis(kind)))
    assert found == (None if kind in OWN_KINDS else THREAT)


@pytest.mark.parametrize(
    ("text", "intent", "found"),
    [
        (LURE, "quiz", LURE),
        ("thôi", "stop", None),
        ("/report", "report", None),
        ("", "nlu_fallback", None),
        ("kiểm tra giúp em tin nhắn này", "check_message", None),
        ("kiểm tra giùm em: chuyển khoản trước rồi nhận quà", "check_message",
         "chuyển khoản trước rồi nhận quà"),
        ("kiểm tra giùm em\nchuyển khoản trước rồi nhận quà", "check_message",
         "chuyển khoản trước rồi nhận quà"),
        ("kiểm tra giúp: link này", "check_message", None),
    ],
)  # fmt: skip
def test_what_is_pasted_is_told_from_what_is_not(text: str, intent: str, found: str | None) -> None:
    assert pasted(message(text, intent)) == found


@pytest.mark.parametrize(("text", "filled"), [(LURE, True), ("/report", False)])
def test_the_form_takes_what_is_pasted(text: str, filled: bool) -> None:
    form = ValidateCheckForm()
    assert form.name() == "validate_check_form"
    events = asyncio.run(form.run(CollectingDispatcher(), message(text), {}))
    assert {event["name"]: event["value"] for event in events} == (
        {"pasted": text} if filled else {}
    )
