import unittest
from typing import Any

from rasa.shared.nlu.training_data.message import Message

from nlu.components.crisis_intent import CrisisIntent


def read(name: str | None, confidence: float, crisis: dict[str, str] | None = None) -> Any:
    """Returns the intent of a message after the component has seen it."""
    data: dict[str, Any] = {"text": "hi", "metadata": {"crisis": crisis} if crisis else None}
    if name:
        data["intent"] = {"name": name, "confidence": confidence}
    (message,) = CrisisIntent(CrisisIntent.get_default_config()).process([Message(data)])
    return message.get("intent")


class CrisisIntentTest(unittest.TestCase):
    def test_a_crisis_that_the_gate_saw_is_the_intent(self) -> None:
        for name in ("greet", "crisis_meeting", None):
            with self.subTest(name):
                intent = read(name, 0.99, {"kind": "runaway", "about": "self"})
                self.assertEqual(intent, {"name": "crisis_runaway", "confidence": 1.0})

    def test_what_is_sent_on_is_the_new_intent(self) -> None:
        message = Message({"text": "hi", "metadata": {"crisis": {"kind": "abuse"}}})
        CrisisIntent(CrisisIntent.get_default_config()).process([message])
        self.assertIn("intent", message.output_properties)

    def test_the_fallback_finds_no_other_intent_near_it(self) -> None:
        ranking = [{"name": "greet", "confidence": 0.3}, {"name": "deny", "confidence": 0.29}]
        message = Message({"intent_ranking": ranking, "metadata": {"crisis": {"kind": "abuse"}}})
        CrisisIntent(CrisisIntent.get_default_config()).process([message])
        self.assertEqual(message.get("intent_ranking"), [message.get("intent")])

    def test_a_crisis_that_only_the_classifier_sees_must_be_sure(self) -> None:
        self.assertEqual(read("crisis_abuse", 0.5), {"name": "crisis_abuse", "confidence": 0.5})
        intent = read("crisis_abuse", 0.49)
        self.assertEqual(intent["name"], "ask_faq")
        self.assertAlmostEqual(intent["confidence"], 0.51)

    def test_other_intents_are_left_alone(self) -> None:
        self.assertEqual(read("greet", 0.1), {"name": "greet", "confidence": 0.1})
        self.assertIsNone(read(None, 0.0))

    def test_every_message_is_looked_at(self) -> None:
        messages = [
            Message({"intent": {"name": "greet", "confidence": 1.0}, "metadata": metadata})
            for metadata in (None, {"crisis": {"kind": "abuse"}}, {"crisis": None})
        ]
        CrisisIntent(CrisisIntent.get_default_config()).process(messages)
        names = [message.get("intent")["name"] for message in messages]
        self.assertEqual(names, ["greet", "crisis_abuse", "greet"])
