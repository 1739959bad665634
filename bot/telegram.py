"""The Telegram channel: what an update means, and how a reply is shown.

Only private chats are answered. Messages go out silently and without link previews, since
somebody else may hold the phone. Pictures, recordings and files are never downloaded.
"""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from telegram import (
    BotCommand,
    CallbackQuery,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram import Chat as TelegramChat
from telegram.constants import ChatAction, ParseMode, UpdateType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import AIORateLimiter, Defaults, ExtBot, filters
from telegram.request import HTTPXRequest

from bot import buttons, markup
from bot import texts as t
from bot.delivery import deliver
from bot.gateway import Chat, Gateway
from bot.identity import Identity
from bot.messages import Button, Turn
from bot.messages import Message as Reply
from bot.reading import COMMANDS
from bot.recent import Recent
from bot.texts import Texts
from bot.wipe import SentMessages
from common.logging import get_logger

ALLOWED_UPDATES = [
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
]

_CHANNEL = "telegram"
_TYPING_AFTER_S = 0.2
_TYPING_EVERY_S = 4.0
_DOUBLE_TAP_S = 2.0
_ALBUM_S = 60.0
_DELETED_AT_ONCE = 100
_UNSENT = 1000
"""How many replies that could not be sent are kept; the oldest go first."""
_log = get_logger(__name__)

TelegramBot = ExtBot[int]


def create_bot(token: str, api_url: str) -> TelegramBot:
    """Returns a bot that talks to the Bot API at `api_url`.

    The library's own logs are silenced, since they may quote a message or the token, and it is
    told to report times as `timedelta`.

    Raises:
        telegram.error.InvalidToken: If `token` is empty.
    """
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    os.environ["PTB_TIMEDELTA"] = "true"
    base = api_url.rstrip("/")
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(read_timeout=10.0, pool_timeout=10.0),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=10.0),
        defaults=Defaults(
            parse_mode=ParseMode.HTML,
            disable_notification=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        rate_limiter=AIORateLimiter(),
    )


