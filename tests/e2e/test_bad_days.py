"""What happens when something fails: Telegram, Rasa, the action server, the bot itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.conftest import World
from tests.e2e.person import Person, buttons_of, spoken, text_of
from tests.e2e.processes import Process
from tests.e2e.telegram_emulator import Failure, TelegramEmulator

CRISIS = "em đang bị nhốt không cho về, cứu em với"


@pytest.fixture
def without_rasa(rasa: Process, bot: Process) -> Iterator[None]:
    rasa.stop()
    yield
    rasa.start()


@pytest.fixture
def without_actions(actions: Process, bot: Process) -> Iterator[None]:
    actions.stop()
    yield
    actions.start()


def crisis_texts() -> list[str]:
    return spoken("utter_crisis_trafficked")[:1] + spoken("utter_crisis_violence")[:1]


def test_without_rasa_a_crisis_is_answered_and_nothing_goes_unanswered(
    person: Person, without_rasa: None
) -> None:
    (message,) = person.says(CRISIS)
    assert message["text"] in crisis_texts()
    assert "wipe" in buttons_of([message])
    (message,) = person.says("nick bị hack")
    assert message["text"] in spoken("utter_gateway_unavailable")
    (message,) = person.says("/start")
    assert message["text"] in spoken("utter_gateway_unavailable")
    (message,) = person.taps(message, "wipe")
    assert message["text"] in spoken("utter_gateway_wiped_partly")


def test_with_a_hanging_rasa_a_crisis_is_answered_soon(person: Person, rasa: Process) -> None:
    rasa.pause()
    try:
        (message,) = person.says(CRISIS)
    finally:
        rasa.resume()
    assert message["text"] in crisis_texts()


def test_without_actions_a_crisis_is_answered_and_nothing_goes_unanswered(
    person: Person, without_actions: None
) -> None:
    messages = person.says(CRISIS)
    assert any(text in text_of(messages) for text in crisis_texts())
    assert person.says("nick bị hack")
    messages = person.says("/start")
    assert messages[0]["text"] in spoken("utter_start")


def test_afterwards_everything_works_again(person: Person) -> None:
    assert [m["text"] for m in person.says("/start")] == [
        *spoken("utter_start"),
        *spoken("utter_start_doors"),
    ]
    (message, *_) = person.says("nick facebook bị hack phải làm sao")
    assert message["text"] not in spoken("utter_gateway_unavailable")


@pytest.mark.parametrize(
    "failures",
    [
        [Failure(429, retry_after=1)],
        [Failure(500), Failure(502)],
        [Failure(0)],
    ],
    ids=["429", "500", "no answer"],
)
def test_a_reply_survives_telegrams_failures(
    person: Person, telegram: TelegramEmulator, failures: list[Failure]
) -> None:
    telegram.fail("sendMessage", *failures)
    (message,) = person.says("/riengtu")
    assert message["text"] in spoken("utter_ask_privacy")


def test_a_crisis_whose_answer_could_not_be_sent_is_told_to_rasa_once(
    person: Person, telegram: TelegramEmulator
) -> None:
    telegram.fail("sendMessage", *[Failure(500)] * 5)
    messages = person.says(CRISIS)
    assert messages[0]["text"] in crisis_texts()


def test_one_chats_429_does_not_hold_up_the_others(
    person: Person, telegram: TelegramEmulator
) -> None:
    telegram.fail("sendMessage", Failure(429, retry_after=4))
    telegram.text("/riengtu", person.chat_id)
    telegram.wait_for(lambda: telegram.has_failed("sendMessage"))
    other = person.chat_id * 1000
    telegram.text("/riengtu", other)
    telegram.wait_for(lambda: telegram.sent(other), timeout_s=10)
    assert not telegram.sent(person.chat_id)
    telegram.wait_for(lambda: not telegram.waiting)
    assert len(telegram.sent(person.chat_id)) == 1


def test_updates_survive_failures_of_polling(person: Person, telegram: TelegramEmulator) -> None:
    telegram.fail("getUpdates", Failure(500), Failure(429, retry_after=1), Failure(0))
    assert len(person.says("/start")) == 2


def test_an_update_sent_twice_is_answered_once(person: Person, telegram: TelegramEmulator) -> None:
    message_id = telegram.text("/riengtu", person.chat_id)
    (update_id,) = telegram.waiting
    telegram.wait_for(lambda: not telegram.waiting)
    assert len(telegram.sent(person.chat_id)) == 1
    telegram.repeat(update_id)
    telegram.wait_for(lambda: not telegram.waiting)
    assert telegram.visible(person.chat_id)[0] == message_id
    assert len(telegram.sent(person.chat_id)) == 1


def test_a_restart_answers_nothing_twice_and_loses_nothing(
    person: Person, telegram: TelegramEmulator, bot: Process
) -> None:
    first = person.says("/riengtu")
    assert bot.stop() == 0
    telegram.text("/trinhbao", person.chat_id)
    bot.start()
    telegram.wait_for(lambda: not telegram.waiting, timeout_s=60)
    assert [message["text"] for message in telegram.sent(person.chat_id)] == [
        *(message["text"] for message in first),
        *spoken("utter_report"),
    ]


def test_a_crash_answers_nothing_twice_and_loses_nothing(
    world: World, person: Person, telegram: TelegramEmulator, bot: Process
) -> None:
    telegram.fail("sendMessage", *[Failure(429, retry_after=60)])
    stuck = person.chat_id * 1000
    telegram.text("/riengtu", stuck)
    telegram.wait_for(lambda: telegram.has_failed("sendMessage"))
    telegram.text("/riengtu", person.chat_id)
    stuck_update, update = telegram.waiting
    telegram.wait_for(lambda: is_answered(world, update))
    assert telegram.waiting == [stuck_update, update]
    bot.kill()
    telegram.text("/trinhbao", person.chat_id)
    bot.start()
    telegram.wait_for(lambda: not telegram.waiting, timeout_s=60)
    assert len(telegram.sent(stuck)) == 1
    assert [message["text"] for message in telegram.sent(person.chat_id)] == [
        *spoken("utter_ask_privacy"),
        *spoken("utter_report"),
    ]


def is_answered(world: World, update_id: int) -> bool:
    query = "SELECT count(*) FROM answered_update WHERE update_id = ?"
    with closing(sqlite3.connect(world.data / "lachan.db")) as database:
        return bool(database.execute(query, [update_id]).fetchone()[0])


def test_without_a_database_people_are_answered(
    world: World, rasa: Process, actions: Process
) -> None:
    with TelegramEmulator() as telegram:
        bot = world.bot(
            "bot-without-database", telegram, LACHAN_DATABASE_URL="sqlite:////proc/nowhere/a.db"
        )
        bot.start()
        try:
            person = Person(telegram, 42)
            assert len(person.says("/start")) == 2
            (message,) = person.says("/xoa")
            assert message["text"] in spoken("utter_gateway_wiped_partly")
            assert telegram.visible(42) == [message["message_id"]]
        finally:
            assert bot.stop() == 0


def test_a_flood_is_answered_with_one_line(world: World, rasa: Process, actions: Process) -> None:
    with TelegramEmulator() as telegram:
        bot = world.bot("bot-flooded", telegram, LACHAN_FLOOD_MESSAGES_PER_MINUTE="3")
        bot.start()
        try:
            person = Person(telegram, 43)
            replies = [person.says("/riengtu") for _ in range(6)]
            assert [len(messages) for messages in replies] == [1, 1, 1, 1, 0, 0]
            assert replies[3][0]["text"] in spoken("utter_gateway_flood")
            (message, *_) = person.says(CRISIS)
            assert message["text"] in crisis_texts()
        finally:
            bot.stop()
