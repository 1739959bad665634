"""Puts the parts together and runs the Telegram bot until it is told to stop."""

import asyncio
import contextlib
import math
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import httpx
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot import webhook
from bot.delivery import deliver
from bot.dispatch import Dispatcher
from bot.flood import Flood
from bot.gateway import Gateway
from bot.identity import Identity
from bot.polling import Poller
from bot.rasa_client import RasaClient
from bot.store import Store, connect
from bot.telegram import ALLOWED_UPDATES, TelegramBot, TelegramChannel, create_bot, describe
from bot.texts import Texts
from bot.updates import AnsweredUpdates
from bot.usage import Usage
from bot.wipe import SentMessages
from common.logging import get_logger
from common.settings import Settings
from faq.placeholders import Placeholders
from safety.crisis import detect

_IDLE_CONNECTION_S = 2.0
"""Shorter than servers keep an idle connection, so that none is closed while it is taken."""
_PURGE_EVERY_S = 3600.0
_LONGEST_PAUSE_S = 60.0
_log = get_logger(__name__)


class StartError(Exception):
    """The bot cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The gateway and what the channels need beside it."""

    gateway: Gateway
    texts: Texts
    usage: Usage


@contextlib.asynccontextmanager
async def open_gateway(settings: Settings, *, flood: bool) -> AsyncIterator[Parts]:
    """Opens the gateway with its connections.

    Args:
        settings: The settings of this process.
        flood: Whether each sender is limited.

    Raises:
        bot.texts.TextsError: If a text that the gateway needs cannot be used.
    """
    render = Placeholders.load().render
    texts = Texts.load(render)
    detect("")  # reads its model, which takes a moment
    limits = httpx.Limits(max_connections=200, keepalive_expiry=_IDLE_CONNECTION_S)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        usage = Usage(client, settings.actions_url)
        gateway = Gateway(
            RasaClient(client, settings.rasa_url),
            texts,
            render,
            Flood(settings.flood_messages_per_minute) if flood else None,
            usage,
            rasa_timeout_s=settings.rasa_timeout_s,
            crisis_timeout_s=settings.crisis_timeout_s,
        )
        yield Parts(gateway, texts, usage)
        await usage.settle()


async def serve_telegram(settings: Settings) -> None:
    """Answers on Telegram, over a webhook if one is set and by polling if not, until SIGTERM.

    Raises:
        StartError: If there is no usable token, the port is taken, or the webhook is refused.
        bot.texts.TextsError: If a text that the gateway needs cannot be used.
    """
    secret = settings.telegram_bot_token
    token = secret.get_secret_value().strip() if secret else ""
    if not token:
        raise StartError("TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather on Telegram.")
    stop = _stop_on_signals()
    bot = create_bot(token, settings.telegram_api_url)
    store = Store(partial(connect, settings.database_url))
    try:
        await store.open()
        async with open_gateway(settings, flood=True) as parts:
            if await _log_in(bot, stop):
                await _serve(settings, bot, store, parts, stop)
    except InvalidToken:
        raise StartError(
            "Telegram does not know the TELEGRAM_BOT_TOKEN. Copy it again from @BotFather."
        ) from None
    finally:
        await bot.shutdown()
        store.close()


async def _serve(
    settings: Settings, bot: TelegramBot, store: Store, parts: Parts, stop: asyncio.Event
) -> None:
    identity = Identity(settings.var_dir / "keys")
    sent = SentMessages(store, identity)
    answered = AnsweredUpdates(store)
    channel = TelegramChannel(bot, parts.gateway, parts.texts, identity, sent)
    dispatcher = Dispatcher(channel.handle, answered)
    background = [
        asyncio.create_task(describe(bot, parts.texts)),
        asyncio.create_task(_purge(identity, sent, answered)),
    ]
    try:
        if settings.telegram_webhook_url:
            await _serve_webhook(settings, bot, dispatcher, stop)
        else:
            await deliver(bot.delete_webhook, patience_s=math.inf)
            _log.info("The bot polls Telegram.")
            await Poller(bot, dispatcher, ALLOWED_UPDATES).run(stop)
    finally:
        for task in background:
            task.cancel()


async def _serve_webhook(
    settings: Settings, bot: TelegramBot, dispatcher: Dispatcher, stop: asyncio.Event
) -> None:
    given = settings.telegram_webhook_secret
    try:
        await webhook.serve(
            bot,
            dispatcher,
            stop,
            url=settings.telegram_webhook_url or "",
            secret=given.get_secret_value() if given else webhook.secret_for(bot.token),
            host=settings.telegram_webhook_host,
            port=settings.telegram_webhook_port,
            allowed_updates=ALLOWED_UPDATES,
        )
    except OSError as error:
        raise StartError(
            f"Port {settings.telegram_webhook_port} cannot be used ({error.strerror}). "
            "Choose another TELEGRAM_WEBHOOK_PORT."
        ) from None
    except BadRequest:
        raise StartError(
            "Telegram refuses the TELEGRAM_WEBHOOK_URL. It must be a public https address."
        ) from None


async def _log_in(bot: TelegramBot, stop: asyncio.Event) -> bool:
    """Waits until Telegram can be reached; returns False if told to stop before.

    Raises:
        telegram.error.InvalidToken: If Telegram refuses the token.
    """
    pause_s = 1.0
    while not stop.is_set():
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except TelegramError:
            _log.warning("Telegram cannot be reached; trying again.", retry_after_s=pause_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause_s)
            pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)
        else:
            return True
    return False


async def _purge(identity: Identity, sent: SentMessages, answered: AnsweredUpdates) -> None:
    while True:
        try:
            await sent.purge()
            await answered.purge()
            identity.purge()
        except Exception:
            _log.exception("What is old could not be removed; it is tried again later.")
        await asyncio.sleep(_PURGE_EVERY_S)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
