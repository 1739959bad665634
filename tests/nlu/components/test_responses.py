import unittest

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.components.responses import VerbatimResponses

DOMAIN = """
version: "3.1"
slots:
  contact: {type: text, mappings: [{type: custom}]}
responses:
  utter_call:
    - text: "Gọi **{contact:111}** {contact}, {law:blhs-147} {} {{x}} 100%"
      buttons:
        - {title: "{contact}", payload: "/wipe"}
"""


class VerbatimResponsesTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.domain = Domain.from_yaml(DOMAIN)
        self.tracker = DialogueStateTracker("a", self.domain.slots)

    async def test_a_text_is_passed_on_as_it_is_written(self) -> None:
        responses = VerbatimResponses(domain=self.domain)
        said = await responses.generate("utter_call", self.tracker, "gateway", contact="x")
        expected = "Gọi **{contact:111}** {contact}, {law:blhs-147} {} {{x}} 100%"
        self.assertEqual(said["text"], expected)
        self.assertEqual(said["buttons"], [{"title": "{contact}", "payload": "/wipe"}])

    async def test_changing_what_was_said_does_not_change_the_domain(self) -> None:
        responses = VerbatimResponses(domain=self.domain)
        first = await responses.generate("utter_call", self.tracker, "gateway")
        first["buttons"].clear()
        again = await responses.generate("utter_call", self.tracker, "gateway")
        self.assertEqual(len(again["buttons"]), 1)

    async def test_an_unknown_response_is_nothing(self) -> None:
        for responses in (VerbatimResponses(domain=self.domain), VerbatimResponses()):
            self.assertIsNone(await responses.generate("utter_other", self.tracker, "gateway"))
