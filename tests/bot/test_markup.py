import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import to_ansi, to_html, to_plain, to_plain_parts, utf16_units

LIGHT = st.text(st.sampled_from("ab<>&\"'* \n-đ😀.{}")) | st.text()
TAG = re.compile(r"</?b>")


def visible(part: str) -> str:
    return html.unescape(TAG.sub("", part))


def test_bold_lists_and_signs() -> None:
    assert to_html("**Đừng** gửi <ảnh> & tiền\n- một\n- **hai**") == [
        "<b>Đừng</b> gửi &lt;ảnh&gt; &amp; tiền\n• một\n• <b>hai</b>"
    ]
    assert to_plain("**a** b\n- c") == "a b\n• c"
    assert to_ansi("**a** b") == "\x1b[1ma\x1b[0m b"


@pytest.mark.parametrize("text", ["a ** b", "**", "****", "* a *", "a-b - c"])
def test_marks_that_mark_nothing_stay(text: str) -> None:
    assert to_html(text) == [text]


def test_bold_may_hold_signs() -> None:
    assert to_html("**<b>&**") == ["<b>&lt;b&gt;&amp;</b>"]


@given(LIGHT, st.integers(2, 40))
def test_plain_parts_are_what_is_seen_of_the_html(text: str, limit: int) -> None:
    parts = [visible(part) for part in to_html(text, limit)]
    assert to_plain_parts(text, limit) == parts


@pytest.mark.parametrize("text", ["", " \n ", "** **"])
def test_nothing_makes_no_message(text: str) -> None:
    assert to_html(text) == []


def test_long_texts_end_at_a_paragraph() -> None:
    first, second = "a" * 30, "b" * 30
    assert to_html(f"{first}\n\n{second}", limit=40) == [first, second]


def test_long_texts_end_at_a_sentence_or_a_word() -> None:
    assert to_html("Một câu. Hai câu", limit=12) == ["Một câu.", "Hai câu"]
    assert to_html("một hai ba bốn", limit=11) == ["một hai ba", "bốn"]


def test_bold_goes_on_in_the_next_message() -> None:
    assert to_html("**một hai**", limit=5) == ["<b>một</b>", "<b>hai</b>"]


def test_length_is_counted_the_way_telegram_does() -> None:
    assert utf16_units("a😀đ") == 4
    assert to_html("😀😀😀", limit=4) == ["😀😀", "😀"]
    assert len(to_html("đ" * 4096)) == 1
    assert len(to_html("&" * 4096)) == 1
    assert len(to_html("😀" * 4096)) == 2


@given(LIGHT, st.integers(2, 50))
def test_every_part_is_well_formed_and_short_enough(text: str, limit: int) -> None:
    for part in to_html(text, limit):
        assert utf16_units(visible(part)) <= limit
        assert visible(part).strip()
        tags = TAG.findall(part)
        assert tags == ["<b>", "</b>"] * (len(tags) // 2)
        assert not re.search(r"[<>]|&(?!(lt|gt|amp);)", TAG.sub("", part))


@given(LIGHT, st.integers(2, 50))
def test_no_word_is_lost_by_splitting(text: str, limit: int) -> None:
    together = "".join("".join(visible(part).split()) for part in to_html(text, limit))
    assert together == "".join(to_plain(text).split())
