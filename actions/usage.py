"""The anonymous usage log: that something was asked, and of what topic; never what, or by whom.

A row holds the hour, what kind of turn it was, the topic and entry shown, what came of it, how
fast, and a visitor key: an HMAC of the conversation's pseudonym under a key that is thrown away
every day. Within a day it tells two visitors apart; after it, nobody can tell whose it was.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import CursorResult, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from common.database import Base
from common.keys import RotatingKey

_NAME = r"^[a-z][a-z_]*$"
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LATENCY_CLASSES = ((250, "250ms"), (1000, "1s"), (3000, "3s"))


class UsageRow(Base):
    """One turn."""

    __tablename__ = "usage"

    id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(index=True)
    """The beginning of the hour, UTC, without a zone."""
    kind: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str | None] = mapped_column(String(60))
    entry: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(40))
    latency: Mapped[str] = mapped_column(String(10))
    """The class that the latency falls in: "250ms", "1s", "3s" (at most so much) or "more"."""
    visitor: Mapped[str] = mapped_column(String(32))


class Turn(BaseModel):
    """What the gateway tells of a turn. Patterns see to it that no text can be passed along."""

    model_config = ConfigDict(extra="forbid")

    sender: str = Field(max_length=64)
    kind: str = Field(pattern=_NAME, max_length=40)
    topic: str | None = Field(default=None, pattern=_SLUG, max_length=60)
    entry: str | None = Field(default=None, pattern=_SLUG, max_length=80)
    outcome: str = Field(pattern=_NAME, max_length=40)
    latency_ms: int = Field(ge=0)


class UsageLog:
    """Writes usage rows and removes old ones."""

    def __init__(
        self, sessions: sessionmaker[Session], key: RotatingKey, *, retention_days: int
    ) -> None:
        """Opens the log.

        Args:
            sessions: Where rows are written.
            key: The key of the day.
            retention_days: How many days a row is kept.
        """
        self._sessions = sessions
        self._key = key
        self._retention = timedelta(days=retention_days)

    def record(self, turn: Turn) -> None:
        """Writes the row of `turn`."""
        with self._sessions.begin() as session:
            session.add(
                UsageRow(
                    hour=_now().replace(minute=0, second=0, microsecond=0),
                    kind=turn.kind,
                    topic=turn.topic,
                    entry=turn.entry,
                    outcome=turn.outcome,
                    latency=latency_class(turn.latency_ms),
                    visitor=self._key.current().pseudonym(turn.sender),
                )
            )

    def purge(self) -> int:
        """Removes rows that are too old and keys of past days; returns how many rows."""
        self._key.living()
        with self._sessions.begin() as session:
            old = delete(UsageRow).where(UsageRow.hour < _now() - self._retention)
            return cast("CursorResult[Any]", session.execute(old)).rowcount


def latency_class(latency_ms: int) -> str:
    """Returns the class that a latency in milliseconds falls in."""
    return next((name for limit, name in _LATENCY_CLASSES if latency_ms <= limit), "more")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
