"""What the actions have in common."""

from typing import Any

from rasa_sdk import Action

from faq.service import FaqService

Domain = dict[str, Any]


class FaqAction(Action):
    """An action that needs the bank."""

    def __init__(self, faq: FaqService) -> None:
        """Keeps the bank."""
        self._faq = faq
