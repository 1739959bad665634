import pytest

from actions import texts
from actions.guide import ActionGuide
from actions.reply import ActionDeny
from faq.guides import load
from tests.actions.conftest import FakeFaq, run

GUIDES = [guide.id for guide in load().guides]


def test_the_door_offers_every_guide() -> None:
    turn = run(ActionGuide(), "hướng dẫn từng bước", intent="guide")
    assert turn.text == texts.text_of("utter_guide")
    wanted = [f'/guide{{"at": "{name}.start"}}' for name in GUIDES]
    assert turn.payloads == [*wanted, "/need_help_now"]


def test_the_door_offers_to_go_on_where_one_was_left() -> None:
    turn = run(ActionGuide(), intent="guide", guide={"id": "bullying", "way": ["safe.3"]})
    assert turn.payloads[0] == '/guide{"at": "bullying.again"}'


@pytest.mark.parametrize("name", GUIDES)
def test_every_way_through_a_guide_ends_in_a_summary(name: str) -> None:
    ways = [[]]
    ends = 0
    guide = load().get(name)
    while ways:
        way = ways.pop()
        at = f"{name}.{way[-1]}" if way else f"{name}.start"
        turn = run(ActionGuide(), intent="guide", at=at, guide={"id": name, "way": way[:-1]})
        step = guide.after(way)
        assert turn.messages[0]["text"] == step.text
        if not step.choices:
            ends += 1
            _, summary = turn.messages
            assert guide.tell in summary["text"]
            assert all(choice in summary["text"] for choice in guide.summary(way).todo)
            assert turn.slots == {"last_outcome": "guide_end", "guide": None}
            continue
        assert turn.slots["guide"] == {"id": name, "way": way}
        assert turn.payloads[-2:] == ["/stop", "/wipe"]
        assert len(way) < 8
        ways += [[*way, f"{step.id}.{n}"] for n in range(1, len(step.choices) + 1)]
    assert ends > 3


def test_a_button_pressed_twice_leads_to_the_same_step() -> None:
    first = run(ActionGuide(), at="sextortion.safe.3", guide={"id": "sextortion", "way": []})
    again = run(ActionGuide(), at="sextortion.safe.3", guide=first.slots["guide"])
    assert again.text == first.text
    assert again.slots == first.slots


def test_an_older_button_changes_the_answer() -> None:
    kept = {"id": "sextortion", "way": ["safe.3", "money.2", "paid.1"]}
    turn = run(ActionGuide(), at="sextortion.money.1", guide=kept)
    assert turn.slots["guide"]["way"] == ["safe.3", "money.1"]


def test_an_old_button_works_after_a_restart() -> None:
    turn = run(ActionGuide(), at="sextortion.money.1")
    assert turn.text == load().get("sextortion").step("evidence").text


def test_going_on_shows_the_open_step() -> None:
    kept = {"id": "sextortion", "way": ["safe.3"]}
    turn = run(ActionGuide(), at="sextortion.again", guide=kept)
    assert turn.text == load().get("sextortion").step("money").text
    assert turn.slots["guide"] == kept


@pytest.mark.parametrize("at", ["gone", "gone.start", "sextortion.gone.1", "sextortion.safe.9"])
def test_a_button_that_no_longer_exists_opens_the_list(at: str) -> None:
    turn = run(ActionGuide(), at=at)
    assert turn.messages[0]["text"] == texts.text_of("utter_guide_gone")
    assert turn.messages[1]["text"] == texts.text_of("utter_guide")
    assert turn.slots["guide"] is None


@pytest.mark.parametrize("text", ["bị bắt nạt", "bi bat nat", str(GUIDES.index("bullying") + 1)])
def test_a_guide_can_be_typed(text: str) -> None:
    turn = run(ActionDeny(FakeFaq()), text, last_outcome="guide_menu")
    assert turn.slots["guide"] == {"id": "bullying", "way": []}


def test_something_else_than_a_guide_is_no_answer() -> None:
    assert run(ActionDeny(FakeFaq()), "không", last_outcome="guide_menu").response == "utter_deny"
