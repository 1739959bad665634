"""Tokens of the normalised text."""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.text import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class NormalisingTokenizer(Tokenizer):
    """Splits the normalised text at spaces.

    Offsets are those of the normalised text, which no component after this one needs.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the default configuration; there is nothing to set."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenizes `attribute` of `message`."""
        tokens, start = [], 0
        for word in normalise(message.get(attribute)).split():
            tokens.append(Token(word, start))
            start += len(word) + 1
        return self._apply_token_pattern(tokens)
