"""What people do on an ordinary day."""

import pytest
import yaml

from nlu.text import strip_diacritics
from tests.e2e.person import Person, buttons_of, spoken, text_of
from tests.e2e.processes import ROOT
from tests.e2e.telegram_emulator import TelegramEmulator

PHOTO = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
CRISIS = "nó bắt em gửi tiền không thì tung ảnh nóng của em lên mạng"
VAGUE = (
    "bị hack",
    "lộ ảnh",
    "bị lộ thông tin",
    "em lo quá có người nhắn tin lạ",
    "facebook",
    "ảnh",
    "game",
    "tiền",
)


@pytest.fixture(scope="module")
def question() -> str:
    bank = yaml.safe_load((ROOT / "faq/bank/accounts.yml").read_text(encoding="utf-8"))
    found: str = bank["entries"][0]["question"]
    return found


def test_start_shows_who_it_is_and_five_doors(person: Person) -> None:
    messages = person.says("/start")
    assert [message["text"] for message in messages] == [
        *spoken("utter_start"),
        *spoken("utter_start_doors"),
    ]
    assert buttons_of(messages) == [
        "help", "check_message", "need_help_now", "guide", "report", "quiz",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command", ["/help", "/sos", "/kiemtra", "/huongdan", "/trinhbao", "/thutai", "/riengtu"]
)
def test_every_command_is_answered(person: Person, command: str) -> None:
    (message, *_) = person.says(command)
    assert message["text"] not in spoken("utter_gateway_unavailable")


def test_every_door_opens(person: Person) -> None:
    doors = person.says("/start")
    for data in buttons_of(doors):
        (message, *_) = person.taps(doors[-1], data)
        assert message["text"] not in spoken("utter_gateway_unavailable")


@pytest.mark.parametrize("bare", [False, True])
def test_a_question_is_answered_with_and_without_diacritics(
    person: Person, question: str, bare: bool
) -> None:
    (message,) = person.says(strip_diacritics(question) if bare else question)
    data = buttons_of([message])
    assert data[0].startswith("feedback_up:")
    assert data[1].startswith("feedback_down:")
    assert "{" not in message["text"]
    assert "**" not in message["text"]


def test_a_vague_question_gets_choices_that_can_be_chosen(person: Person) -> None:
    for vague in VAGUE:
        messages = person.says(vague)
        data = buttons_of(messages)
        if "none_of_these" in data:
            break
    else:
        pytest.fail("No vague question was met with choices.")
    (answer,) = person.taps(messages[-1], data[0])
    assert "feedback_up:" in buttons_of([answer])[0]
    (none,) = person.taps(messages[-1], "none_of_these")
    assert none["text"] in spoken("utter_no_answer")


def test_feedback_is_thanked_for_and_the_thumbs_vanish(person: Person, question: str) -> None:
    (answer,) = person.says(question)
    others = [data for data in buttons_of([answer]) if not data.startswith("feedback")]
    (thanks,) = person.taps(answer, buttons_of([answer])[0])
    assert thanks["text"] in spoken("utter_feedback_up")
    assert buttons_of([answer]) == others


def test_a_crisis_is_answered_with_its_text(person: Person) -> None:
    messages = person.says(CRISIS)
    assert spoken("utter_crisis_sextortion")[0] in text_of(messages)
    assert "wipe" in buttons_of(messages)


def test_a_crisis_behind_a_command_is_seen(person: Person) -> None:
    assert spoken("utter_crisis_sextortion")[0] in text_of(person.says(f"/sos {CRISIS}"))


def test_a_photo_is_deleted_unseen(person: Person, telegram: TelegramEmulator) -> None:
    (message,) = person.sends(photo=PHOTO, caption="ảnh nè")
    assert message["text"] in spoken("utter_gateway_media")
    assert telegram.visible(person.chat_id) == [message["message_id"]]
    assert not telegram.made("getFile")
    assert not telegram.downloads


def test_a_photo_that_telegram_keeps_is_not_called_deleted(person: Person) -> None:
    (message,) = person.sends(photo=PHOTO, kept=True)
    assert message["text"] in spoken("utter_gateway_media_kept")


