import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Update

from bot import webhook
from bot.dispatch import Dispatcher
from bot.store import Store
from bot.telegram import ALLOWED_UPDATES, TelegramBot
from bot.updates import AnsweredUpdates
from tests.e2e.telegram_emulator import TelegramEmulator

SECRET = "geheim"
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 1, "type": "private"},
        "text": "a",
    },
}


class Handler:
    def __init__(self) -> None:
        self.taken: list[int] = []
        self.failures = 0
        self.delay_s = 0.0

    async def __call__(self, update: Update) -> None:
        self.taken.append(update.update_id)
        await asyncio.sleep(self.delay_s)
        if self.failures > 0:
            self.failures -= 1
            raise RuntimeError


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def dispatcher(handler: Handler, broken_store: Store) -> Dispatcher:
    return Dispatcher(handler, AnsweredUpdates(broken_store))


@pytest.fixture
async def web(bot: TelegramBot, dispatcher: Dispatcher) -> AsyncIterator[httpx.AsyncClient]:
    app = webhook.create_app(bot, dispatcher, path="/hook", secret=SECRET)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://bot",
        headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
    ) as client:
        yield client


async def test_200_comes_after_handling(web: httpx.AsyncClient, handler: Handler) -> None:
    handler.delay_s = 0.05
    assert (await web.post("/hook", json=UPDATE)).status_code == 200
    assert handler.taken == [7]


@pytest.mark.parametrize("secret", ["", "wrong", "geheimer", "gehéim"])
async def test_whoever_does_not_know_the_secret_is_not_telegram(
    web: httpx.AsyncClient, handler: Handler, secret: str
) -> None:
    headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
    response = await web.post("/hook", json=UPDATE, headers=headers)
    assert response.status_code == 403
    assert not handler.taken


async def test_a_failure_is_500_so_that_telegram_comes_again(
    web: httpx.AsyncClient, handler: Handler
) -> None:
    handler.failures = 1
    assert (await web.post("/hook", json=UPDATE)).status_code == 500
    assert (await web.post("/hook", json=UPDATE)).status_code == 200
    assert handler.taken == [7, 7]


async def test_a_duplicate_is_200_without_being_handled_again(
    web: httpx.AsyncClient, handler: Handler
) -> None:
    handler.delay_s = 0.05
    answers = await asyncio.gather(*(web.post("/hook", json=UPDATE) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert (await web.post("/hook", json=UPDATE)).status_code == 200
    assert handler.taken == [7]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"update_id": 1, "message": 5}', b"\xff"]
)
async def test_what_is_no_update_is_refused(
    web: httpx.AsyncClient, handler: Handler, body: bytes
) -> None:
    assert (await web.post("/hook", content=body)).status_code == 400
    assert not handler.taken


async def test_a_body_too_long_to_come_from_telegram_is_refused(web: httpx.AsyncClient) -> None:
    assert (await web.post("/hook", content=b" " * 2_000_000)).status_code == 413


async def test_it_says_that_it_is_healthy(web: httpx.AsyncClient) -> None:
    assert (await web.get("/health")).status_code == 200
    assert (await web.get("/hook")).status_code == 405


def test_the_secret_of_a_token_is_always_the_same_and_allowed() -> None:
    secret = webhook.secret_for("1:a")
    assert secret == webhook.secret_for("1:a") != webhook.secret_for("1:b")
    assert secret.isalnum()
    assert len(secret) <= 256


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_it_serves_until_it_is_told_to_stop(
    bot: TelegramBot, dispatcher: Dispatcher, handler: Handler, telegram: TelegramEmulator
) -> None:
    port, stop = free_port(), asyncio.Event()
    serving = asyncio.create_task(
        webhook.serve(
            bot,
            dispatcher,
            stop,
            url=f"https://127.0.0.1:{port}/hook",
            secret=SECRET,
            host="127.0.0.1",
            port=port,
            allowed_updates=ALLOWED_UPDATES,
        )
    )
    telegram.text("a")
    await asyncio.to_thread(telegram.wait_for, lambda: not telegram.waiting)
    stop.set()
    await serving
    assert len(handler.taken) == 1
    (call,) = telegram.made("setWebhook")
    assert call["secret_token"] == SECRET
    assert not telegram.made("deleteWebhook")


async def test_a_port_that_is_taken_is_an_error(bot: TelegramBot, dispatcher: Dispatcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await webhook.serve(
            bot,
            dispatcher,
            asyncio.Event(),
            url="https://example.org/hook",
            secret=SECRET,
            host="127.0.0.1",
            port=taken.getsockname()[1],
            allowed_updates=ALLOWED_UPDATES,
        )
