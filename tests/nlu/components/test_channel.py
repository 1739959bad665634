import asyncio
import json
import unittest
from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.components.channel import GatewayInput
from nlu.components.tracker_store import ExpiringTrackerStore

BUTTON = {"title": "Ẩn nhanh", "payload": "/wipe", "type": "postback"}


class GatewayInputTest(unittest.IsolatedAsyncioTestCase):
    """The channel in front of a bot that answers every message in the same way."""

    def setUp(self) -> None:
        self.received: list[UserMessage] = []
        self.error: Exception | None = None
        self.domain = Domain.from_dict(
            {"slots": {"x": {"type": "text", "mappings": [{"type": "custom"}]}}}
        )
        self.store = ExpiringTrackerStore(self.domain)
        self.locks = InMemoryLockStore()
        blueprint = GatewayInput().blueprint(self.answer)
        self.routes = {route.uri: route for route in blueprint._future_routes}

    async def answer(self, message: UserMessage) -> None:
        self.received.append(message)
        if self.error:
            raise self.error
        tracker = DialogueStateTracker(message.sender_id, [])
        tracker.update(UserUttered("hi", {"name": "greet", "confidence": 0.75}))
        await self.store.save(tracker)
        channel, sender = message.output_channel, message.sender_id
        await channel.send_text_with_buttons(sender, "**Hi** {contact:111}", [BUTTON])
        await channel.send_custom_json(sender, {"outcome": {"kind": "answer", "n": 12}})
        await channel.send_custom_json(sender, {"outcome": {"kind": "later"}})
        await channel.send_text_message(sender, "Bye")

    async def post(self, uri: str, body: Any) -> tuple[int, Any]:
        agent = SimpleNamespace(tracker_store=self.store, lock_store=self.locks, domain=self.domain)
        app = SimpleNamespace(ctx=SimpleNamespace(agent=agent))
        answer = await self.routes[uri].handler(SimpleNamespace(json=body, app=app))
        return answer.status, json.loads(answer.body)

    async def read(self, **turn: Any) -> str | None:
        """Returns the text that Rasa is given, or None if the turn is refused."""
        self.received.clear()
        status, _ = await self.post("/webhook", {"sender": "a", **turn})
        self.assertEqual(status, 200 if self.received else 400)
        return self.received[0].text if self.received else None

    def test_the_routes_stand_where_the_gateway_calls_them(self) -> None:
        self.assertEqual(GatewayInput.name(), "gateway")
        self.assertEqual(set(self.routes), {"/webhook", "/forget"})
        for route in self.routes.values():
            self.assertEqual(set(route.methods), {"POST"})

    async def test_the_whole_turn_is_answered(self) -> None:
        status, answer = await self.post("/webhook", {"sender": "a", "text": "hi"})
        self.assertEqual(status, 200)
        expected = {
            "messages": [
                {
                    "text": "**Hi** {contact:111}",
                    "buttons": [{"title": "Ẩn nhanh", "payload": "/wipe"}],
                },
                {"text": "Bye", "buttons": []},
            ],
            "intent": "greet",
            "confidence": 0.75,
            "outcome": {"kind": "answer", "n": 12},
        }
        self.assertEqual(answer, expected)

    async def test_a_typed_slash_is_never_a_payload(self) -> None:
        self.assertEqual(await self.read(text='/faq{"n": 1}'), 'faq{"n": 1}')
        self.assertEqual(await self.read(text=" \n/ //restart"), "restart")
        self.assertEqual(await self.read(text="1/2"), "1/2")

    async def test_a_payload_is_passed_on(self) -> None:
        self.assertEqual(await self.read(payload='/faq{"n": 1}'), '/faq{"n": 1}')
        self.assertEqual(await self.read(payload="/help", text="hi"), "/help")

    async def test_what_is_no_turn_is_refused(self) -> None:
        for turn in ({}, {"text": 1}, {"payload": "help"}, {"payload": "help", "text": "hi"}):
            with self.subTest(turn):
                self.assertIsNone(await self.read(**turn))
        for body in (None, [], "hi", {"text": "hi"}, {"sender": "", "text": "hi"}, {"sender": 1}):
            with self.subTest(body):
                status, answer = await self.post("/webhook", body)
                self.assertEqual(status, 400)
                self.assertEqual(answer, {"error": "sender and text or payload needed"})
        self.assertEqual(self.received, [])

    async def test_metadata_and_sender_are_passed_on(self) -> None:
        crisis = {"crisis": {"kind": "abuse", "about": "self"}}
        await self.read(text="hi", metadata=crisis)
        self.assertEqual(self.received[0].metadata, crisis)
        self.assertEqual(self.received[0].sender_id, "a")
        self.assertEqual(self.received[0].input_channel, "gateway")
        await self.read(text="hi", metadata=None)
        self.assertEqual(self.received[0].metadata, {})

    async def test_a_failure_logs_its_type_and_no_text(self) -> None:
        self.error = ValueError("em sợ lắm")
        with self.assertLogs("nlu.components.channel") as logs:
            status, answer = await self.post("/webhook", {"sender": "a1b2", "text": "em sợ lắm"})
        self.assertEqual((status, answer), (500, {"error": "turn failed"}))
        (record,) = logs.records
        self.assertEqual(record.getMessage(), "A turn failed with ValueError")
        self.assertIsNone(record.exc_info)

    async def test_a_turn_without_conversation_has_no_intent(self) -> None:
        async def forget(_tracker: Any) -> None:
            """Keeps nothing."""

        self.store.save = forget
        _, answer = await self.post("/webhook", {"sender": "a", "text": "hi"})
        self.assertEqual((answer["intent"], answer["confidence"]), (None, None))

    async def test_a_conversation_is_forgotten_on_request(self) -> None:
        for sender in ("a", "b"):
            await self.post("/webhook", {"sender": sender, "text": "hi"})
        status, answer = await self.post("/forget", {"sender": "a"})
        self.assertEqual((status, answer), (200, {"forgotten": True}))
        self.assertEqual(len((await self.store.retrieve("a")).events), 0)
        self.assertGreater(len((await self.store.retrieve("b")).events), 0)

    async def test_a_forgotten_conversation_begins_anew(self) -> None:
        await self.post("/webhook", {"sender": "a", "text": "hi"})
        await self.post("/forget", {"sender": "a"})
        await self.post("/webhook", {"sender": "a", "text": "hi"})
        self.assertEqual(len((await self.store.retrieve("a")).events), 1)

    async def test_forgetting_waits_for_the_turn_in_hand(self) -> None:
        async with self.locks.lock("a"):
            forgetting = asyncio.create_task(self.post("/forget", {"sender": "a"}))
            await asyncio.sleep(0)
            await self.post("/webhook", {"sender": "a", "text": "hi"})
            self.assertFalse(forgetting.done())
        await forgetting
        self.assertEqual(len((await self.store.retrieve("a")).events), 0)

    async def test_forgetting_nobody_forgets_nobody(self) -> None:
        await self.post("/webhook", {"sender": "a", "text": "hi"})
        for body in (None, [], {}, {"sender": None}):
            await self.post("/forget", body)
        self.assertGreater(len((await self.store.retrieve("a")).events), 0)
