import unittest

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.components.tracker_store import ExpiringTrackerStore

MINUTE = 60.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class ExpiringTrackerStoreTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.store = ExpiringTrackerStore(Domain.empty(), idle_minutes=30, clock=self.clock)

    async def save(self, sender: str, minute: float) -> None:
        self.clock.now = minute * MINUTE
        await self.store.save(DialogueStateTracker(sender, []))

    async def kept(self, minute: float) -> list:
        self.clock.now = minute * MINUTE
        return list(await self.store.keys())

    async def test_a_conversation_is_kept_while_it_goes_on(self) -> None:
        for minute in (0, 29, 58, 87):
            await self.save("a", minute)
        self.assertEqual(await self.kept(116), ["a"])
        tracker = await self.store.retrieve("a")
        self.assertEqual(tracker.sender_id, "a")

    async def test_a_conversation_is_forgotten_after_its_idle_time(self) -> None:
        await self.save("a", 0)
        self.assertEqual(await self.kept(29.99), ["a"])
        self.clock.now = 30 * MINUTE
        self.assertIsNone(await self.store.retrieve("a"))
        self.assertEqual(self.store.store, {})

    async def test_it_is_forgotten_though_nobody_asks_for_it(self) -> None:
        await self.save("a", 0)
        await self.save("b", 30)
        self.assertEqual(list(self.store.store), ["b"])

    async def test_a_later_message_puts_a_conversation_behind_others(self) -> None:
        await self.save("a", 0)
        await self.save("b", 10)
        await self.save("a", 20)
        self.assertEqual(await self.kept(45), ["a"])
        self.assertEqual(await self.kept(50), [])

    async def test_the_idle_time_is_a_setting(self) -> None:
        self.store = ExpiringTrackerStore(Domain.empty(), idle_minutes="5", clock=self.clock)
        await self.save("a", 0)
        self.assertEqual(await self.kept(4.9), ["a"])
        self.assertEqual(await self.kept(5), [])
