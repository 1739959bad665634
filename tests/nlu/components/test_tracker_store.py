import unittest

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
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

    async def test_what_was_written_is_not_kept(self) -> None:
        said = UserUttered(
            "em tên An", {"name": "greet"}, [{"entity": "platform", "value": "zalo"}]
        )
        await self.store.save(DialogueStateTracker.from_events("a", [said, BotUttered("chào An")]))
        self.assertNotIn("An", str([vars(event) for event in self.store._kept["a"][1]]))
        tracker = await self.store.retrieve("a")
        self.assertEqual(tracker.latest_message.intent_name, "greet")

    async def test_a_conversation_is_forgotten_after_its_idle_time(self) -> None:
        await self.save("a", 0)
        self.assertEqual(await self.kept(29.99), ["a"])
        self.clock.now = 30 * MINUTE
        self.assertIsNone(await self.store.retrieve("a"))
        self.assertEqual(self.store._kept, {})

    async def test_it_is_forgotten_though_nobody_asks_for_it(self) -> None:
        await self.save("a", 0)
        await self.save("b", 30)
        self.assertEqual(list(self.store._kept), ["b"])

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

    async def test_a_timer_forgets_when_nothing_more_comes(self) -> None:
        await self.save("a", 0)
        await self.save("b", 10)
        self.clock.now = 31 * MINUTE
        self.store._wait()
        self.assertEqual(list(self.store._kept), ["b"])
        self.assertIsNotNone(self.store._timer)
        self.clock.now = 41 * MINUTE
        self.store._wait()
        self.assertEqual(self.store._kept, {})
        self.assertIsNone(self.store._timer)


class LongConversationTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.domain = Domain.from_dict(
            {"slots": {"mood": {"type": "text", "mappings": [{"type": "custom"}]}}}
        )
        self.store = ExpiringTrackerStore(self.domain, max_events=12)

    async def talk(self, turns: int) -> DialogueStateTracker:
        events = [ActionExecuted("action_session_start"), SessionStarted()]
        for turn in range(turns):
            events += [
                ActionExecuted("action_listen"),
                UserUttered("hi", {"name": f"intent {turn}"}),
            ]
            events += [SlotSet("mood", "low")] if turn == 0 else []
            events += [ActionExecuted("utter_x"), BotUttered("reply")]
        tracker = DialogueStateTracker.from_events("a", events, self.domain.slots)
        await self.store.save(tracker)
        return await self.store.retrieve("a")

    async def test_a_short_one_is_kept_whole(self) -> None:
        tracker = await self.talk(2)
        self.assertEqual(intents(tracker), ["intent 0", "intent 1"])

    async def test_of_a_long_one_the_last_turns_and_the_slots_are_kept(self) -> None:
        tracker = await self.talk(9)
        self.assertEqual(intents(tracker), ["intent 6", "intent 7", "intent 8"])
        self.assertEqual(tracker.get_slot("mood"), "low")

    async def test_shortening_again_and_again_changes_nothing(self) -> None:
        tracker = await self.talk(9)
        for _ in range(5):
            await self.store.save(tracker)
            tracker = await self.store.retrieve("a")
        self.assertEqual(intents(tracker), ["intent 6", "intent 7", "intent 8"])
        self.assertEqual(tracker.get_slot("mood"), "low")


def intents(tracker: DialogueStateTracker) -> list[str]:
    return [event.intent_name for event in tracker.events if isinstance(event, UserUttered)]
