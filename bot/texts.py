"""The texts that the gateway says by itself, read from domain.yml."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot import buttons
from bot.messages import Button, Message
from bot.reading import COMMANDS
from safety.crisis import KINDS, Crisis

DOMAIN = Path(__file__).parent.parent / "domain.yml"

URGENT = {
    buttons.HELP_NOW: "utter_need_help_now",
    "/safe": "utter_safe_yes",
    "/unsafe": "utter_safe_no",
    "/talk_to_human": "utter_talk_to_human",
}
"""What the gateway says to buttons that cannot wait, where Rasa does not answer."""

UNAVAILABLE = "utter_gateway_unavailable"
MEDIA = "utter_gateway_media"
MEDIA_KEPT = "utter_gateway_media_kept"
NO_WORDS = "utter_gateway_no_words"
WIPED = "utter_gateway_wiped"
WIPED_PARTLY = "utter_gateway_wiped_partly"
FLOOD = "utter_gateway_flood"
OLD_BUTTON = "utter_gateway_old_button"
DESCRIPTION = "utter_gateway_description"
SHORT_DESCRIPTION = "utter_gateway_short_description"
_COMMAND = "utter_gateway_command_{}"

_LIMITS = {
    OLD_BUTTON: 200,
    DESCRIPTION: 512,
    SHORT_DESCRIPTION: 120,
    **{_COMMAND.format(command): 256 for command in COMMANDS},
}
"""Longest text that Telegram takes in these places, in characters."""


class TextsError(Exception):
    """A text that the gateway needs is missing or cannot be used; the message says which."""


class Texts:
    """Responses of domain.yml by name, with their placeholders filled in."""

    def __init__(self, responses: Mapping[str, Any], render: Callable[[str], str]) -> None:
        """Checks and keeps the texts that the gateway needs.

        Args:
            responses: The `responses` of domain.yml: a list of variants for each name.
            render: Fills in the placeholders of a text.

        Raises:
            TextsError: If a text is missing, too long for its place, or has a button that no
                channel could offer.
        """
        self._variants = {
            name: _variants(name, responses.get(name), render) for name in _needed_names()
        }

    @classmethod
    def load(cls, render: Callable[[str], str], path: Path = DOMAIN) -> "Texts":
        """Reads the texts from the domain file at `path`.

        Raises:
            TextsError: If the file cannot be read, or as the class says.
        """
        try:
            responses = dict(yaml.safe_load(path.read_text(encoding="utf-8"))["responses"])
        except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError):
            raise TextsError(f"{path.name} cannot be read, or has no responses.") from None
        return cls(responses, render)

    def any(self, name: str) -> Message:
        """Returns one of the variants of `name`."""
        return random.choice(self._variants[name])  # noqa: S311

    def crisis(self, crisis: Crisis) -> Message:
        """Returns the answer to `crisis`: always the first variant, the one that was reviewed."""
        return self._variants[_crisis_name(crisis.kind, crisis.about)][0]

    def line(self, name: str) -> str:
        """Returns the text of `name` for a place that holds a single text."""
        return self._variants[name][0].text

    def command(self, name: str) -> str:
        """Returns the description of the command `name`."""
        return self.line(_COMMAND.format(name))


def _needed_names() -> list[str]:
    crises = [_crisis_name(kind, about) for kind in KINDS for about in ("self", "friend")]
    spoken = [UNAVAILABLE, MEDIA, MEDIA_KEPT, NO_WORDS, WIPED, WIPED_PARTLY, FLOOD]
    return [*crises, *spoken, *URGENT.values(), *_LIMITS]


def _crisis_name(kind: str, about: str) -> str:
    return f"utter_crisis_{kind}" + ("_friend" if about == "friend" else "")


def _variants(name: str, variants: Any, render: Callable[[str], str]) -> list[Message]:
    if not isinstance(variants, list) or not variants:
        raise TextsError(f"domain.yml lacks the response {name}.")
    try:
        messages = [
            Message(
                render(variant["text"]).strip(),
                tuple(Button(b["title"], b["payload"]) for b in variant.get("buttons") or ()),
            )
            for variant in variants
        ]
    except (LookupError, TypeError, AttributeError):
        raise TextsError(f"The response {name} in domain.yml is malformed.") from None
    for message in messages:
        if not 0 < len(message.text) <= _LIMITS.get(name, len(message.text)):
            raise TextsError(f"The response {name} in domain.yml is empty or too long.")
        if any(buttons.encode(button.payload) is None for button in message.buttons):
            raise TextsError(f"A button of the response {name} in domain.yml is unknown.")
    return messages
