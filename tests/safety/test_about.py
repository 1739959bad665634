import json
from pathlib import Path

import pytest

from safety.about import FRIEND, SELF, about, about_features

SAFETY = Path(__file__).parent.parent.parent / "safety"


@pytest.mark.parametrize(
    "text",
    [
        "bạn em muốn tự tử",
        "ban em muon tu tu",
        "bạn thân em đang bị tống tiền",
        "con bạn t bị ny cũ nó tung ảnh nude lên nhóm kín",
        "em gái em bị bố đánh",
        "anh trai em bị giữ ở campuchia đòi tiền chuộc",
        "bà em bị công an giả gọi bắt chuyển tiền",
        "bạn em bị dọa tung ảnh, em không biết làm sao",
    ],
)
def test_somebody_else_is_in_danger(text: str) -> None:
    assert about(text) == FRIEND


@pytest.mark.parametrize(
    "text",
    [
        "em muốn tự tử",
        "em muon tu tu",
        "bạn trai em dọa tung ảnh của em",
        "mẹ em đánh em",
        "bố em dọa giết em",
        "bạn em bỏ rơi em, em muốn chết",
        "em kể cho bạn em rồi nhưng em muốn tự tử",
        "chào bạn, em muốn tự tử",
        "bạn ơi mình muốn tự tử",
    ],
)
def test_who_writes_is_in_danger(text: str) -> None:
    assert about(text) == SELF


def test_who_does_what_is_seen() -> None:
    assert {"r:friend", "r:kin does"} <= about_features("bạn thân em bị đánh")
    assert "r:done to me" in about_features("bạn thân đánh em")
    assert "r:friend, then I do" in about_features("bạn thân bỏ em, em muốn chết")
    assert "r:friend" not in about_features("chào bạn em muốn tự tử")


def test_the_examples_are_crises_that_the_gate_knows() -> None:
    def lines(name: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in (SAFETY / name).read_text("utf-8").splitlines()]

    crises = {row["text"] for row in lines("examples.jsonl") if row["kind"]}
    examples = lines("about_examples.jsonl")
    assert {row["kind"] for row in examples} == {SELF, FRIEND}
    assert crises.issuperset(row["text"] for row in examples)
