from datetime import UTC, datetime, timedelta

from bot.store import Store
from bot.updates import AnsweredUpdates


async def test_an_answered_update_is_known_after_a_restart(store: Store) -> None:
    await AnsweredUpdates(store).add(10)
    again = AnsweredUpdates(store)
    assert await again.contains(10)
    assert not await again.contains(11)


async def test_adding_twice_is_harmless(store: Store) -> None:
    answered = AnsweredUpdates(store)
    await answered.add(10)
    await answered.add(10)
    assert await answered.contains(10)


async def test_memory_serves_while_the_database_is_down(broken_store: Store) -> None:
    answered = AnsweredUpdates(broken_store)
    await answered.add(10)
    assert await answered.contains(10)
    assert not await answered.contains(11)


async def test_memory_is_bounded(broken_store: Store) -> None:
    answered = AnsweredUpdates(broken_store)
    for update_id in range(10_050):
        await answered.add(update_id)
    assert len(answered._newest) == 10_000
    assert await answered.contains(10_049)


async def test_two_days_later_they_are_purged(store: Store) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    await AnsweredUpdates(store, lambda: now).add(10)
    later = AnsweredUpdates(store, lambda: now + timedelta(days=2))
    assert await later.contains(10)
    await later.purge()
    assert not await later.contains(10)
