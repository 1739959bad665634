from pathlib import Path

import pytest

from faq.content import Block, Line, Model, read, typed_choice
from faq.errors import FaqError

FORMS = [
    ["Gửi rồi", "rồi", "đã gửi"],
    ["Chưa gửi", "chưa", "không gửi"],
    ["Họ đòi thứ khác", "đòi ảnh", "đòi gọi video"],
]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 1),
        (" 3 ", 3),
        ("4", None),
        ("0", None),
        ("Gửi rồi", 1),
        ("gui roi", 1),
        ("rồi ạ", 1),
        ("dạ chưa", 2),
        ("chua nha", 2),
        ("em chưa gửi đồng nào", 2),
        ("nó đòi ảnh", 3),
        ("k gửi", 2),
        ("ko gui", 2),
        ("không", None),
        ("rồi sao nữa", None),
        ("hôm qua em gửi rồi mà giờ họ lại nhắn tiếp", None),
        ("", None),
        ("!!!", None),
    ],
)
def test_a_typed_answer_is_one_of_the_choices_or_none(text: str, place: int | None) -> None:
    assert typed_choice(text, FORMS) == place


def test_forms_of_the_same_length_in_two_choices_name_neither() -> None:
    assert typed_choice("có", [["có"], ["có"]]) is None


class Text(Model):
    line: Line
    block: Block


def test_a_file_is_read_tidily(tmp_path: Path) -> None:
    path = tmp_path / "texts.yml"
    path.write_text("line: '  a   b '\nblock: |\n  x \n  y\n\n", encoding="utf-8")
    assert read(path, Text) == Text(line="a b", block="x\ny")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "cannot be read"),
        ("a: [", "cannot be read"),
        ("line: a\n", "block: Field required"),
        ("line: a\nblock: b\nmore: c\n", "more: Extra inputs"),
        ("[]", "valid dictionary"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path: Path, content: str | None, named: str) -> None:
    path = tmp_path / "texts.yml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(FaqError, match=rf"texts\.yml.*{named}"):
        read(path, Text)
