"""Tells the action server that a turn took place, without holding up any turn."""

import asyncio

import httpx

from bot.messages import Turn
from common.logging import get_logger

_PENDING = 200
_log = get_logger(__name__)


class Usage:
    """Posts anonymous usage in the background; what cannot be delivered is let go."""

    def __init__(self, client: httpx.AsyncClient, actions_url: str) -> None:
        """Prepares the log.

        Args:
            client: The pool; the caller closes it.
            actions_url: Where the action server listens.
        """
        self._client = client
        self._url = actions_url.rstrip("/") + "/usage"
        self._pending: set[asyncio.Task[None]] = set()

    def post(self, sender: str, turn: Turn) -> None:
        """Reports `turn` of the conversation pseudonym `sender`, soon."""
        if len(self._pending) >= _PENDING:
            return
        body = {
            "sender": sender,
            "kind": turn.kind,
            "topic": turn.topic,
            "entry": turn.faq,
            "outcome": turn.outcome,
            "latency_ms": turn.latency_ms,
        }
        task = asyncio.create_task(self._deliver(body))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def settle(self, timeout_s: float = 1.0) -> None:
        """Waits until everything is delivered, but no longer than `timeout_s` seconds."""
        if self._pending:
            _, late = await asyncio.wait(self._pending, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _deliver(self, body: dict[str, str | int | None]) -> None:
        try:
            response = await self._client.post(self._url, json=body, timeout=2.0)
            response.raise_for_status()
        except httpx.HTTPError:
            _log.debug("Usage could not be delivered.", exc_info=True)
