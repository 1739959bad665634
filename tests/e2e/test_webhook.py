"""The bot behind a webhook."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.conftest import World
from tests.e2e.person import Person, spoken
from tests.e2e.processes import Process, free_port
from tests.e2e.telegram_emulator import Failure, TelegramEmulator


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramEmulator]:
    """A Telegram of its own, since a bot has either a webhook or polls."""
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def url() -> str:
    return f"http://127.0.0.1:{free_port()}/telegram"


@pytest.fixture(scope="module")
def bot(
    world: World, telegram: TelegramEmulator, url: str, rasa: Process, actions: Process
) -> Iterator[Process]:
    process = world.bot(
        "bot-webhook",
        telegram,
        TELEGRAM_WEBHOOK_URL=url.replace("http://", "https://"),
        TELEGRAM_WEBHOOK_PORT=url.rpartition(":")[2].partition("/")[0],
    )
    process.start()
    telegram.wait_for(lambda: telegram.made("setWebhook"), timeout_s=60)
    yield process
    assert process.stop() == 0


def test_it_answers(person: Person, telegram: TelegramEmulator) -> None:
    assert [m["text"] for m in person.says("/start")] == [
        *spoken("utter_start"),
        *spoken("utter_start_doors"),
    ]
    assert not telegram.made("getUpdates")
    assert {status for _, status in telegram.delivered} == {200}


def test_an_update_sent_twice_is_answered_once(person: Person, telegram: TelegramEmulator) -> None:
    telegram.text("/riengtu", person.chat_id)
    (update_id,) = telegram.waiting
    telegram.wait_for(lambda: not telegram.waiting)
    telegram.repeat(update_id)
    telegram.wait_for(lambda: not telegram.waiting)
    assert len(telegram.sent(person.chat_id)) == 1


def test_telegram_comes_again_when_an_answer_could_not_be_sent(
    person: Person, telegram: TelegramEmulator
) -> None:
    telegram.fail("sendMessage", *[Failure(500)] * 5)
    (message,) = person.says("/riengtu")
    assert message["text"] in spoken("utter_ask_privacy")
    assert 500 in {status for _, status in telegram.delivered}


def test_a_stranger_gets_nothing(bot: Process, url: str) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "/start"}}
    assert httpx.post(url, json=update, trust_env=False).status_code == 403


def test_a_restart_loses_nothing(person: Person, telegram: TelegramEmulator, bot: Process) -> None:
    bot.stop()
    telegram.text("/riengtu", person.chat_id)
    bot.start()
    telegram.wait_for(lambda: not telegram.waiting, timeout_s=60)
    assert len(telegram.sent(person.chat_id)) == 1
