import re
import time
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.syllable import is_bare_syllable, is_syllable, split_tone, strip_diacritics
from nlu.text import normalise

ROOT = Path(__file__).parents[2]
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwzàáảãạấềộứỷAĐẾ0135 .-_*/,"
TYPED = st.one_of(st.text(max_size=40), st.text(LETTERS, max_size=20))
SURROGATES = st.text(st.characters(codec=None, min_codepoint=0xD700, max_codepoint=0xE0FF))
steady = settings(derandomize=True, deadline=None, max_examples=300)


def table(text: str) -> list[tuple[str, str]]:
    """Returns the rows of `typed | expected` in `text`."""
    rows = (line.split("|") for line in text.strip().splitlines())
    return [(typed.strip(), expected.strip()) for typed, expected in rows]


def check(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        hoà bình          | hòa bình
        loè loẹt          | lòe loẹt
        khoẻ không        | khỏe không
        thuý huỷ          | thúy hủy
        quý quỳ           | quý quỳ
        hoàng toàn        | hoàng toàn
        kỹ lý mỹ tỷ       | kĩ lí mĩ tỉ
        đuợc truờng       | được trường
        thuở              | thuở
    """),
)
def test_a_word_has_one_spelling(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        khoong            | không
        ddược             | được
        dduwowcj          | được
        vieetj nam        | việt nam
        minhf             | mình
        toois nay         | tối nay
        nguwowif          | người
        book room food    | book room food
        hello test        | hello test
        game online acc   | game trực tuyến tài khoản
    """),
)
def test_telex_slips_are_mended_and_other_words_left(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        ngườiii           | người
        thíchhhh          | thích
        khôngg            | không
        quáa              | quá
        đii               | đi
        hiiii             | hi
        xoong             | xoong
        xem phim          | xem phim
    """),
)
def test_stretched_letters_are_shortened(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        c h ế t           | chết
        g.i.ế.t           | giết
        h i ế p d â m     | hiếp dâm
        b-ị đ-á-n-h       | bị đánh
        ch.ết             | chết
        t.ự t.ử           | tự tử
        t*ự t*ử           | tự tử
        c*ặc              | cặc
        anh-em            | anh em
        không_có          | không có
        hôm nay.mai       | hôm nay mai
        k h               | không giờ
    """),
)
def test_words_typed_apart_are_joined(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        ch3t              | chet
        s3x               | sex
        v0ng              | vong
        12 30k 2tr        | 12 30k 2tr
        t1 m4 covid19     | t1 m4 covid19
    """),
)
def test_digits_inside_a_word_are_read_as_letters(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        fải               | phải
        wen               | quen
        jà                | già
        zài               | vài
        fake free wifi    | fake free wifi
        zalo game         | zalo game
    """),
)
def test_playful_initials_are_respelled_and_loanwords_left(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    table("""
        e ko bik lm ntn   | em không biết làm như thế nào
        K0 đc             | không được
        ny e ib           | người yêu em nhắn tin
        sao z             | sao vậy
        mik thik b        | mình thích bạn
        trc kia           | trước kia
        chết              | chết
    """),
)
def test_teencode_is_spelled_out(typed: str, expected: str) -> None:
    check(typed, expected)


@pytest.mark.parametrize(
    "word", "ck mk kb ks bt dt ca tk dk bn hn tt m t c đ sn voi muon roi ban".split()
)
def test_what_has_two_meanings_is_left(word: str) -> None:
    check(word, word)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  KHÔNG\t\n biết ", "không biết"),
        ("ai đó?!", "ai đó"),
        ("em ổn 👍🏽 👨\u200d👩\u200d👧 🇻🇳", "em ổn"),
        ("👍", ""),
        ("", ""),
        ("\u202eem\u202c \u200fđây", "em đây"),
        ("ch\u200bế\u00adt", "chết"),
        ("em\x00đây\x1b", "em đây"),
        ("em \ud83d đây \udc00", "em đây"),
        ("ＥＭ đây", "em đây"),
        ("İ", "i"),
        ("e\u0302\u0301m", "ếm"),
        ("đây\u0338", "đây"),
        ("你好 привет", "你好 привет"),
        ("<script>alert('x')</script>", "script alert x script"),
    ],
)
def test_everything_but_letters_and_digits_goes(typed: str, expected: str) -> None:
    check(typed, expected)