async def describe(bot: TelegramBot, texts: Texts) -> None:
    """Sets the menu of commands and the bot's descriptions, or goes on with the old ones."""
    try:
        await bot.set_my_commands([BotCommand(name, texts.command(name)) for name in COMMANDS])
        await bot.set_my_description(texts.line(t.DESCRIPTION))
        await bot.set_my_short_description(texts.line(t.SHORT_DESCRIPTION))
    except TelegramError:
        _log.warning("The menu and the descriptions could not be set.", exc_info=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """A message as it is sent, and as it is sent should Telegram refuse that."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A turn, and those of its messages that are not in the chat yet."""

    turn: Turn
    parts: deque[_Part]


class TelegramChannel:
    """Hands what happens in Telegram to the gateway, and its replies to Telegram."""

    def __init__(
        self,
        bot: TelegramBot,
        gateway: Gateway,
        texts: Texts,
        identity: Identity,
        sent: SentMessages,
    ) -> None:
        self._bot = bot
        self._identity = identity
        self._gateway = gateway
        self._texts = texts
        self._sent = sent
        self._taps = Recent(_DOUBLE_TAP_S)
        self._albums = Recent(_ALBUM_S)
        self._unsent: dict[int, _Unsent] = {}

    async def handle(self, update: Update) -> None:
        """Answers `update`; if that failed before, sends what is left of the answer.

        Raises:
            telegram.error.TelegramError: If the answer could not be sent, other than because the
                bot is blocked.
        """
        chat = update.effective_chat
        if chat is not None and chat.type != TelegramChat.PRIVATE:
            await self._leave(update, chat.id)
        elif update.callback_query is not None:
            await self._pressed(update.update_id, update.callback_query)
        elif update.message is not None:
            await self._written(update, update.message)
        elif update.edited_message is not None:
            await self._edited(update.update_id, update.edited_message)
        self._unsent.pop(update.update_id, None)

    async def _leave(self, update: Update, chat_id: int) -> None:
        change = update.my_chat_member
        if change and change.new_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED):
            return
        await _unless_refused(deliver(lambda: self._bot.leave_chat(chat_id)))

    async def _written(self, update: Update, message: Message) -> None:
        if message.text is not None:
            await self._text(update.update_id, message, message.text)
        elif not filters.StatusUpdate.ALL.check_update(update):
            await self._media(update.update_id, message)

    async def _text(self, update_id: int, message: Message, text: str) -> None:
        chat = self._chat(message.chat_id, message.message_id)
        answer = partial(self._gateway.text, chat, text)
        await self._reply(update_id, chat, message.chat_id, answer, [message.message_id])

    async def _media(self, update_id: int, message: Message) -> None:
        chat = self._chat(message.chat_id, message.message_id)
        deleted = await self._delete(message.chat_id, [message.message_id])
        album = (message.chat_id, message.media_group_id)
        if album in self._albums and not message.caption:
            return
        answer = partial(self._gateway.media, chat, message.caption or "", deleted=deleted)
        received = [] if deleted else [message.message_id]
        await self._reply(update_id, chat, message.chat_id, answer, received)
        if message.media_group_id:
            self._albums.add(album)

    async def _edited(self, update_id: int, message: Message) -> None:
        chat = self._chat(message.chat_id, message.message_id)
        answer = partial(self._gateway.edited, chat, message.text or message.caption or "")
        await self._reply(update_id, chat, message.chat_id, answer, [message.message_id])

    async def _pressed(self, update_id: int, query: CallbackQuery) -> None:
        payload = buttons.decode(query.data or "")
        if payload is None or query.message is None:
            text = self._texts.line(t.OLD_BUTTON)
            await _unless_refused(deliver(lambda: query.answer(text)))
            return
        chat_id, message_id = query.message.chat.id, query.message.message_id
        with contextlib.suppress(TelegramError):
            await query.answer()
        tap = (chat_id, message_id, payload)
        if tap in self._taps:
            return
        chat = self._chat(chat_id, message_id)
        answer = partial(self._gateway.press, chat, payload)
        await self._reply(update_id, chat, chat_id, answer, [message_id])
        if buttons.is_thumb(payload) and isinstance(query.message, Message):
            await self._remove_thumbs(query.message)
        self._taps.add(tap)

    async def _reply(
        self,
        update_id: int,
        chat: Chat,
        chat_id: int,
        answer: Callable[[], Awaitable[Turn | None]],
        received: Iterable[int],
    ) -> None:
        """Sends the reply to an update, and remembers what is now in the chat for a wipe.

        The gateway is asked once: an update that is handled again gets the rest of that turn.
        """
        unsent = self._unsent.get(update_id)
        if unsent is None:
            async with self._typing(chat_id):
                turn = await answer()
            if turn is None:
                return
            unsent = self._keep(update_id, turn)
        shown = [] if unsent.turn.outcome == "wipe" else list(received)
        try:
            while unsent.parts:
                shown.append(await self._send(chat_id, unsent.parts[0]))
                unsent.parts.popleft()
        except Forbidden:
            _log.warning("The bot is blocked.", outcome=unsent.turn.outcome, exc_info=True)
        finally:
            await self._sent.remember(_CHANNEL, str(chat_id), shown)
        self._gateway.record(chat, unsent.turn)

    def _keep(self, update_id: int, turn: Turn) -> _Unsent:
        unsent = _Unsent(turn, deque(part for reply in turn.messages for part in _parts(reply)))
        self._unsent[update_id] = unsent
        if len(self._unsent) > _UNSENT:
            del self._unsent[next(iter(self._unsent))]
        return unsent

    async def _send(self, chat_id: int, part: _Part) -> int:
        """Sends a message, as plain text if Telegram refuses its markup, and returns its id."""
        send = partial(self._bot.send_message, chat_id)
        try:
            message = await deliver(partial(send, part.html, reply_markup=part.keyboard))
        except BadRequest:
            _log.exception("Telegram refused a reply; it is sent as plain text.")
            message = await deliver(partial(send, part.plain, parse_mode=None))
        return message.message_id

    async def _remove_thumbs(self, message: Message) -> None:
        """Takes the thumbs off the keyboard under `message`, so that they are pressed once."""
        if message.reply_markup is None:
            return
        rows = [
            [b for b in row if not buttons.is_thumb(f"/{b.callback_data}")]
            for row in message.reply_markup.inline_keyboard
        ]
        keyboard = InlineKeyboardMarkup([row for row in rows if row])
        with contextlib.suppress(TelegramError):
            await message.edit_reply_markup(keyboard)

    def _chat(self, chat_id: int, message_id: int) -> Chat:
        return Chat(
            self._identity.sender(_CHANNEL, str(chat_id)), partial(self._wipe, chat_id, message_id)
        )

    async def _wipe(self, chat_id: int, message_id: int) -> bool:
        """Deletes what is in the chat, `message_id` included, and forgets what was there.

        Returns:
            Whether all of it is gone; if not, it stays remembered for the next wipe.
        """
        recalled, known = await self._sent.recall(_CHANNEL, str(chat_id))
        deleted = await self._delete(chat_id, sorted({message_id, *recalled}))
        if known and deleted:
            await self._sent.forget(_CHANNEL, str(chat_id))
            return True
        await self._sent.remember(_CHANNEL, str(chat_id), [message_id])
        return False

    async def _delete(self, chat_id: int, message_ids: Sequence[int]) -> bool:
        """Deletes messages and returns whether all of them are gone."""
        complete = True
        for start in range(0, len(message_ids), _DELETED_AT_ONCE):
            batch = message_ids[start : start + _DELETED_AT_ONCE]
            try:
                await deliver(partial(self._bot.delete_messages, chat_id, batch))
            except BadRequest:
                gone = [await self._delete_one(chat_id, message_id) for message_id in batch]
                complete = complete and all(gone)
            except TelegramError:
                complete = False
        return complete

    async def _delete_one(self, chat_id: int, message_id: int) -> bool:
        try:
            await deliver(partial(self._bot.delete_message, chat_id, message_id))
        except BadRequest as error:
            return "not found" in error.message
        except TelegramError:
            return False
        return True

    @contextlib.asynccontextmanager
    async def _typing(self, chat_id: int) -> AsyncIterator[None]:
        """Shows "typing…" in the chat for as long as the body takes, unless it is quick."""
        task = asyncio.create_task(self._type(chat_id))
        try:
            yield
        finally:
            task.cancel()

    async def _type(self, chat_id: int) -> None:
        await asyncio.sleep(_TYPING_AFTER_S)
        while True:
            with contextlib.suppress(TelegramError):
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
            await asyncio.sleep(_TYPING_EVERY_S)


async def _unless_refused(call: Awaitable[bool]) -> None:
    with contextlib.suppress(BadRequest, Forbidden):
        await call


def _parts(reply: Reply) -> Iterable[_Part]:
    """Yields `reply` in messages that Telegram takes, the last with the buttons."""
    html, plain = markup.to_html(reply.text), markup.to_plain_parts(reply.text)
    for number, part in enumerate(html):
        keyboard = _keyboard(reply.buttons) if number == len(html) - 1 else None
        yield _Part(part, plain[number], keyboard)


def _keyboard(offered: Iterable[Button]) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(b.title, callback_data=buttons.encode(b.payload)) for b in row]
        for row in buttons.rows(offered)
    ]
    return InlineKeyboardMarkup(rows) if rows else None
