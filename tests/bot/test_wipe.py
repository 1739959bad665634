from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.identity import Identity
from bot.store import Store
from bot.tables import SentMessage
from bot.wipe import SentMessages

WHO = ("telegram", "7000000001")


class Clock:
    now = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["database", "memory"])
def sent(
    request: pytest.FixtureRequest, identity: Identity, clock: Clock
) -> Iterator[SentMessages]:
    name = {"database": "store", "memory": "broken_store"}[request.param]
    yield SentMessages(request.getfixturevalue(name), identity, clock)


async def recalled(sent: SentMessages, person: str = WHO[1]) -> list[int]:
    message_ids, _ = await sent.recall("telegram", person)
    return message_ids


async def test_both_sides_messages_are_recalled_in_order(sent: SentMessages) -> None:
    await sent.remember(*WHO, [12, 11])
    await sent.remember(*WHO, [11, 20])
    await sent.remember("telegram", "2", [99])
    assert await recalled(sent) == [11, 12, 20]


async def test_forgetting_one_chat_leaves_the_others(sent: SentMessages) -> None:
    await sent.remember(*WHO, [1])
    await sent.remember("telegram", "2", [2])
    await sent.forget(*WHO)
    assert await recalled(sent) == []
    assert await recalled(sent, "2") == [2]


async def test_it_says_when_the_database_cannot_be_read(
    store: Store, broken_store: Store, identity: Identity
) -> None:
    assert await SentMessages(store, identity).recall(*WHO) == ([], True)
    sent = SentMessages(broken_store, identity)
    await sent.remember(*WHO, [1])
    assert await sent.recall(*WHO) == ([1], False)


async def test_messages_are_kept_for_48_hours(sent: SentMessages, clock: Clock) -> None:
    await sent.remember(*WHO, [1])
    clock.now += timedelta(hours=47)
    await sent.remember(*WHO, [2])
    clock.now += timedelta(hours=2)
    assert await recalled(sent) == [2]
    await sent.purge()
    clock.now -= timedelta(hours=10)
    assert await recalled(sent) == [2]
    clock.now += timedelta(days=9)
    await sent.purge()
    assert not sent._memory


async def test_the_table_holds_pseudonyms_only(
    store: Store, identity: Identity, clock: Clock
) -> None:
    await SentMessages(store, identity, clock).remember(*WHO, [5])
    rows = await store.run(
        lambda s: [(r.pseudonym, r.message_id) for r in s.scalars(select(SentMessage))],
        otherwise=None,
    )
    assert rows == [(identity.wipe(*WHO), 5)]
    assert "7000000001" not in identity.wipe(*WHO)