@steady
@given(TYPED | SURROGATES)
@example("\ud800")
@example("<b>&amp;</b>" * 50)
@example("\u200f\u202e" * 50)
def test_only_letters_digits_and_single_spaces_remain(typed: str) -> None:
    assert re.fullmatch(r"(?:[^\W_]+(?: [^\W_]+)*)?", normalise(typed))


@steady
@given(TYPED)
@example("mua acc FF")
@example("ớớo")
@example("kyjj")
@example("ôhộộo")
def test_applying_it_twice_is_applying_it_once(typed: str) -> None:
    once = normalise(typed)
    assert normalise(once) == once


@steady
@given(TYPED)
@example("Tiếng Việt: đường, nghĩa, thuở")
def test_composed_and_decomposed_marks_are_one(typed: str) -> None:
    composed = unicodedata.normalize("NFC", typed)
    assert normalise(unicodedata.normalize("NFD", typed)) == normalise(composed)


@pytest.mark.parametrize(
    "typed", ["a" * 10_000, "ế" * 10_000, "c h ế t " * 1_250, "a." * 5_000, "em sợ lắm " * 1_000]
)
def test_ten_thousand_characters_take_under_a_fifth_of_a_second(typed: str) -> None:
    started = time.process_time()
    normalise(typed)
    assert time.process_time() - started < 0.2


def teencode() -> list[list[str]]:
    lines = (ROOT / "nlu" / "teencode.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_teencode_is_well_formed() -> None:
    for row in teencode():
        typed, meant = row
        assert typed == unicodedata.normalize("NFC", typed.strip().lower()), row
        assert meant == unicodedata.normalize("NFC", meant.strip().lower()), row
        assert typed != meant, row


def test_no_teencode_stands_twice() -> None:
    typed = [row[0] for row in teencode()]
    assert sorted(typed) == sorted(set(typed))


def test_what_teencode_means_is_not_teencode() -> None:
    keys = {row[0] for row in teencode()}
    assert [row for row in teencode() if keys & set(row[1].split())] == []


def test_no_plain_word_typed_without_marks_is_teencode() -> None:
    words: set[str] = set()
    for path in (ROOT / "faq" / "bank").glob("*.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["entries"]:
            words |= set(re.findall(r"[^\W\d_]+", f"{entry['question']} {entry['answer']}".lower()))
    assert len(words) > 500
    bare = {strip_diacritics(word) for word in words if is_syllable(word)}
    # "a" is "à" as well, "e" "ế", "hem" "hẻm", "hong" "hỏng", "lun" "lủn", "thui" "thủi": there the
    # short form is by far the likelier one.
    assert {row[0] for row in teencode()} & bare <= {"a", "e", "hem", "hong", "lun", "thui"}


@pytest.mark.parametrize("word", "nghiêng quyết giếng gì khuỷu đường ổ yêu thuở".split())
def test_a_syllable_is_known(word: str) -> None:
    assert is_syllable(word)
    assert is_bare_syllable(strip_diacritics(word))


@pytest.mark.parametrize("word", ["", "game", "chêt", "chềt", "đươngc", "wen", "ếế", "bc", "hello"])
def test_what_is_no_syllable_is_known(word: str) -> None:
    assert not is_syllable(word)


def test_diacritics_can_be_taken_off() -> None:
    assert strip_diacritics("Đường về nhà, ÊM ả") == "Duong ve nha, EM a"
    assert split_tone("đường") == ("đương", "\N{COMBINING GRAVE ACCENT}")
    assert split_tone("duong") == ("duong", "")
