from pathlib import Path

import pytest

from faq.placeholders import Placeholders

WORDS = {
    "contact:111": "Tổng đài 111",
    "contact:113": "113",
    "contact:114": "114",
    "contact:115": "115",
    "contact:bao-ho-cong-dan": "đường dây bảo hộ công dân (+84 981 84 84 84)",
    "contact:cong-an-xa": "công an xã, phường gần nhất",
    "contact:vneid": "ứng dụng VNeID",
    "contact:take-it-down": "Take It Down (takeitdown.ncmec.org)",
    "contact:app-111": "ứng dụng hoặc Zalo Tổng đài 111",
    "law:luat-tre-em-54": "Điều 54 Luật Trẻ em",
    "law:tpnctn": "Luật Tư pháp người chưa thành niên",
}
ARTICLES = (142, 144, 145, 146, 147, 150, 151, 155, 156, 170, 174, 288, 326)


@pytest.fixture(scope="module", name="placeholders")
def _placeholders() -> Placeholders:
    return Placeholders.load()


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_words_are_shown(placeholders: Placeholders, name: str, words: str) -> None:
    assert placeholders.render(f"Gọi {{{name}}}.") == f"Gọi {words}."


@pytest.mark.parametrize("article", ARTICLES)
def test_articles_are_shown(placeholders: Placeholders, article: int) -> None:
    assert placeholders.render(f"{{law:blhs-{article}}}") == f"Điều {article} Bộ luật Hình sự"


def test_names_are_told_in_order(placeholders: Placeholders) -> None:
    assert placeholders.names("{law:anm} và {contact:111}") == ["law:anm", "contact:111"]
    assert placeholders.names("không có gì") == []


@pytest.mark.parametrize(
    "text", ["{contact:112}", "{law:blhs-1}", "{contact:}", "{name}", "{", "}", "{{contact:111}}"]
)
def test_what_is_not_known_is_an_error_at_lint(placeholders: Placeholders, text: str) -> None:
    with pytest.raises(ValueError, match=r"contacts.yml|brace"):
        placeholders.names(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gọi {contact:112} nhé", "Gọi Tổng đài 111 nhé"),
        ("theo {law:blhs-1}", "theo pháp luật"),
        ("{{contact:111}}", "Tổng đài 111"),
        ("{name} { } a", "name   a"),
        ("{contact:{law:anm}}", "contact:Luật An ninh mạng"),
        ("", ""),
    ],
)
def test_a_child_never_sees_a_brace(placeholders: Placeholders, text: str, shown: str) -> None:
    assert placeholders.render(text) == shown


def test_an_id_may_stand_once(tmp_path: Path) -> None:
    item = "{id: a, words: b, note: c, source: d, verified_on: null}"
    (tmp_path / "contacts.yml").write_text(f"unknown: x\ncontacts: [{item}, {item}]\n")
    with pytest.raises(ValueError, match="twice"):
        Placeholders.load(tmp_path)
