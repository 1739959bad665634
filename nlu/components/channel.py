"""The channel between the gateway and Rasa.

Rasa's own REST channel logs the text of a message that fails, takes any text that begins with "/"
for an intent, and does not tell what was understood. This one does none of that.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

_LEADING_SLASHES = re.compile(r"^[/\s]+")

logger = logging.getLogger(__name__)


class WholeMessages(CollectingOutputChannel):
    """Collects messages as they are; Rasa's own class makes several of one at each empty line."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Collects a message without buttons."""
        await self._persist_message(self._message(recipient_id, text=text))


class GatewayInput(InputChannel):
    """Receives one message or button of a pseudonymous sender and answers with the whole turn.

    Request: `{"sender": …, "text": …}`, or `{"sender": …, "payload": "/intent"}` for a button,
    optionally with `"metadata"`. Answer: `{"messages": […], "intent": …, "confidence": …,
    "outcome": …}`, where `outcome` is what an action reported of the turn. A second route forgets
    the conversation of a sender at once.
    """

    @classmethod
    def name(cls) -> str:
        """Returns the name in the URL: /webhooks/gateway/webhook."""
        return "gateway"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes of the channel."""
        blueprint = Blueprint("gateway_webhook")

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            turn = request.json if isinstance(request.json, dict) else {}
            sender, text = turn.get("sender"), _message_text(turn)
            if not isinstance(sender, str) or not sender or text is None:
                return response.json({"error": "sender and text or payload needed"}, status=400)
            output = WholeMessages()
            try:
                await on_new_message(
                    UserMessage(
                        text,
                        output,
                        sender,
                        input_channel=self.name(),
                        metadata=turn.get("metadata") or {},
                    )
                )
                tracker = await request.app.ctx.agent.tracker_store.retrieve(sender)
            except Exception as error:  # the message may be quoted in it: log the type alone
                logger.error("A turn failed with %s", type(error).__qualname__)  # noqa: TRY400
                return response.json({"error": "turn failed"}, status=500)
            latest = tracker.latest_message if tracker else None
            intent = (latest.intent if latest else None) or {}
            return response.json(
                {
                    "messages": _messages(output.messages),
                    "intent": intent.get("name"),
                    "confidence": intent.get("confidence"),
                    "outcome": _outcome(output.messages),
                }
            )

        @blueprint.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            turn = request.json if isinstance(request.json, dict) else {}
            agent = request.app.ctx.agent
            sender = str(turn.get("sender"))
            async with agent.lock_store.lock(sender):
                empty = DialogueStateTracker(sender, agent.domain.slots)
                await agent.tracker_store.save(empty)
            return response.json({"forgotten": True})

        return blueprint


def _message_text(turn: dict[str, Any]) -> str | None:
    """Returns what Rasa shall read: a payload as it is, a text never as a payload."""
    payload, text = turn.get("payload"), turn.get("text")
    if isinstance(payload, str):
        return payload if payload.startswith("/") else None
    return _LEADING_SLASHES.sub("", text) if isinstance(text, str) else None


def _messages(collected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "text": message["text"],
            "buttons": [
                {"title": button["title"], "payload": button["payload"]}
                for button in message.get("buttons", [])
            ],
        }
        for message in collected
        if "text" in message
    ]


def _outcome(collected: list[dict[str, Any]]) -> dict[str, Any] | None:
    for message in collected:
        custom = message.get("custom") or {}
        if "outcome" in custom:
            outcome: dict[str, Any] = custom["outcome"]
            return outcome
    return None
