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
    """Sets the crisis intent from the gateway's metadata; doubts a crisis only the model sees.

    The gateway sends `{"crisis": {"kind": …, "about": …}}` with a message that `safety.crisis`
    recognised: the intent becomes `crisis_<kind>` with confidence 1. Where only the classifier
    sees a crisis, it must be at least `threshold` sure; below that the message goes to the FAQ
    search, whose answers on these subjects carry the help row as well.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the configuration."""
        self._threshold = float(config["threshold"])
        self._otherwise = str(config["otherwise"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the default configuration."""
        return {"threshold": 0.5, "otherwise": "ask_faq"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CrisisIntent":
        """Creates the component; called by Rasa."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Rewrites the intent of `messages` where the rules above say so."""
        for message in messages:
            crisis = (message.get("metadata") or {}).get("crisis")
            intent = message.get(INTENT) or {}
            name = intent.get(INTENT_NAME_KEY) or ""
            if crisis:
                self._set(message, f"{CRISIS_INTENT}{crisis['kind']}", 1.0)
            elif (
                name.startswith(CRISIS_INTENT)
                and intent[PREDICTED_CONFIDENCE_KEY] < self._threshold
            ):
                self._set(message, self._otherwise, 1.0 - intent[PREDICTED_CONFIDENCE_KEY])
        return messages

    @staticmethod
    def _set(message: Message, name: str, confidence: float) -> None:
        intent = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
        message.set(INTENT, intent, add_to_output=True)
        # Or the fallback would compare the classifier's own first two, and find them too close.
        message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