@pytest.mark.parametrize(
    "typed", ["/intent{}", '/faq{"n": 1}', "/feedback_up", "/restart", "/need_help_now{}"]
)
def test_a_typed_payload_is_only_text(person: Person, typed: str) -> None:
    messages = person.says(typed)
    assert messages
    for response in ("utter_feedback_up", "utter_gateway_unavailable", "utter_entry_gone"):
        assert messages[0]["text"] not in spoken(response)


@pytest.mark.parametrize("typed", ["😀😀😀", "...", "\x00\x01", "\u202e\u200f"])
def test_signs_alone_are_answered(person: Person, typed: str) -> None:
    (message,) = person.says(typed)
    assert message["text"] in spoken("utter_gateway_no_words")


@pytest.mark.parametrize(
    "typed",
    ["a" * 4096, "mình bị lừa " * 300, "<b>đậm</b> & <script>", "\u202exin chào", "hello, help me",
     "chào \ud83d bạn", "你好", "{contact:111} **a** `b`"],
)  # fmt: skip
def test_odd_input_is_answered_like_any_other(person: Person, typed: str) -> None:
    messages = person.says(typed)
    assert messages
    assert messages[0]["text"] not in spoken("utter_gateway_unavailable")


def test_a_wipe_leaves_one_line(person: Person, telegram: TelegramEmulator, question: str) -> None:
    person.says("/start")
    person.says(question)
    (message,) = person.says("/xoa")
    assert message["text"] in spoken("utter_gateway_wiped")
    assert telegram.visible(person.chat_id) == [message["message_id"]]


def test_a_wipe_makes_rasa_forget(person: Person) -> None:
    first = person.says(CRISIS)
    assert text_of(person.says(CRISIS)) != text_of(first)
    person.taps(first[-1], "wipe")
    assert text_of(person.says(CRISIS)) == text_of(first)


def test_a_group_is_left_in_silence(person: Person, telegram: TelegramEmulator) -> None:
    group = Person(telegram, -person.chat_id)
    assert group.says("/start") == []
    assert {"chat_id": str(group.chat_id)} in telegram.made("leaveChat")


def test_an_edited_message_is_answered_only_in_a_crisis(
    person: Person, telegram: TelegramEmulator
) -> None:
    person.says("chào bạn")
    message_id = telegram.visible(person.chat_id)[0]
    assert person.edits(message_id, "chào bạn nhé") == []
    assert spoken("utter_crisis_sextortion")[0] in text_of(person.edits(message_id, CRISIS))


def test_an_old_button_still_works(person: Person) -> None:
    (message, *_) = person.taps({"message_id": 123_456}, "quiz")
    assert message["text"] not in spoken("utter_gateway_unavailable")


def test_an_unknown_button_is_told_apart(person: Person, telegram: TelegramEmulator) -> None:
    assert person.taps({"message_id": 123_456}, "gone:1") == []
    assert telegram.made("answerCallbackQuery")[-1]["text"] in spoken("utter_gateway_old_button")


def test_a_double_tap_is_answered_once(person: Person, telegram: TelegramEmulator) -> None:
    doors = person.says("/start")[-1]["message_id"]

    def tap_twice() -> None:
        telegram.press(doors, "report", person.chat_id)
        telegram.press(doors, "report", person.chat_id)

    assert len(telegram.replies_to(tap_twice, person.chat_id)) == 1


def test_a_chat_is_answered_in_order(person: Person, telegram: TelegramEmulator) -> None:
    def write() -> None:
        for text in ("/riengtu", "/trinhbao", "/sos"):
            telegram.text(text, person.chat_id)

    messages = telegram.replies_to(write, person.chat_id)
    assert [message["text"] for message in messages] == [
        *spoken("utter_ask_privacy"),
        *spoken("utter_report"),
        *spoken("utter_need_help_now"),
    ]


def test_many_chats_are_answered_at_once(person: Person, telegram: TelegramEmulator) -> None:
    people = [Person(telegram, person.chat_id * 1000 + number) for number in range(20)]

    def write() -> None:
        for somebody in people:
            telegram.text("/start", somebody.chat_id)

    telegram.replies_to(write, person.chat_id)
    assert all(len(telegram.sent(somebody.chat_id)) == 2 for somebody in people)
