"""The gateway proper: from what a person did to the reply, the same for every channel.

A crisis is looked for before anything else, and is answered even when every other process is
down. No message goes unanswered, whatever fails.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot import texts as t
from bot.buttons import CHECK, HELP_NOW, WIPE, encode
from bot.flood import Flood, Verdict
from bot.messages import Message, Turn
from bot.rasa_client import Outcome, RasaClient, RasaError, RasaReply
from bot.reading import Reading, read
from bot.texts import Texts
from bot.usage import Usage
from common.logging import get_logger
from safety.crisis import Crisis, detect
from safety.redaction import mask

RASA_CHARACTERS = 2000
"""How much of a text Rasa gets; the crisis gate sees all of it."""

FORGET_TIMEOUT_S = 2.0
"""How long a wipe waits for Rasa to forget, in seconds."""

_ALWAYS = (HELP_NOW, WIPE)
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation in some channel.

    Attributes:
        sender: Its pseudonym of today.
        wipe: Deletes the conversation's messages from the channel, and returns whether all of
            them went.
    """

    sender: str
    wipe: Callable[[], Awaitable[bool]]


class Gateway:
    """Answers what people write and press."""

    def __init__(
        self,
        rasa: RasaClient,
        texts: Texts,
        render: Callable[[str], str],
        flood: Flood | None,
        usage: Usage,
        *,
        rasa_timeout_s: float,
        crisis_timeout_s: float,
    ) -> None:
        """Joins the parts.

        Args:
            rasa: Where replies come from.
            texts: What the gateway says by itself.
            render: Fills in the placeholders of a text.
            flood: Limits each sender; None for no limit.
            usage: Where turns are reported.
            rasa_timeout_s: How long a turn waits for Rasa, in seconds.
            crisis_timeout_s: How long a crisis waits for Rasa, in seconds.
        """
        self._rasa = rasa
        self._texts = texts
        self._render = render
        self._flood = flood
        self._usage = usage
        self._rasa_timeout_s = rasa_timeout_s
        self._crisis_timeout_s = crisis_timeout_s
        self._late: set[asyncio.Task[Turn | None]] = set()

    async def text(self, chat: Chat, raw: str) -> Turn:
        """Answers what a person typed."""
        started = time.monotonic()
        if (read_text := _read(raw, "text")) is None:
            return _timed(self._unavailable("text"), started)
        reading, crisis = read_text
        if crisis is None and (stopped := self._stopped(chat, "text", reading.payload)):
            turn = stopped
        elif reading.payload == WIPE:
            turn = await self._wipe(chat)
            if crisis is not None:
                turn = await self._crisis(chat, reading.text, crisis)
        elif crisis is not None:
            if reading.payload == CHECK:  # what is pasted is judged by the check
                opening = self._rasa.press(chat.sender, CHECK, timeout_s=self._crisis_timeout_s)
                await self._from_rasa(opening)
            turn = await self._crisis(chat, reading.text, crisis)
        elif reading.payload is not None:
            turn = await self._press(chat, "command", reading.payload)
            if reading.payload == CHECK and reading.has_words:
                turn = await self._say(chat, reading.text)
        elif reading.has_words:
            turn = await self._say(chat, reading.text)
        else:
            turn = Turn((self._texts.any(t.NO_WORDS),), "text", "talk")
        return _timed(turn, started)

    async def press(self, chat: Chat, payload: str) -> Turn:
        """Answers the press of a button with a `payload` on the allow-list of `bot.buttons`."""
        started = time.monotonic()
        if stopped := self._stopped(chat, "button", payload):
            turn = stopped
        elif payload == WIPE:
            turn = await self._wipe(chat)
        else:
            turn = await self._press(chat, "button", payload)
        return _timed(turn, started)

    async def media(self, chat: Chat, caption: str, *, deleted: bool) -> Turn:
        """Answers a picture, a recording, a file or the like, which is never looked at.

        Args:
            chat: Where it came.
            caption: The text that came with it; only the crisis gate reads it.
            deleted: Whether the channel deleted it from the chat.
        """
        started = time.monotonic()
        if (read_caption := _read(caption, "media")) is None:
            return _timed(self._unavailable("media"), started)
        reading, crisis = read_caption
        note = self._texts.any(t.MEDIA if deleted else t.MEDIA_KEPT)
        if crisis is not None:
            turn = await self._crisis(chat, reading.text, crisis)
            turn = replace(turn, messages=(*turn.messages, note))
        else:
            turn = self._stopped(chat, "media") or Turn((note,), "media", "media")
        return _timed(turn, started)

    async def edited(self, chat: Chat, raw: str) -> Turn | None:
        """Answers a message that was changed after it was sent, if a crisis now stands in it."""
        started = time.monotonic()
        reading, crisis = _read(raw, "edited") or (None, None)
        if reading is None or crisis is None:
            return None
        return _timed(await self._crisis(chat, reading.text, crisis), started)

    def record(self, chat: Chat, turn: Turn) -> None:
        """Reports a turn whose reply has been sent."""
        if turn.messages:
            self._usage.post(chat.sender, turn)

    def _stopped(self, chat: Chat, kind: str, payload: str | None = None) -> Turn | None:
        if self._flood is None or payload in _ALWAYS:
            return None
        match self._flood.check(chat.sender):
            case Verdict.PASS:
                return None
            case Verdict.WARN:
                return Turn((self._texts.any(t.FLOOD),), kind, "flood")
            case Verdict.MUTE:
                return Turn((), kind, "flood")

    async def _wipe(self, chat: Chat) -> Turn:
        complete = all(await asyncio.gather(chat.wipe(), self._forget(chat.sender)))
        return Turn((self._texts.any(t.WIPED if complete else t.WIPED_PARTLY),), "wipe", "wipe")

    async def _forget(self, sender: str) -> bool:
        try:
            await self._rasa.forget(sender, timeout_s=FORGET_TIMEOUT_S)
        except RasaError:
            _log.warning("Rasa did not confirm that it forgot a conversation.")
            return False
        return True

    async def _crisis(self, chat: Chat, text: str, crisis: Crisis) -> Turn:
        intent = f"crisis_{crisis.kind}"
        reply = self._rasa.say(
            chat.sender, _passed_on(text), timeout_s=self._rasa_timeout_s, crisis=crisis
        )
        # Answered late, Rasa still remembers what was told, and the next message refers to it.
        task = asyncio.create_task(self._from_rasa(reply, intent))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        done, _ = await asyncio.wait({task}, timeout=self._crisis_timeout_s)
        if done and (turn := task.result()):
            if turn.intent == intent:
                return turn
            _log.error("Rasa took a crisis for something else.", intent=turn.intent)
        return Turn((self._texts.crisis(crisis),), intent, "crisis_local", intent, 1.0)

    async def _say(self, chat: Chat, text: str) -> Turn:
        reply = self._rasa.say(chat.sender, _passed_on(text), timeout_s=self._rasa_timeout_s)
        return await self._from_rasa(reply) or self._unavailable("text")

    async def _press(self, chat: Chat, kind: str, payload: str) -> Turn:
        urgent = payload in t.URGENT
        timeout_s = self._crisis_timeout_s if urgent else self._rasa_timeout_s
        reply = self._rasa.press(chat.sender, payload, timeout_s=timeout_s)
        if turn := await self._from_rasa(reply, kind):
            return turn
        if urgent:
            return Turn((self._texts.any(t.URGENT[payload]),), kind, "crisis_local")
        return self._unavailable(kind)

    def _unavailable(self, kind: str) -> Turn:
        return Turn((self._texts.any(t.UNAVAILABLE),), kind, "unavailable")

    async def _from_rasa(
        self, awaited: Awaitable[RasaReply], kind: str | None = None
    ) -> Turn | None:
        """Returns the turn that Rasa's reply makes, or None whatever goes wrong with it."""
        try:
            reply = await awaited
            return self._turn(reply, kind or reply.intent or "text")
        except RasaError:
            _log.warning("Rasa gave no usable reply.", kind=kind)
        except Exception:
            _log.exception("Rasa's reply could not be used.", kind=kind)
        return None

    def _turn(self, reply: RasaReply, kind: str) -> Turn:
        rendered = map(self._rendered, reply.messages)
        messages = tuple(message for message in rendered if message.text)
        if not messages:
            raise RasaError
        outcome = reply.outcome or Outcome(kind="talk")
        return Turn(
            messages,
            kind,
            outcome.kind,
            reply.intent,
            reply.confidence if outcome.confidence is None else outcome.confidence,
            outcome.topic,
            outcome.faq,
        )

    def _rendered(self, message: Message) -> Message:
        known = tuple(button for button in message.buttons if encode(button.payload))
        if len(known) < len(message.buttons):
            _log.error("A button with an unknown payload was left out.")
        return Message(self._render(message.text).strip(), known)


def _read(raw: str, kind: str) -> tuple[Reading, Crisis | None] | None:
    """Returns what `raw` says and the crisis in it, or None if a bug keeps it from being read."""
    try:
        reading = read(raw)
        return reading, detect(reading.text)
    except Exception:
        _log.exception("A message could not be read.", kind=kind)
        return None


def _passed_on(text: str) -> str:
    """Returns what Rasa gets of a text: its beginning, without what tells who somebody is."""
    return mask(text)[:RASA_CHARACTERS]


def _timed(turn: Turn, started: float) -> Turn:
    return replace(turn, latency_ms=round((time.monotonic() - started) * 1000))
