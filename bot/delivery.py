"""Calls to Telegram that are tried again while trying again can help."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter

from common.logging import get_logger

T = TypeVar("T")
_log = get_logger(__name__)

ATTEMPTS = 5
FIRST_PAUSE_S = 0.5
"""The pause after the first failure; it doubles each time."""
PATIENCE_S = 30.0
"""How long a call waits in all when Telegram says that it has had too much."""


async def deliver(call: Callable[[], Awaitable[T]], *, patience_s: float = PATIENCE_S) -> T:
    """Awaits `call()` until it succeeds, at most `ATTEMPTS` times.

    Telegram is asked again after the time it names when it says that it has had too much, and
    after a growing pause when it cannot be reached or fails. While one chat waits so, the others
    go on.

    Args:
        call: Makes the request.
        patience_s: How long to wait in all for what Telegram names, in seconds.

    Raises:
        telegram.error.TelegramError: If the last attempt failed, if Telegram refused, or if it
            names a time that is longer than the patience.
    """
    patience_left_s = patience_s
    for attempt in range(1, ATTEMPTS):
        try:
            return await call()
        except RetryAfter as error:
            pause_s = retry_after_s(error)
            if pause_s > patience_left_s:
                await asyncio.sleep(patience_left_s)
                raise
            patience_left_s -= pause_s
        except NetworkError as error:
            if not is_temporary(error):
                raise
            pause_s = FIRST_PAUSE_S * 2 ** (attempt - 1)
        _log.warning("Telegram is asked again.", attempt=attempt, retry_after_s=pause_s)
        await asyncio.sleep(pause_s)
    return await call()


def is_temporary(error: Exception) -> bool:
    """Tells whether `error` passes by itself: Telegram is out of reach, fails, or is too busy."""
    return isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest)


def retry_after_s(error: RetryAfter) -> float:
    """Returns how long Telegram asks to wait, in seconds."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
