"""Receives updates from Telegram over a webhook.

Telegram delivers an update again until it gets 200, so 200 is returned only after the update has
been handled.
"""

import asyncio
import hashlib
import hmac
import json
import math
import socket
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot, Update

from bot.delivery import deliver
from bot.dispatch import Dispatcher
from common.logging import get_logger

_LONGEST_BODY = 1024 * 1024
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
_FINISH_S = 20
_log = get_logger(__name__)


def secret_for(token: str) -> str:
    """Returns the webhook secret that goes with a bot `token` where none was set.

    It is the same in every replica, and does not give the token away.
    """
    return hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()


def create_app(bot: Bot, dispatcher: Dispatcher, *, path: str, secret: str) -> Starlette:
    """Returns the web application.

    Args:
        bot: What updates are parsed for.
        dispatcher: Handles the updates.
        path: Where Telegram posts them.
        secret: What Telegram sends along to show that it is Telegram.
    """

    async def receive(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = Update.de_json(json.loads(body), bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Response(status_code=400)
        try:
            await asyncio.shield(dispatcher.submit(update))
        except Exception:
            return Response(status_code=500)
        return Response(status_code=200)

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[Route(path, receive, methods=["POST"]), Route("/health", health, methods=["GET"])]
    )


async def serve(
    bot: Bot,
    dispatcher: Dispatcher,
    stop: asyncio.Event,
    *,
    url: str,
    secret: str,
    host: str,
    port: int,
    allowed_updates: Sequence[str],
) -> None:
    """Listens on `host`:`port` and tells Telegram to post to `url`, until `stop` is set.

    The webhook stays set afterwards, so that Telegram keeps what comes until the next start.

    Raises:
        OSError: If the port is taken.
        telegram.error.TelegramError: If Telegram refuses the webhook.
    """
    app = create_app(bot, dispatcher, path=urlsplit(url).path or "/", secret=secret)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_FINISH_S,
        )
    )
    listening = asyncio.create_task(server.serve([listener]))
    stopped = asyncio.create_task(stop.wait())
    try:
        await deliver(
            partial(bot.set_webhook, url, secret_token=secret, allowed_updates=allowed_updates),
            patience_s=math.inf,
        )
        _log.info("The webhook is set.", host=host, port=port)
        await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        server.should_exit = True
        await listening
        await dispatcher.finish(_FINISH_S)


async def _body(request: Request) -> bytes | None:
    """Returns the body of `request`, or None if it is too long to come from Telegram."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            return None
    return bytes(body)
