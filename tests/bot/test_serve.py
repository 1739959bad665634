import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import polling, serve
from bot.identity import Identity
from bot.serve import StartError, serve_telegram
from bot.store import Store
from bot.updates import AnsweredUpdates
from bot.wipe import SentMessages
from common.settings import Settings
from tests.e2e.telegram_emulator import PRIVATE_CHAT, Failure, TelegramEmulator


@pytest.fixture
def settings(tmp_path: Path, telegram: TelegramEmulator, database_url: str) -> Settings:
    """Settings of a bot whose Rasa and action server are down."""
    return Settings(
        telegram_bot_token=SecretStr(telegram.token),
        telegram_webhook_url=None,
        telegram_webhook_secret=None,
        telegram_api_url=telegram.url,
        database_url=database_url,
        var_dir=tmp_path,
        rasa_url="http://127.0.0.1:9",
        actions_url="http://127.0.0.1:9",
    )


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    event = asyncio.Event()
    monkeypatch.setattr(serve, "_stop_on_signals", lambda: event)
    monkeypatch.setattr(polling, "_GLANCE_S", 0.02)
    return event


@pytest.fixture
def serving(settings: Settings, stop: asyncio.Event) -> Callable[..., Any]:
    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[None]:
        task = asyncio.create_task(serve_telegram(settings.model_copy(update=changes)))
        try:
            yield
        finally:
            stop.set()
            await task

    return run


async def test_it_polls_describes_itself_and_answers(
    telegram: TelegramEmulator, serving: Callable[..., Any]
) -> None:
    telegram.text("chào")
    async with serving():
        await asyncio.to_thread(telegram.wait_for, lambda: not telegram.waiting)
        await asyncio.to_thread(telegram.wait_for, lambda: telegram.made("setMyShortDescription"))
    assert telegram.made("deleteWebhook")
    assert len(telegram.sent()) == 1


async def test_a_webhook_is_served_where_one_is_set(
    telegram: TelegramEmulator, serving: Callable[..., Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"https://127.0.0.1:{port}/hook"
    telegram.text("chào")
    async with serving(telegram_webhook_url=url, telegram_webhook_port=port):
        await asyncio.to_thread(telegram.wait_for, lambda: not telegram.waiting)
    (call,) = telegram.made("setWebhook")
    assert telegram.token not in str(call)
    assert len(telegram.sent(PRIVATE_CHAT)) == 1


async def test_it_waits_until_telegram_can_be_reached(
    telegram: TelegramEmulator, serving: Callable[..., Any]
) -> None:
    telegram.fail("getMe", Failure(500))
    telegram.text("chào")
    async with serving():
        await asyncio.to_thread(telegram.wait_for, lambda: not telegram.waiting)


async def test_it_stops_while_telegram_cannot_be_reached(
    telegram: TelegramEmulator, serving: Callable[..., Any]
) -> None:
    telegram.fail("getMe", *[Failure(500)] * 9)
    async with asyncio.timeout(5):
        async with serving():
            await asyncio.sleep(0.3)
    assert not telegram.made("getUpdates")


async def test_removing_what_is_old_goes_on_after_a_failure(
    identity: Identity, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_PURGE_EVERY_S", 0.01)
    sent, purged = SentMessages(store, identity), asyncio.Event()

    async def fail_once() -> None:
        monkeypatch.setattr(sent, "purge", purge)
        raise OSError

    async def purge() -> None:
        purged.set()

    monkeypatch.setattr(sent, "purge", fail_once)
    task = asyncio.create_task(serve._purge(identity, sent, AnsweredUpdates(store)))
    async with asyncio.timeout(5):
        await purged.wait()
    task.cancel()


@pytest.mark.parametrize("token", [None, SecretStr(" ")])
async def test_without_a_token_it_says_where_to_get_one(
    settings: Settings, token: SecretStr | None
) -> None:
    with pytest.raises(StartError, match="BotFather"):
        await serve_telegram(settings.model_copy(update={"telegram_bot_token": token}))


async def test_a_token_that_telegram_does_not_know_is_not_repeated(
    settings: Settings, stop: asyncio.Event
) -> None:
    token = SecretStr("1:unknown")
    with pytest.raises(StartError) as caught:
        await serve_telegram(settings.model_copy(update={"telegram_bot_token": token}))
    assert "unknown" not in str(caught.value)


async def test_a_port_that_is_taken_is_named(settings: Settings, stop: asyncio.Event) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        changes = {"telegram_webhook_url": "https://a.b/c", "telegram_webhook_port": port}
        with pytest.raises(StartError, match=str(port)):
            await serve_telegram(settings.model_copy(update=changes))


async def test_a_webhook_that_telegram_refuses_is_named(
    telegram: TelegramEmulator, settings: Settings, stop: asyncio.Event
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    telegram.fail("setWebhook", Failure(400))
    changes = {"telegram_webhook_url": "https://a.b/c", "telegram_webhook_port": port}
    with pytest.raises(StartError, match="TELEGRAM_WEBHOOK_URL"):
        await serve_telegram(settings.model_copy(update=changes))
