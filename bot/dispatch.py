"""Handles each update once, chats side by side, one chat in order."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from telegram import Update

from bot.delivery import is_temporary
from bot.updates import AnsweredUpdates
from common.logging import get_logger

ATTEMPTS = 5
_log = get_logger(__name__)


class Dispatcher:
    """Takes updates from polling or a webhook and hands each to a handler, at least once."""

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        answered: AnsweredUpdates,
        *,
        attempts: int = ATTEMPTS,
    ) -> None:
        """Prepares a dispatcher.

        Args:
            handle: Answers an update; raises if the answer could not be sent.
            answered: The updates that need no answer any more.
            attempts: How often an update may fail before it is given up, so that one that can
                never be answered does not hold up the others. Failures that pass by themselves
                do not count.
        """
        self._handle = handle
        self._answered = answered
        self._attempts = attempts
        self._failures: dict[int, int] = {}
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._chats: WeakValueDictionary[int | None, asyncio.Lock] = WeakValueDictionary()

    def submit(self, update: Update) -> asyncio.Task[None]:
        """Starts handling `update` and returns its task, the same one while it is in hand.

        The task fails if the update should be delivered again.
        """
        task = self._in_hand.get(update.update_id)
        if task is None:
            task = asyncio.create_task(self._run(update))
            self._in_hand[update.update_id] = task
            task.add_done_callback(lambda _: self._in_hand.pop(update.update_id, None))
        return task

    async def finish(self, timeout_s: float) -> None:
        """Waits until nothing is in hand; what takes longer than `timeout_s` is cancelled."""
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand.values(), timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, update: Update) -> None:
        chat = update.effective_chat
        lock = self._chats.setdefault(chat.id if chat else None, asyncio.Lock())
        async with lock:
            if await self._answered.contains(update.update_id):
                return
            try:
                await self._handle(update)
            except Exception as error:
                failures = self._failures.get(update.update_id, 0) + (not is_temporary(error))
                if failures < self._attempts:
                    if failures:
                        self._failures[update.update_id] = failures
                    _log.warning("An update will be handled again.", exc_info=True)
                    raise
                _log.exception("An update was given up.")
            self._failures.pop(update.update_id, None)
            await self._answered.add(update.update_id)
