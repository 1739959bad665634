import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import decode, encode, is_thumb, rows
from bot.messages import Button

PLAIN = ("start", "help", "need_help_now", "check_message", "report", "quiz", "ask_privacy")
SHORT = ("guide", "safe", "unsafe", "stop")
NUMBERED = ("faq", "feedback_up", "feedback_down")
PLACED = ("guide", "report", "quiz", "quiz_answer")


@pytest.mark.parametrize(
    "name", [*PLAIN, "guide", "safe", "unsafe", "stop", "talk_to_human", "none_of_these", "wipe"]
)
def test_plain_payloads_are_their_names(name: str) -> None:
    assert encode(f"/{name}") == name
    assert decode(name) == f"/{name}"


@given(st.sampled_from(NUMBERED), st.integers(0, 999_999_999))
def test_numbered_payloads_survive_the_round_trip(name: str, number: int) -> None:
    payload = f'/{name}{{"n": {number}}}'
    data = encode(payload)
    assert data == f"{name}:{number}"
    assert len(data.encode()) <= 64
    assert decode(data) == payload
    assert encode(f'/{name}{{"n":{number}}}') == data


@given(
    st.sampled_from(PLACED),
    st.from_regex(r"[a-z][a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,1}", fullmatch=True),
)
def test_places_survive_the_round_trip(name: str, place: str) -> None:
    payload = f'/{name}{{"at": "{place}"}}'
    data = encode(payload)
    assert data == f"{name}:{place}"
    assert decode(data) == payload


def test_a_place_too_long_for_telegram_is_not_offered() -> None:
    assert encode(f'/guide{{"at": "{"a" * 58}"}}') == f"guide:{'a' * 58}"
    assert encode(f'/guide{{"at": "{"a" * 59}"}}') is None


@given(st.text())
def test_whatever_is_decoded_is_on_the_list(data: str) -> None:
    payload = decode(data)
    assert payload is None or encode(payload) == data


@pytest.mark.parametrize(
    "data",
    ["", "faq", "faq:", "faq:-1", "faq:01", "faq:1x", "faq:1:2", "faq:1234567890", "start:1",
     "restart", "/start", "start ", "START", "faq:１", "crisis_abuse", "feedback_up", "faq:a",
     "guide:1", "guide:a..b", "guide:A", "start:a", "guide:a\"b"],
)  # fmt: skip
def test_anything_else_is_unknown(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "payload",
    ["", "start", "/restart", "/faq", '/faq{"n": "1"}', '/faq{"m": 1}', '/faq{"n": 1, "m": 2}',
     '/start{"n": 1}', "/quiz_answer", '/faq{"n": 1}x', '/faq{"at": "a"}', '/guide{"n": 1}',
     '/guide{"at": "A"}', '/guide{"at": "a b"}'],
)  # fmt: skip
def test_payloads_off_the_list_are_not_offered(payload: str) -> None:
    assert encode(payload) is None


def test_thumbs_share_a_row_and_others_do_not() -> None:
    up = Button("👍", '/feedback_up{"n": 1}')
    down = Button("👎", '/feedback_down{"n": 1}')
    related = Button("Câu khác", '/faq{"n": 2}')
    help_now = Button("Cần giúp ngay", "/need_help_now")
    assert rows([up, down, related, help_now]) == [[up, down], [related], [help_now]]
    assert rows([]) == []


def test_thumbs_are_told_from_other_buttons() -> None:
    assert is_thumb('/feedback_up{"n": 1}')
    assert is_thumb("/feedback_down:1")
    assert not is_thumb('/faq{"n": 1}')
