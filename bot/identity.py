"""Pseudonyms: what the rest of the system sees instead of a Telegram id."""

from datetime import timedelta
from pathlib import Path

from common.keys import RotatingKey

CONVERSATION_LIFETIME = timedelta(days=1)
WIPE_LIFETIME = timedelta(days=3)
"""A key is used for one day, and what was kept under it for 48 hours more."""


class Identity:
    """Turns the identity of a person in a channel into pseudonyms.

    The conversation pseudonym serves Rasa and changes every day. The wipe pseudonym finds the
    message ids that a wipe deletes, and cannot be linked to the other.
    """

    def __init__(self, directory: Path) -> None:
        """Opens the keys in `directory`."""
        self._conversation = RotatingKey(directory, "sender", lifetime=CONVERSATION_LIFETIME)
        self._wipe = RotatingKey(directory, "wipe", lifetime=WIPE_LIFETIME)

    def sender(self, channel: str, person: str) -> str:
        """Returns today's conversation pseudonym of `person` in `channel`."""
        return self._conversation.current().pseudonym(f"{channel}:{person}")

    def wipe(self, channel: str, person: str) -> str:
        """Returns today's wipe pseudonym of `person` in `channel`."""
        return self._wipe.current().pseudonym(f"{channel}:{person}")

    def wipes(self, channel: str, person: str) -> list[str]:
        """Returns every wipe pseudonym of `person` whose key still lives."""
        return [key.pseudonym(f"{channel}:{person}") for key in self._wipe.living()]

    def purge(self) -> None:
        """Throws away the keys whose lifetime is over."""
        self._conversation.living()
        self._wipe.living()
