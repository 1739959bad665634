"""Responses of domain.yml, passed on as they are written."""

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig


class VerbatimResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's responses without its templating.

    Texts hold `{contact:…}` placeholders, which the gateway fills in, and no slots.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        endpoint_config: EndpointConfig | None = None,
        **kwargs: Any,
    ) -> None:
        """Takes the responses out of `domain`; called by Rasa."""
        super().__init__((domain or Domain.empty()).responses)

    def _fill_response(
        self,
        response: dict[str, Any],
        filled_slots: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        return response
