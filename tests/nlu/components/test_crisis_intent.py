import unittest
from typing import Any

from rasa.shared.nlu.training_data.message import Message

from nlu.components.crisis_intent import CrisisIntent


def read(ranking: dict[str, float], **metadata: Any) -> Any:
    """Returns the intent and the ranking of a message after the component has seen it."""
    intents = [{"name": name, "confidence": each} for name, each in ranking.items()]
    message = Message({"text": "hi", "metadata": metadata, "intent_ranking": intents})
    message.set("intent", intents[0] if intents else None)
    CrisisIntent().process([message])
    return message.get("intent"), message.get("intent_ranking")


class CrisisIntentTest(unittest.TestCase):
    def test_a_crisis_that_the_gate_saw_is_the_intent(self) -> None:
        expected = {"name": "crisis_runaway", "confidence": 1.0}
        for ranking in ({"greet": 0.9, "deny": 0.1}, {"crisis_meeting": 1.0}, {}):
            with self.subTest(ranking):
                crisis = {"kind": "runaway", "about": "self"}
                self.assertEqual(read(ranking, crisis=crisis), (expected, [expected]))

    def test_what_is_sent_on_is_the_new_intent(self) -> None:
        message = Message({"text": "hi", "metadata": {"crisis": {"kind": "abuse"}}})
        CrisisIntent().process([message])
        self.assertIn("intent", message.output_properties)
        self.assertIn("intent_ranking", message.output_properties)

    def test_a_crisis_that_the_gate_did_not_see_is_none(self) -> None:
        intent, ranking = read(
            {"crisis_abuse": 0.6, "stop": 0.3, "crisis_meeting": 0.06, "greet": 0.04}, crisis=None
        )
        self.assertEqual([each["name"] for each in ranking], ["stop", "greet"])
        self.assertEqual(intent, ranking[0])
        self.assertAlmostEqual(intent["confidence"], 0.3 / 0.34)

    def test_other_intents_are_left_alone(self) -> None:
        for ranking in ({"greet": 0.6, "crisis_abuse": 0.4}, {}):
            with self.subTest(ranking):
                intents = [{"name": name, "confidence": each} for name, each in ranking.items()]
                first = intents[0] if intents else None
                self.assertEqual(read(ranking, crisis=None), (first, intents))

    def test_a_text_of_which_the_classifier_makes_nothing_is_left_alone(self) -> None:
        nothing = {"name": None, "confidence": 0.0}
        message = Message({"intent": nothing, "intent_ranking": [], "metadata": {"crisis": None}})
        CrisisIntent().process([message])
        self.assertEqual(message.get("intent"), nothing)

    def test_where_nobody_looked_the_classifier_stands(self) -> None:
        intent, _ = read({"crisis_abuse": 0.3, "greet": 0.2})
        self.assertEqual(intent, {"name": "crisis_abuse", "confidence": 0.3})

    def test_every_message_is_looked_at(self) -> None:
        messages = [
            Message({"intent": {"name": "greet", "confidence": 1.0}, "metadata": metadata})
            for metadata in (None, {"crisis": {"kind": "abuse"}}, {"crisis": None})
        ]
        CrisisIntent().process(messages)
        names = [message.get("intent")["name"] for message in messages]
        self.assertEqual(names, ["greet", "crisis_abuse", "greet"])
