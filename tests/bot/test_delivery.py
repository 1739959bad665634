import asyncio
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import delivery
from bot.delivery import deliver


@pytest.fixture(autouse=True)
def timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return pauses


def failing(*errors: TelegramError) -> Callable[[], Awaitable[str]]:
    left = list(errors)

    async def call() -> str:
        if left:
            raise left.pop(0)
        return "sent"

    return call


async def test_the_time_that_telegram_names_is_kept(pauses: list[float]) -> None:
    assert await deliver(failing(RetryAfter(7))) == "sent"
    assert pauses == [7.0]


async def test_pauses_grow_while_telegram_fails(pauses: list[float]) -> None:
    assert await deliver(failing(NetworkError("500"), TimedOut(), NetworkError("x"))) == "sent"
    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("error", [BadRequest("no"), Forbidden("blocked")])
async def test_a_refusal_is_final(pauses: list[float], error: TelegramError) -> None:
    with pytest.raises(type(error)):
        await deliver(failing(error))
    assert not pauses


async def test_the_last_failure_is_raised(pauses: list[float]) -> None:
    with pytest.raises(TimedOut):
        await deliver(failing(*[TimedOut()] * delivery.ATTEMPTS))
    assert len(pauses) == delivery.ATTEMPTS - 1
