"""Reads what a person typed: cleans it, and tells commands from plain text.

Nothing that a person types can become a payload, except the commands listed here and the number of
a choice.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.buttons import CHECK, HELP_NOW, WIPE

COMMANDS = {
    "start": "/start",
    "help": "/help",
    "sos": HELP_NOW,
    "kiemtra": CHECK,
    "huongdan": "/guide",
    "trinhbao": "/report",
    "thutai": "/quiz",
    "riengtu": "/ask_privacy",
    "xoa": WIPE,
}
"""Payload of each typed command."""

_COMMAND = re.compile(r"/([A-Za-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_NUMBER = re.compile(r"([1-9])[.)]?")
_LEADING_SLASHES = re.compile(r"[/\s]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A cleaned message.

    Attributes:
        text: The words; after a command, what follows it.
        payload: The payload of the command, if it is one.
    """

    text: str
    payload: str | None = None

    @property
    def has_words(self) -> bool:
        """Whether any letter or digit is left in the text."""
        return any(map(str.isalnum, self.text))


def read(raw: str) -> Reading:
    """Reads `raw` as a command, the number of a choice, or plain text without leading slashes."""
    text = clean(raw)
    if number := _NUMBER.fullmatch(text):
        return Reading(text, f'/choose{{"n": {number[1]}}}')
    match = _COMMAND.fullmatch(text)
    if match and (payload := COMMANDS.get(match[1].lower())):
        return Reading(match[2] or "", payload)
    return Reading(_LEADING_SLASHES.sub("", text, count=1) if text.startswith("/") else text)


def clean(raw: str) -> str:
    """Drops broken surrogate pairs and invisible marks; control characters become spaces."""
    whole = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "".join(map(_cleaned, whole)).strip()


def _cleaned(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Cc" if character not in "\n\t":
            return " "
        case _:
            return character
