import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Update
from telegram.error import InvalidToken

from bot import polling
from bot.dispatch import Dispatcher
from bot.polling import Poller
from bot.store import Store
from bot.telegram import ALLOWED_UPDATES, TelegramBot
from bot.updates import AnsweredUpdates
from tests.e2e.telegram_emulator import Failure, TelegramEmulator


class Handler:
    def __init__(self) -> None:
        self.done: list[str] = []
        self.holds: dict[str, asyncio.Event] = {}
        self.failures: dict[str, int] = {}

    async def __call__(self, update: Update) -> None:
        assert update.message is not None
        text = update.message.text or ""
        if text in self.holds:
            await self.holds[text].wait()
        if self.failures.get(text, 0) > 0:
            self.failures[text] -= 1
            raise RuntimeError
        self.done.append(text)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_GLANCE_S", 0.02)
    monkeypatch.setattr(polling, "_AGAIN_AFTER_S", 0.05)
    monkeypatch.setattr(polling, "_LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr(polling, "_FINISH_S", 0.5)


@pytest.fixture
def polls(bot: TelegramBot, handler: Handler, broken_store: Store) -> Callable[[], Any]:
    answered = AnsweredUpdates(broken_store)

    @asynccontextmanager
    async def run() -> AsyncIterator[None]:
        stop = asyncio.Event()
        poller = Poller(bot, Dispatcher(handler, answered), ALLOWED_UPDATES)
        task = asyncio.create_task(poller.run(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    return run


async def until(seen: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_updates_are_handled_and_then_confirmed(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    telegram.text("a")
    async with polls():
        await until(lambda: handler.done == ["a"])
        telegram.text("b")
        await until(lambda: not telegram.waiting)
    assert handler.done == ["a", "b"]
    assert telegram.made("getUpdates")[0]["allowed_updates"] == ALLOWED_UPDATES


async def test_the_offset_waits_for_the_slowest(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    handler.holds["slow"] = asyncio.Event()
    telegram.text("slow", 1)
    telegram.text("quick", 2)
    async with polls():
        await until(lambda: handler.done == ["quick"])
        telegram.text("later", 3)
        await until(lambda: handler.done == ["quick", "later"])
        assert len(telegram.waiting) == 3
        handler.holds["slow"].set()
        await until(lambda: not telegram.waiting)
    assert handler.done == ["quick", "later", "slow"]


async def test_a_failed_update_is_handled_again(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    handler.failures["a"] = 2
    telegram.text("a", 1)
    telegram.text("b", 2)
    async with polls():
        await until(lambda: not telegram.waiting)
    assert handler.done == ["b", "a"]


async def test_a_failed_update_that_telegram_lost_holds_up_nothing(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    handler.failures["a"] = 1
    handler.holds["a"] = asyncio.Event()
    telegram.text("a", 1)
    async with polls():
        await until(lambda: telegram.made("getUpdates"))
        telegram.text("b", 2)
        await until(lambda: handler.done == ["b"])
        telegram.lose()
        handler.holds["a"].set()
        telegram.text("c", 3)
        await until(lambda: not telegram.waiting)
    assert handler.done == ["b", "c"]


async def test_an_update_delivered_again_is_answered_once(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    telegram.text("a")
    (update_id,) = telegram.waiting
    async with polls():
        await until(lambda: not telegram.waiting)
        telegram.repeat(update_id)
        telegram.text("b")
        await until(lambda: handler.done == ["a", "b"])


@pytest.mark.parametrize(
    "failure", [Failure(500), Failure(0), Failure(409), Failure(429, retry_after=1), Failure(502)]
)
async def test_polling_goes_on_after_a_failure(
    telegram: TelegramEmulator,
    handler: Handler,
    polls: Callable[[], Any],
    failure: Failure,
) -> None:
    telegram.fail("getUpdates", failure, failure)
    telegram.text("a")
    async with polls():
        await until(lambda: handler.done == ["a"])


async def test_a_token_that_is_revoked_ends_it(
    telegram: TelegramEmulator, polls: Callable[[], Any]
) -> None:
    telegram.token = "999:another"
    with pytest.raises(InvalidToken):
        async with polls():
            await asyncio.sleep(0.2)


async def test_stopping_finishes_and_confirms_what_is_in_hand(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    handler.holds["a"] = asyncio.Event()
    telegram.text("a")
    async with polls():
        await until(lambda: telegram.made("getUpdates"))
        await asyncio.sleep(0.1)
        asyncio.get_running_loop().call_later(0.1, handler.holds["a"].set)
    assert handler.done == ["a"]
    assert not telegram.waiting


async def test_stopping_leaves_what_takes_too_long_for_the_next_start(
    telegram: TelegramEmulator, handler: Handler, polls: Callable[[], Any]
) -> None:
    handler.holds["a"] = asyncio.Event()
    telegram.text("a", 1)
    async with polls():
        await asyncio.sleep(0.1)
    assert len(telegram.waiting) == 1
    handler.holds["a"].set()
    async with polls():
        await until(lambda: handler.done == ["a"])


async def test_stopping_does_not_wait_for_a_long_poll(polls: Callable[[], Any]) -> None:
    async with asyncio.timeout(2):
        async with polls():
            await asyncio.sleep(0.1)
