import pytest

from actions import texts
from actions.reply import ActionDeny
from actions.report import ActionReport
from faq.reporting import load
from tests.actions.conftest import FakeFaq, run

CASES = [case.id for case in load().cases]
PLATFORMS = [platform.id for platform in load().platforms]


def test_the_door_asks_what_happened() -> None:
    turn = run(ActionReport(), "em muốn trình báo", intent="report")
    assert turn.text == texts.text_of("utter_report")
    assert turn.payloads[: len(CASES)] == [f'/report{{"at": "{name}"}}' for name in CASES]
    assert turn.slots["report"] == {"case": None, "platform": None}


def test_what_is_already_told_is_not_asked() -> None:
    text = "em muốn báo công an vụ bị lừa tiền trên zalo"
    turn = run(ActionReport(), text, intent="report", platform="zalo")
    scam, zalo = load().case("scam"), load().platform("zalo")
    assert scam is not None and zalo is not None
    assert scam.where in turn.messages[0]["text"]
    assert zalo.steps in turn.messages[0]["text"]
    assert turn.slots == {"last_outcome": "report_end", "report": None}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_case_and_platform_says_who_what_and_what_after(case: str, platform: str) -> None:
    turn = run(ActionReport(), intent="report", at=f"{case}.{platform}")
    first, second = turn.messages
    found = load().case(case)
    assert found is not None
    assert found.where in first["text"]
    assert all(part in second["text"] for part in (found.keep, found.never, found.after))
    assert turn.payloads[-3:] == ["/talk_to_human", "/need_help_now", "/wipe"]


def test_a_platform_that_was_told_first_is_kept_in_the_buttons() -> None:
    turn = run(ActionReport(), "muốn báo một đứa trên fb", intent="report", platform="facebook")
    assert turn.payloads[0] == f'/report{{"at": "{CASES[0]}.facebook"}}'


def test_what_is_on_no_list_has_an_answer() -> None:
    turn = run(ActionReport(), intent="report", at="other")
    assert turn.text == texts.text_of("utter_report_other")


def test_a_typed_case_then_a_typed_platform() -> None:
    kept = {"case": None, "platform": None}
    turn = run(ActionDeny(FakeFaq()), "bi tong tien", last_outcome="report", report=kept)
    assert turn.text == texts.text_of("utter_report_where")
    kept = turn.slots["report"]
    assert kept == {"case": "sextortion", "platform": None}
    turn = run(ActionDeny(FakeFaq()), "tren fb", last_outcome="report", report=kept)
    assert turn.slots["report"] is None


def test_something_else_is_no_answer() -> None:
    kept = {"case": None, "platform": None}
    turn = run(ActionDeny(FakeFaq()), "không", last_outcome="report", report=kept)
    assert turn.response == "utter_deny"
