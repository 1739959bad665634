import asyncio
import math
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import delivery
from bot.delivery import PATIENCE_S, deliver, is_temporary


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


@pytest.mark.parametrize(
    ("named", "waited"), [([600], [PATIENCE_S]), ([20, 9, 5], [20.0, 9.0, PATIENCE_S - 29])]
)
async def test_telegram_is_not_waited_for_without_end(
    pauses: list[float], named: list[int], waited: list[float]
) -> None:
    with pytest.raises(RetryAfter):
        await deliver(failing(*map(RetryAfter, named)))
    assert pauses == waited


async def test_a_caller_may_have_more_patience(pauses: list[float]) -> None:
    assert await deliver(failing(RetryAfter(600)), patience_s=math.inf) == "sent"
    assert pauses == [600.0]


@pytest.mark.parametrize(
    ("make", "temporary"),
    [
        (lambda: NetworkError("500"), True),
        (TimedOut, True),
        (lambda: RetryAfter(1), True),
        (lambda: BadRequest("no"), False),
        (lambda: Forbidden("blocked"), False),
        (RuntimeError, False),
    ],
)
def test_trouble_on_the_way_passes_and_a_refusal_does_not(
    make: Callable[[], Exception], temporary: bool
) -> None:
    assert is_temporary(make()) is temporary


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
