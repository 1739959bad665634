"""Remembers, for 48 hours, which messages of a chat a wipe would delete.

Telegram lets a bot delete messages of either side for that long. What is kept is a pseudonym and
message ids, nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.identity import Identity
from bot.store import Store
from bot.tables import SentMessage

KEPT = timedelta(hours=48)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SentMessages:
    """Ids of the messages in each chat, in the database, or in memory while that is down."""

    def __init__(
        self, store: Store, identity: Identity, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._store = store
        self._identity = identity
        self._now = now
        self._memory: defaultdict[str, dict[int, datetime]] = defaultdict(dict)

    async def remember(self, channel: str, person: str, message_ids: Iterable[int]) -> None:
        """Adds messages of either side to the chat of `person` in `channel`."""
        pseudonym, at = self._identity.wipe(channel, person), self._now()
        rows = [SentMessage(pseudonym=pseudonym, message_id=i, at=at) for i in set(message_ids)]

        def keep(session: Session) -> bool:
            for row in rows:
                session.merge(row)
            return True

        if not await self._store.run(keep, otherwise=False):
            self._memory[pseudonym].update({row.message_id: at for row in rows})

    async def recall(self, channel: str, person: str) -> tuple[list[int], bool]:
        """Returns the ids of the messages that a wipe would delete, in order.

        Returns:
            The ids, and whether they are all: not if the database cannot be read.
        """
        pseudonyms = self._identity.wipes(channel, person)
        oldest = self._now() - KEPT
        query = select(SentMessage.message_id).where(
            SentMessage.pseudonym.in_(pseudonyms), SentMessage.at > oldest
        )

        def read(session: Session) -> list[int] | None:
            return list(session.scalars(query))

        kept = await self._store.run(read, otherwise=None)
        in_memory = (
            message_id
            for pseudonym in pseudonyms
            for message_id, at in self._memory.get(pseudonym, {}).items()
            if at > oldest
        )
        return sorted({*(kept or ()), *in_memory}), kept is not None

    async def forget(self, channel: str, person: str) -> None:
        """Forgets the messages of the chat."""
        pseudonyms = self._identity.wipes(channel, person)
        for pseudonym in pseudonyms:
            self._memory.pop(pseudonym, None)
        await self._store.execute(delete(SentMessage).where(SentMessage.pseudonym.in_(pseudonyms)))

    async def purge(self) -> None:
        """Forgets messages older than Telegram would delete."""
        oldest = self._now() - KEPT
        for pseudonym, messages in list(self._memory.items()):
            kept = {message_id: at for message_id, at in messages.items() if at > oldest}
            if kept:
                self._memory[pseudonym] = kept
            else:
                del self._memory[pseudonym]
        await self._store.execute(delete(SentMessage).where(SentMessage.at <= oldest))
