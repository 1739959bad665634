import pytest

from faq.bank import BankEntry
from faq.strict import StrictLinter
from tests.faq.conftest import ANSWER, entry, with_entries


def rules(topic: str, each: BankEntry) -> set[str]:
    return {finding.rule for finding in StrictLinter().bank([with_entries(topic, each)])}


def test_a_good_entry_passes() -> None:
    assert rules("accounts", entry()) == set()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("sentence", {"answer": ANSWER + " Rồi bạn gọi" + " thêm" * 24 + " nhé."}),
        ("sentence", {"answer": "**Bạn" + " rất" * 25 + " ổn.**\n" + ANSWER}),
        ("word", {"answer": ANSWER + " Bạn chụp screenshot rồi gọi nhé."}),
        ("voice", {"answer": "Các em đừng lo. " + ANSWER}),
        ("voice", {"answer": ANSWER.replace("bạn", "em").replace("Bạn", "Em")}),
        ("door", {"answer": ANSWER + "\nMọi chuyện rồi sẽ qua."}),
        ("law", {"answer": "Theo Bộ luật thì sai.\n" + ANSWER}),
        ("law", {"answer": "Người đó sẽ đi tù.\n" + ANSWER}),
        ("contact", {"answer": "Gọi tổng đài nhé.\n" + ANSWER}),
        ("risk", {"question": "Mình muốn chết thì làm sao?"}),
    ],
)
def test_a_breach_is_found(rule: str, changes: dict[str, object]) -> None:
    assert rules("accounts", entry(**changes)) == {rule}


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": "Bạn" + " rất" * 24 + ".\n" + ANSWER},
        {"answer": ANSWER + " Bạn báo trên Facebook, rồi gõ /riengtuhon."},
        {"answer": "Người làm điều đó trái với {law:blhs-147}.\n" + ANSWER},
        {"answer": ANSWER + "\nBạn kể với cô giáo nhé."},
        {"question": "Làm vậy có bị phạt tiền không?"},
        {"question": "Mình muốn chết thì làm sao?", "risk": "high"},
    ],
)
def test_what_looks_like_a_breach_and_is_none_passes(changes: dict[str, object]) -> None:
    assert rules("accounts", entry(**changes)) == set()


def test_a_topic_demands_a_risk() -> None:
    assert rules("self-harm", entry(risk="low")) == {"risk"}
    assert rules("self-harm", entry(risk="medium")) == set()


def test_questions_that_an_answer_invites_to_ask_are_read_off_it() -> None:
    answer = (
        ANSWER
        + """
Bạn có thể hỏi mình: "Bị hack thì sao?"
Hay hỏi mình tiếp: đặt mật khẩu thế nào. Ai hỏi mình thì mình đáp."""
    )
    assert StrictLinter().door_questions(entry(answer=answer)) == [
        "Bị hack thì sao?",
        "đặt mật khẩu thế nào",
    ]
