import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from safety import signs
from safety.signs import KINDS, LINK, SIGNS, WORDING, Check, aligned, check, find_signs
from tests.e2e.processes import ROOT

RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]


def shown(text: str) -> dict[str, str]:
    return {sign.name: text[sign.start : sign.end] for sign in find_signs(text)}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Gửi ảnh ĐI!", ["Gửi", "ảnh", "ĐI!"]),
        ("g.ử.i ảnh đi", ["g.ử.i", "ảnh", "đi"]),
        ("g ử i ảnh", ["g ử i", "ảnh"]),
        ("k gửi dc", ["k", "gửi", "dc"]),
        ("...", []),
    ],
)
def test_every_word_knows_where_it_stands(text: str, places: list[str]) -> None:
    words, found = aligned(text)
    assert len(words) == len(found)
    assert [text[start:end] for start, end in found] == places


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_places_lie_within_the_text(text: str) -> None:
    words, places = aligned(text)
    assert len(words) == len(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(
    ("text", "name", "quoted"),
    [
        ("chuyện này đừng kể ai nha em", "secrecy", "đừng kể ai"),
        ("chuyen nay dung ke ai nha em", "secrecy", "dung ke ai"),
        ("Gửi anh mã OTP vừa về máy em", "code_or_password", "mã OTP"),
        ("vào zalo-trungthuong.example nhận", LINK, "zalo-trungthuong.example"),
    ],
)
def test_a_sign_is_shown_in_its_own_words(text: str, name: str, quoted: str) -> None:
    assert quoted in shown(text)[name]


def test_signs_come_in_the_order_of_their_gravity() -> None:
    text = "nhanh lên, vào zalo-qua.example, đừng kể ai, không tao tung ảnh mày lên nhóm lớp"
    names = [sign.name for sign in find_signs(text)]
    assert names == sorted(names, key=SIGNS.index)
    assert "threat" in names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("em gửi anh xem ảnh mặc đồ ngủ đi, chỉ hai đứa mình biết, đừng kể ai", "picture_request"),
        (
            "chuyển 2 triệu trước 8h tối không tao tung hết ảnh nóng của mày cho cả lớp",
            "sextortion",
        ),
        (
            "Cơ quan điều tra thông báo: anh chị liên quan đường dây ma túy, không được kể ai, "
            "chuyển tiền vào tài khoản tạm giữ",
            "fake_police",
        ),
    ],
)
def test_a_plain_trick_is_doubtful_and_named(text: str, kind: str) -> None:
    found = check(text)
    assert found.level in {"careful", "suspicious"}
    assert found.kind == kind
    assert found.signs


@pytest.mark.parametrize(
    "text",
    [
        "mai 7h học nhóm ở nhà mình nha, nhớ mang sách toán",
        "mẹ chuyển cho con tiền ăn sáng rồi đó",
        "Ngân hàng nhắc bạn: không cung cấp mã OTP cho bất kỳ ai",
        "",
        "😀",
    ],
)
def test_a_plain_message_shows_nothing(text: str) -> None:
    assert check(text) == Check("none", None, ())


def test_doubt_without_a_sign_shows_the_words_that_weigh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "CAREFUL", 0.0)
    text = "xin chào các bạn nha"
    found = check(text)
    assert found.level == "careful"
    assert all(sign.name == WORDING for sign in found.signs)
    assert all(text[sign.start : sign.end] for sign in found.signs)


def test_every_sign_and_kind_has_its_words() -> None:
    for name in (*SIGNS, WORDING):
        assert RESPONSES[f"utter_sign_{name}"]
    for kind in KINDS:
        assert RESPONSES[f"utter_kind_{kind}"]
    for level in ("none", "careful", "suspicious"):
        assert RESPONSES[f"utter_level_{level}"]


def test_every_sign_has_phrases() -> None:
    sections = signs._sections()
    assert set(sections) == set(SIGNS) - {LINK}
    assert all(section.phrases for section in sections.values())


def test_a_long_message_takes_no_time() -> None:
    text = "không được kể ai gửi ảnh cho anh xem nhanh lên " * 40
    check("một hai ba")  # reads the lists
    started = time.monotonic()
    check(text)
    assert time.monotonic() - started < 0.5
