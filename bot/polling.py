"""Fetches updates from Telegram by long polling.

Telegram itself is the queue: the offset moves past an update only once it is handled, so a crash
loses nothing, and nothing is written down.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.delivery import retry_after_s
from bot.dispatch import Dispatcher
from common.logging import get_logger

T = TypeVar("T")

LONG_POLL_S = 30
_GLANCE_S = 0.25
"""How soon to look for new updates while some are still in hand."""
_AGAIN_AFTER_S = 1.0
"""How soon a failed update is handled again."""
_PAGE = 100
"""How many updates Telegram returns at once."""
_LONGEST_PAUSE_S = 60.0
_FINISH_S = 20.0
_log = get_logger(__name__)


class Poller:
    """Feeds a dispatcher with what getUpdates returns."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, allowed_updates: Sequence[str]) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._allowed_updates = allowed_updates
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._handled: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._highest: int | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Polls until `stop` is set, then finishes what is in hand.

        Raises:
            telegram.error.InvalidToken: If the token is no longer valid.
        """
        pause_s = 0.0
        while not stop.is_set():
            try:
                updates = await self._fetch(stop)
            except InvalidToken:
                raise
            except Exception as error:
                pause_s = _pause_after(error, pause_s)
                _log.warning(_complaint(error), retry_after_s=pause_s, exc_info=True)
                await _unless(stop, asyncio.sleep(pause_s))
                continue
            pause_s = 0.0
            if not self._submit(updates) and self._unfinished:
                await _unless(stop, asyncio.sleep(_GLANCE_S))
        await self._dispatcher.finish(_FINISH_S)
        await self._confirm()

    @property
    def _unfinished(self) -> set[int]:
        return self._in_hand.keys() | self._not_before.keys()

    @property
    def _offset(self) -> int | None:
        if self._unfinished:
            return min(self._unfinished)
        return None if self._highest is None else self._highest + 1

    async def _fetch(self, stop: asyncio.Event) -> tuple[Update, ...]:
        offset = self._offset
        self._handled = {number for number in self._handled if number >= (offset or 0)}
        fetching = self._bot.get_updates(
            offset=offset,
            timeout=0 if self._unfinished else LONG_POLL_S,
            allowed_updates=self._allowed_updates,
        )
        return await _unless(stop, fetching) or ()

    def _submit(self, updates: Sequence[Update]) -> bool:
        """Starts what is new or due again, and tells whether there was any."""
        started = False
        self._drop_lost({update.update_id for update in updates})
        for update in updates:
            number = update.update_id
            self._highest = max(number, self._highest or number)
            if number in self._in_hand or number in self._handled:
                continue
            if self._not_before.get(number, 0.0) > time.monotonic():
                continue
            self._not_before.pop(number, None)
            task = self._dispatcher.submit(update)
            self._in_hand[number] = task
            task.add_done_callback(partial(self._settle, number))
            started = True
        return started

    def _drop_lost(self, returned: set[int]) -> None:
        """Stops waiting for failed updates that Telegram no longer has."""
        complete_up_to = max(returned) if len(returned) >= _PAGE else math.inf
        for number in self._not_before.keys() - returned:
            if number < complete_up_to:
                del self._not_before[number]

    def _settle(self, number: int, task: asyncio.Task[None]) -> None:
        del self._in_hand[number]
        if task.cancelled() or task.exception() is not None:
            self._not_before[number] = time.monotonic() + _AGAIN_AFTER_S
        else:
            self._handled.add(number)

    async def _confirm(self) -> None:
        """Tells Telegram what has been handled, so that a restart need not be told again."""
        if self._highest is None:
            return
        try:
            await self._bot.get_updates(
                offset=self._offset, limit=1, timeout=0, allowed_updates=self._allowed_updates
            )
        except TelegramError:
            _log.warning("The last updates could not be confirmed; they are remembered.")


def _pause_after(error: Exception, previous_s: float) -> float:
    if isinstance(error, RetryAfter):
        return retry_after_s(error)
    shortest_s = 5.0 if isinstance(error, Conflict) else 1.0
    return min(_LONGEST_PAUSE_S, max(shortest_s, previous_s * 2))


def _complaint(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "Another process fetches the updates of this bot; only one may."
    return "Updates cannot be fetched from Telegram."


async def _unless(stop: asyncio.Event, awaitable: Awaitable[T]) -> T | None:
    """Returns what `awaitable` returns, or None if `stop` is set before."""
    task = asyncio.ensure_future(awaitable)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopped.cancel()
