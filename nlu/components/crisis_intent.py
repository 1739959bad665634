"""Turns what the crisis gate found into the intent, so that no classifier can miss it."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

CRISIS_INTENT = "crisis_"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisIntent(GraphComponent):
    """Sets the crisis intent from the gateway's metadata.

    The gateway sends `{"crisis": {"kind": …, "about": …}}` with a message that `safety.crisis`
    recognised: the intent becomes `crisis_<kind>` with confidence 1. With `{"crisis": None}` it
    found none, and knows better than the classifier, which learned from far fewer examples: of the
    other intents the likeliest remains. Where nobody looked, the classifier's word stands.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CrisisIntent":
        """Creates the component; called by Rasa."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rewrites the intent of `messages` by what the gate found."""
        for message in messages:
            metadata = message.get("metadata") or {}
            name = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
            if "crisis" not in metadata:
                continue
            if metadata["crisis"]:
                self._set(message, [(f"{CRISIS_INTENT}{metadata['crisis']['kind']}", 1.0)])
            elif name.startswith(CRISIS_INTENT):
                ranking = [
                    (each[INTENT_NAME_KEY], each[PREDICTED_CONFIDENCE_KEY])
                    for each in message.get(INTENT_RANKING_KEY)
                    if not each[INTENT_NAME_KEY].startswith(CRISIS_INTENT)
                ]
                total = sum(confidence for _, confidence in ranking) or 1.0
                self._set(message, [(name, confidence / total) for name, confidence in ranking])
        return messages

    @staticmethod
    def _set(message: Message, ranking: list[tuple[str, float]]) -> None:
        # Without the ranking the fallback would compare the classifier's own first two.
        intents = [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
            for name, confidence in ranking
        ]
        message.set(INTENT, intents[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, intents, add_to_output=True)
