"""Asks Rasa for the reply to a message."""

import asyncio
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from bot.messages import Message
from safety.crisis import Crisis

_CHANNEL = "/webhooks/gateway"


class RasaError(Exception):
    """Rasa did not answer in time, or not with what was agreed."""


class Outcome(BaseModel):
    """What the actions made of a message; the fields are those of `bot.messages.Turn`."""

    kind: str
    topic: str | None = None
    faq: str | None = None
    confidence: float | None = None


class RasaReply(BaseModel):
    """Rasa's reply: messages in light markup, with their placeholders not yet filled in."""

    messages: tuple[Message, ...]
    intent: str | None = None
    confidence: float | None = None
    outcome: Outcome | None = None


class RasaClient:
    """Speaks to Rasa's gateway channel over a pool of connections."""

    def __init__(self, client: httpx.AsyncClient, rasa_url: str) -> None:
        """Prepares a client.

        Args:
            client: The pool; the caller closes it.
            rasa_url: Where Rasa listens.
        """
        self._client = client
        self._url = rasa_url.rstrip("/") + _CHANNEL

    async def say(
        self, sender: str, text: str, *, timeout_s: float, crisis: Crisis | None = None
    ) -> RasaReply:
        """Returns the reply to what `sender` wrote.

        Args:
            sender: The conversation pseudonym.
            text: Plain text, which Rasa never reads as a payload.
            timeout_s: How long to wait for the whole reply, in seconds.
            crisis: What the crisis gate found in the text; None tells Rasa that it is none.

        Raises:
            RasaError: If no usable reply came in time.
        """
        body: dict[str, Any] = {
            "sender": sender,
            "text": text,
            "metadata": {"crisis": crisis and crisis._asdict()},
        }
        return await self._turn(body, timeout_s)

    async def press(self, sender: str, payload: str, *, timeout_s: float) -> RasaReply:
        """Returns the reply to a button or command.

        Args:
            sender: The conversation pseudonym.
            payload: A payload on the allow-list of `bot.buttons`.
            timeout_s: How long to wait for the whole reply, in seconds.

        Raises:
            RasaError: If no usable reply came in time.
        """
        return await self._turn({"sender": sender, "payload": payload}, timeout_s)

    async def forget(self, sender: str, *, timeout_s: float) -> None:
        """Makes Rasa forget the conversation of `sender`.

        Raises:
            RasaError: If Rasa did not confirm it in time.
        """
        await self._post("/forget", {"sender": sender}, timeout_s)

    async def _turn(self, body: dict[str, Any], timeout_s: float) -> RasaReply:
        content = await self._post("/webhook", body, timeout_s)
        try:
            return RasaReply.model_validate_json(content)
        except ValidationError:
            raise RasaError from None

    async def _post(self, path: str, body: dict[str, Any], timeout_s: float) -> bytes:
        try:
            async with asyncio.timeout(timeout_s):
                response = await self._client.post(self._url + path, json=body, timeout=timeout_s)
        except (httpx.HTTPError, TimeoutError):
            raise RasaError from None
        if not response.is_success:
            raise RasaError
        return response.content
