"""Conversations live in memory only, and are forgotten once they have been idle."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


class ExpiringTrackerStore(TrackerStore):
    """Keeps the events of each conversation, for a while.

    Rasa's own in-memory store never forgets, and writes and reads a conversation as JSON several
    times a turn. Here a conversation is dropped when nothing has come for `idle_minutes`, whether
    or not anybody ever writes again: a timer waits for the oldest one. Of a long conversation only
    the last turns are kept, with the slots as they stand: rules look no further back, and less is
    remembered. What was written, by either side, is forgotten with the turn: of a message its
    intent stays, since that is all that rules look at.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        idle_minutes: float = 60,
        max_events: int = 50,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """Opens an empty store.

        Args:
            domain: The domain that trackers are read with.
            event_broker: Passed on to Rasa's store.
            idle_minutes: Minutes without a message after which a conversation is forgotten.
            max_events: Events of a conversation that are kept; a turn is about ten.
            clock: Seconds that only grow.
            **kwargs: What Rasa passes on from endpoints.yml.
        """
        super().__init__(domain, event_broker, **kwargs)
        self._idle_s = float(idle_minutes) * 60
        self._max_events = int(max_events)
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None
        # In the order of the last message, oldest first.
        self._kept: dict[str, tuple[float, list[Event]]] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves `tracker` and forgets every conversation whose time is over."""
        self._forget_idle()
        await self.stream_events(tracker)
        self._kept.pop(tracker.sender_id, None)
        self._kept[tracker.sender_id] = self._clock(), self._recent(tracker)
        if self._timer is None:
            self._wait()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the conversation of `sender_id`, or None if there is none or it is too old."""
        self._forget_idle()
        if sender_id not in self._kept:
            return None
        _, events = self._kept[sender_id]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """Returns the senders whose conversations are kept."""
        self._forget_idle()
        return list(self._kept)

    def _recent(self, tracker: DialogueStateTracker) -> list[Event]:
        """Returns the events of `tracker`, or those of its last turns and its slots if many."""
        events = [_without_words(event) for event in tracker.events]
        if len(events) <= self._max_events:
            return events
        last = events[-self._max_events :]
        first = next((i for i, event in enumerate(last) if isinstance(event, UserUttered)), 0)
        slots = tracker.current_slot_values().items()
        return [
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            *(SlotSet(name, value) for name, value in slots if value is not None),
            ActionExecuted(ACTION_LISTEN_NAME),
            *last[first:],
        ]

    def _wait(self) -> None:
        """Waits until the oldest conversation is due, forgets it, and waits for the next."""
        self._forget_idle()
        self._timer = None
        if self._kept:
            due = self._oldest()[1] + self._idle_s - self._clock()
            self._timer = asyncio.get_running_loop().call_later(max(due, 1), self._wait)

    def _forget_idle(self) -> None:
        limit = self._clock() - self._idle_s
        while self._kept:
            sender_id, saved_at = self._oldest()
            if saved_at > limit:
                return
            del self._kept[sender_id]

    def _oldest(self) -> tuple[str, float]:
        sender_id = next(iter(self._kept))
        return sender_id, self._kept[sender_id][0]


def _without_words(event: Event) -> Event:
    """Returns `event` without what was written."""
    if isinstance(event, UserUttered):
        return UserUttered(
            intent=event.intent,
            timestamp=event.timestamp,
            input_channel=event.input_channel,
            message_id=event.message_id,
        )
    if isinstance(event, BotUttered):
        return BotUttered(timestamp=event.timestamp)
    return event
