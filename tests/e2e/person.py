"""Somebody with a phone, and the words that the bot should say to them."""

from collections.abc import Iterable
from typing import Any

import yaml

from bot.markup import to_plain
from faq.placeholders import Placeholders
from tests.e2e.processes import ROOT
from tests.e2e.telegram_emulator import Json, TelegramEmulator


class Person:
    """A person in a private chat of their own with the bot."""

    def __init__(self, telegram: TelegramEmulator, chat_id: int) -> None:
        self.telegram = telegram
        self.chat_id = chat_id

    def says(self, text: str) -> list[Json]:
        """Writes `text` and returns the messages that come back."""
        return self._replies(lambda: self.telegram.text(text, self.chat_id))

    def sends(self, **content: Any) -> list[Json]:
        """Sends a picture or the like and returns the messages that come back."""
        return self._replies(lambda: self.telegram.message(self.chat_id, **content))

    def edits(self, message_id: int, text: str) -> list[Json]:
        """Changes a message and returns the messages that come back."""
        return self._replies(lambda: self.telegram.edit(message_id, text, self.chat_id))

    def taps(self, message: Json, data: str) -> list[Json]:
        """Presses a button under `message` and returns the messages that come back."""
        return self._replies(lambda: self.telegram.press(message["message_id"], data, self.chat_id))

    def _replies(self, act: Any) -> list[Json]:
        return self.telegram.replies_to(act, self.chat_id)


def text_of(messages: Iterable[Json]) -> str:
    """Returns the texts of `messages`, joined."""
    return "\n".join(message["text"] for message in messages)


def buttons_of(messages: Iterable[Json]) -> list[str]:
    """Returns the callback data of every button under `messages`."""
    return [
        button["callback_data"]
        for message in messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]


def spoken(response: str) -> list[str]:
    """Returns what a person sees of each variant of a response in domain.yml."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return [shown(variant["text"]) for variant in domain["responses"][response]]


def shown(text: str) -> str:
    """Returns what a person sees of a text with markup and placeholders."""
    return to_plain(Placeholders.load().render(text))
