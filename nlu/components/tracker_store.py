"""Conversations live in memory only, and are forgotten once they have been idle."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class ExpiringTrackerStore(InMemoryTrackerStore):
    """Rasa's in-memory store, with an expiry that it lacks.

    A conversation is dropped when nothing has come for `idle_minutes`, whether or not anybody ever
    writes again: a timer waits for the oldest one.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        idle_minutes: float = 30,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """Opens an empty store.

        Args:
            domain: The domain that trackers are read with.
            event_broker: Passed on to Rasa's store.
            idle_minutes: Minutes without a message after which a conversation is forgotten.
            clock: Seconds that only grow.
            **kwargs: What Rasa passes on from endpoints.yml.
        """
        super().__init__(domain, event_broker, **kwargs)
        self._idle_s = float(idle_minutes) * 60
        self._clock = clock
        self._saved_at: dict[str, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves `tracker` and forgets every conversation whose time is over."""
        self._forget_idle()
        # Re-inserting keeps the dictionary in the order of the last message, oldest first.
        self._saved_at.pop(tracker.sender_id, None)
        self._saved_at[tracker.sender_id] = self._clock()
        await super().save(tracker)
        if self._timer is None:
            self._wait()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the conversation of `sender_id`, or None if there is none or it is too old."""
        self._forget_idle()
        return await super().retrieve(sender_id)

    async def keys(self) -> Iterable[str]:
        """Returns the senders whose conversations are kept."""
        self._forget_idle()
        return self.store.keys()

    def _wait(self) -> None:
        """Waits until the oldest conversation is due, forgets it, and waits for the next."""
        self._forget_idle()
        self._timer = None
        if self._saved_at:
            due = self._oldest()[1] + self._idle_s - self._clock()
            self._timer = asyncio.get_running_loop().call_later(max(due, 1), self._wait)

    def _forget_idle(self) -> None:
        limit = self._clock() - self._idle_s
        while self._saved_at:
            sender_id, saved_at = self._oldest()
            if saved_at > limit:
                return
            del self._saved_at[sender_id]
            self.store.pop(sender_id, None)

    def _oldest(self) -> tuple[str, float]:
        return next(iter(self._saved_at.items()))
