from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from actions import usage
from actions.usage import Turn, UsageLog, UsageRow, latency_class
from common.database import create_engine, migrate, session_factory
from common.keys import VIETNAM, RotatingKey

NOON = datetime(2026, 7, 1, 12, 34, 56, tzinfo=VIETNAM)
TURN: dict[str, Any] = {
    "sender": "0a1b2c",
    "kind": "ask_faq",
    "topic": "games",
    "entry": "games-12",
    "outcome": "answer",
    "latency_ms": 120,
}


class Clock:
    """The time, for the log and for its key."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now

    def utc(self) -> datetime:
        return self.now.astimezone(UTC).replace(tzinfo=None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(usage, "_now", clock.utc)
    return clock


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    engine = create_engine(f"sqlite:///{tmp_path}/test.db")
    migrate(engine)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture
def log(sessions: sessionmaker[Session], clock: Clock, tmp_path: Path) -> UsageLog:
    key = RotatingKey(tmp_path / "keys", "usage", now=clock)
    return UsageLog(sessions, key, retention_days=30)


def rows(sessions: sessionmaker[Session]) -> list[UsageRow]:
    with sessions() as session:
        return list(session.scalars(select(UsageRow).order_by(UsageRow.id)))


def test_a_row_holds_the_hour_and_nothing_finer(
    log: UsageLog, sessions: sessionmaker[Session]
) -> None:
    log.record(Turn(**TURN))
    (row,) = rows(sessions)
    assert row.hour == datetime(2026, 7, 1, 5)
    assert (row.kind, row.topic, row.entry) == ("ask_faq", "games", "games-12")
    assert (row.outcome, row.latency) == ("answer", "250ms")


def test_a_row_has_no_column_for_text_or_sender(
    log: UsageLog, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    columns = "id hour kind topic entry outcome latency visitor".split()
    assert UsageRow.__table__.columns.keys() == columns
    log.record(Turn(**TURN))
    (row,) = rows(sessions)
    assert TURN["sender"] not in row.visitor
    assert b"0a1b2c" not in b"".join(p.read_bytes() for p in tmp_path.glob("test.db*"))


def test_topic_and_entry_may_be_missing(log: UsageLog, sessions: sessionmaker[Session]) -> None:
    log.record(Turn(sender="a", kind="wipe", outcome="wipe", latency_ms=0))
    (row,) = rows(sessions)
    assert (row.topic, row.entry) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "em sợ lắm"),
        ("kind", "em so lam"),
        ("kind", "ask_faq\n"),
        ("kind", "k" * 41),
        ("kind", ""),
        ("topic", "em so lam"),
        ("topic", "Games"),
        ("topic", "games\n"),
        ("entry", "games/12"),
        ("entry", "0912 345 678"),
        ("entry", "e" * 81),
        ("outcome", "0912345678"),
        ("outcome", "answer!"),
        ("sender", "s" * 65),
        ("latency_ms", -1),
        ("text", "em so lam"),
    ],
)
def test_no_text_can_be_passed_along(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Turn(**(TURN | {field: value}))


@pytest.mark.parametrize(
    ("latency_ms", "expected"),
    [
        (0, "250ms"),
        (250, "250ms"),
        (251, "1s"),
        (1000, "1s"),
        (1001, "3s"),
        (3000, "3s"),
        (3001, "more"),
        (10**9, "more"),
    ],
)
def test_latency_is_kept_as_a_class(latency_ms: int, expected: str) -> None:
    assert latency_class(latency_ms) == expected


def test_a_visitor_is_the_same_within_a_day_and_another_the_next(
    log: UsageLog, sessions: sessionmaker[Session], clock: Clock
) -> None:
    log.record(Turn(**TURN))
    clock.now = NOON + timedelta(hours=6)
    log.record(Turn(**TURN))
    log.record(Turn(**TURN | {"sender": "somebody else"}))
    clock.now = NOON + timedelta(days=1)
    log.record(Turn(**TURN))
    morning, evening, other, next_day = (row.visitor for row in rows(sessions))
    assert morning == evening
    assert len({morning, other, next_day}) == 3


def test_rows_are_removed_once_they_are_too_old(
    log: UsageLog, sessions: sessionmaker[Session], clock: Clock
) -> None:
    log.record(Turn(**TURN))
    clock.now = NOON + timedelta(days=29)
    log.record(Turn(**TURN))
    assert log.purge() == 0
    clock.now = NOON + timedelta(days=30)
    assert log.purge() == 1
    (row,) = rows(sessions)
    assert row.hour == datetime(2026, 7, 30, 5)


def test_purging_throws_away_the_key_of_yesterday(
    log: UsageLog, clock: Clock, tmp_path: Path
) -> None:
    log.record(Turn(**TURN))
    clock.now = NOON + timedelta(days=1)
    log.purge()
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["usage-2026-07-02.key"]
