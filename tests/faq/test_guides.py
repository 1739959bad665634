from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from bot.buttons import encode
from faq.guides import Guide, load
from safety.crisis import KINDS

STEPS = [
    {
        "id": "paid",
        "text": "Đã gửi chưa?",
        "choices": [
            {"title": "Rồi", "to": "stop", "typed": ["rồi"], "done": "Bạn đã gửi."},
            {"title": "Chưa", "to": "end", "typed": ["chưa"], "todo": "Không gửi."},
        ],
    },
    {
        "id": "stop",
        "text": "Dừng nhé?",
        "choices": [{"title": "Ừ", "to": "end", "typed": ["ừ"], "todo": "Dừng lại."}],
    },
    {"id": "end", "text": "Xong."},
]


def guide(**changes: Any) -> Guide:
    fields = {"id": "g", "title": "G", "start": "paid", "tell": "Con sợ.", "steps": STEPS}
    return Guide.model_validate({**fields, **changes})


def test_a_way_leads_from_step_to_step() -> None:
    assert guide().after([]).id == "paid"
    assert guide().after(["paid.1"]).id == "stop"
    assert guide().after(["paid.1", "stop.1"]).id == "end"


def test_the_summary_gathers_lines_along_the_way() -> None:
    summary = guide().summary(["paid.1", "stop.1"])
    assert summary == (["Bạn đã gửi."], ["Dừng lại."], "Con sợ.")


def test_an_answer_given_anew_takes_back_what_followed() -> None:
    assert guide().with_answer(["paid.1", "stop.1"], "paid.2") == ["paid.2"]
    assert guide().with_answer(["paid.1"], "stop.1") == ["paid.1", "stop.1"]


@pytest.mark.parametrize("answer", ["gone.1", "paid.0", "paid.3", "paid.x", "paid", "end.1"])
def test_an_answer_that_does_not_exist_is_an_error(answer: str) -> None:
    with pytest.raises(LookupError):
        guide().chosen(answer)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda steps: steps[:2], "missing, or never reached: end"),
        (lambda steps: [*steps, {"id": "lost", "text": "x"}], "never reached: lost"),
        (lambda steps: [*steps, steps[2]], "given twice"),
        (
            lambda steps: [
                steps[0],
                {**steps[1], "choices": [{"title": "Ừ", "to": "paid", "typed": []}]},
                steps[2],
            ],
            "leads back to itself",
        ),
    ],
)
def test_a_guide_that_cannot_be_walked_is_refused(
    spoil: Callable[[list[Any]], list[Any]], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        guide(steps=spoil(STEPS))


def test_an_unknown_crisis_is_refused() -> None:
    with pytest.raises(ValidationError, match="unknown crises"):
        guide(crises=["sadness"])


def test_the_guides_that_come_along_fit_telegram() -> None:
    for each in load().guides:
        for step in each.steps:
            for place in range(1, len(step.choices) + 1):
                payload = f'/guide{{"at": "{each.id}.{step.id}.{place}"}}'
                assert encode(payload), payload


def test_each_typed_form_names_its_own_choice() -> None:
    for each in load().guides:
        for step in each.steps:
            for place, choice in enumerate(step.choices, 1):
                for form in (choice.title, *choice.typed):
                    assert step.choice(form) == place, (each.id, step.id, form)


def test_a_crisis_has_at_most_one_guide_and_a_friend_one() -> None:
    wanted = [crisis for each in load().guides for crisis in each.crises]
    assert len(set(wanted)) == len(wanted)
    assert set(wanted) <= {*KINDS, "friend"}
    for kind in KINDS:
        found = load().for_crisis(kind, "friend")
        assert found is not None
        assert found.id == "friend-in-trouble"
    assert load().for_crisis("self_harm", "self") is None
