import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import COMMANDS, Reading, clean, read


@pytest.mark.parametrize(("command", "payload"), COMMANDS.items())
def test_commands_become_payloads(command: str, payload: str) -> None:
    assert read(f"/{command}") == Reading("", payload)
    assert read(f"/{command}@lachan_bot") == Reading("", payload)
    assert read(f" /{command.upper()} ") == Reading("", payload)


@pytest.mark.parametrize(("typed", "number"), [("1", 1), (" 3 ", 3), ("2.", 2), ("9)", 9)])
def test_a_bare_number_chooses(typed: str, number: int) -> None:
    assert read(typed) == Reading(clean(typed), f'/choose{{"n": {number}}}')


@pytest.mark.parametrize("typed", ["0", "10", "12", "1 2", "1 người lạ", "111"])
def test_other_numbers_are_text(typed: str) -> None:
    assert read(typed) == Reading(typed)


def test_a_command_keeps_the_words_after_it() -> None:
    assert read("/sos nó đang ở ngoài cửa") == Reading("nó đang ở ngoài cửa", "/need_help_now")
    assert read("/sos\nnó đang\nở ngoài") == Reading("nó đang\nở ngoài", "/need_help_now")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/intent{}", "intent{}"),
        ('/faq{"n":1}', 'faq{"n":1}'),
        ("//start", "start"),
        ("/ /start", "start"),
        ("\u200e/faq", "faq"),
        ("/\u200b/faq", "faq"),
        ("/startx", "startx"),
        ("/start{}", "start{}"),
        ("/need_help_now", "need_help_now"),
        ("/", ""),
        ("chào /start", "chào /start"),
    ],
)
def test_other_slashes_are_plain_text(typed: str, text: str) -> None:
    assert read(typed) == Reading(text)


@given(st.text(st.characters(codec=None)) | st.text("/ \n{}abn\u200b\ud800"))
def test_no_text_becomes_a_payload_off_the_list(typed: str) -> None:
    reading = read(typed)
    choices = {f'/choose{{"n": {number}}}' for number in range(1, 10)}
    assert reading.payload is None or reading.payload in {*COMMANDS.values(), *choices}
    assert reading.payload or not reading.text.startswith("/")
    reading.text.encode()
    assert isinstance(reading.has_words, bool)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("bị \ud83d dọa", "bị  dọa"),
        ("\ud83d\ude00 chào", "😀 chào"),
        ("a\x00b\x07", "a b"),
        ("\u202etrái\u202c \u200fphải\ufeff", "trái phải"),
        ("dòng một\n\tdòng hai", "dòng một\n\tdòng hai"),
    ],
)
def test_what_cannot_be_sent_is_cleaned_away(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("raw", ["", "   ", "😀👍🏽", "...!?", "\x00\x01", "\u200b", "❤️", "/"])
def test_nothing_but_signs_has_no_words(raw: str) -> None:
    assert not read(raw).has_words


@pytest.mark.parametrize("raw", ["a", "đ", "1", "你好", "привет", "😀 hi"])
def test_letters_of_any_language_are_words(raw: str) -> None:
    assert read(raw).has_words
