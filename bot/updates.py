"""Remembers which updates have been answered, so that a restart answers nothing twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.store import Store
from bot.tables import AnsweredUpdate

KEPT = timedelta(days=2)
"""Telegram itself keeps an update for a day."""
_IN_MEMORY = 10_000
_LOOK_UP_S = 0.1
"""No message waits longer for the database than this: it may tell of a danger."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AnsweredUpdates:
    """Ids of answered updates: the newest in memory, all of two days in the database."""

    def __init__(self, store: Store, now: Callable[[], datetime] = _utc_now) -> None:
        self._store = store
        self._now = now
        self._newest: dict[int, None] = {}

    async def contains(self, update_id: int) -> bool:
        """Tells whether the update has been answered."""
        if update_id in self._newest:
            return True
        return await self._store.run(
            lambda session: session.get(AnsweredUpdate, update_id) is not None,
            otherwise=False,
            timeout_s=_LOOK_UP_S,
        )

    async def add(self, update_id: int) -> None:
        """Counts the update as answered."""
        self._newest[update_id] = None
        if len(self._newest) > _IN_MEMORY:
            del self._newest[next(iter(self._newest))]
        row = AnsweredUpdate(update_id=update_id, at=self._now())

        def keep(session: Session) -> None:
            session.merge(row)

        await self._store.run(keep, otherwise=None)

    async def purge(self) -> None:
        """Forgets updates that Telegram no longer keeps either."""
        oldest = self._now() - KEPT
        await self._store.execute(delete(AnsweredUpdate).where(AnsweredUpdate.at <= oldest))
