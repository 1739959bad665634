import unittest
from typing import Any

from rasa.shared.nlu.training_data.message import Message

from nlu.components.tokenizer import NormalisingTokenizer


def tokens(text: str) -> list[tuple[str, int, int]]:
    tokenizer: Any = NormalisingTokenizer(NormalisingTokenizer.get_default_config())
    found = tokenizer.tokenize(Message({"text": text}), "text")
    return [(token.text, token.start, token.end) for token in found]


class NormalisingTokenizerTest(unittest.TestCase):
    def test_tokens_are_the_words_of_the_normalised_text(self) -> None:
        words = [word for word, _, _ in tokens("E KO bik lm sao!!! 😭")]
        self.assertEqual(words, ["em", "không", "biết", "làm", "sao"])

    def test_offsets_are_those_of_the_normalised_text(self) -> None:
        text = "em không biết"
        for word, start, end in tokens("e   ko bik"):
            self.assertEqual(text[start:end], word)

    def test_a_message_without_words_has_no_tokens(self) -> None:
        self.assertEqual(tokens("😭 …"), [])
        self.assertEqual(tokens(""), [])

    def test_processing_leaves_the_tokens_on_the_message(self) -> None:
        tokenizer: Any = NormalisingTokenizer(NormalisingTokenizer.get_default_config())
        message = Message({"text": "ko bik"})
        tokenizer.process([message])
        self.assertEqual([t.text for t in message.get("text_tokens")], ["không", "biết"])
