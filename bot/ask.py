"""Asks questions from a script: one, or a batch of JSON Lines."""

import asyncio
import hashlib
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Self
from weakref import WeakValueDictionary

from bot.gateway import Chat, Gateway
from bot.messages import Turn

CONCURRENT = 8


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a batch.

    Attributes:
        id: What the result is marked with.
        text: What is asked.
        sender: Questions of one sender are one conversation, in order; without it, each stands
            alone.
    """

    id: str | int
    text: str
    sender: str | None = None

    @classmethod
    def parse(cls, line: str) -> Self:
        """Reads a JSON object with the fields of the class.

        Raises:
            QuestionError: If it is not one.
        """
        try:
            content = json.loads(line)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise QuestionError(None, "not a JSON object")
        question_id = content.get("id")
        if not isinstance(question_id, str | int):
            raise QuestionError(None, '"id" must be a string or a number')
        if not isinstance(content.get("text"), str):
            raise QuestionError(question_id, '"text" must be a string')
        if not isinstance(content.get("sender"), str | None):
            raise QuestionError(question_id, '"sender" must be a string')
        return cls(question_id, content["text"], content.get("sender"))


class QuestionError(Exception):
    """A line of a batch cannot be read."""

    def __init__(self, question_id: str | int | None, reason: str) -> None:
        super().__init__(reason)
        self.question_id = question_id


async def ask(gateway: Gateway, text: str) -> Turn:
    """Asks one question in a conversation of its own."""
    return await _ask(gateway, secrets.token_hex(8), text)


async def ask_all(gateway: Gateway, lines: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Asks a batch, several senders at a time, and yields the results in the order of the lines.

    Args:
        gateway: What answers.
        lines: Each a JSON object with the fields of `Question`; empty lines are skipped.

    Yields:
        For each line what `result` returns or, for one that cannot be read, its "id" where it
        has one, and an "error".
    """
    batch = secrets.token_hex(8)
    senders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
    running: deque[asyncio.Task[dict[str, Any]]] = deque()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        running.append(asyncio.create_task(_answer(gateway, batch, senders, number, line)))
        if len(running) >= CONCURRENT:
            yield await running.popleft()
    while running:
        yield await running.popleft()


def result(question_id: str | int | None, turn: Turn) -> dict[str, Any]:
    """Returns `turn` as the JSON object that a script reads."""
    return {
        "id": question_id,
        "messages": [
            {
                "text": message.text,
                "buttons": [{"title": b.title, "payload": b.payload} for b in message.buttons],
            }
            for message in turn.messages
        ],
        "intent": turn.intent,
        "confidence": turn.confidence,
        "outcome": turn.outcome,
        "faq": turn.faq,
        "latency_ms": turn.latency_ms,
    }


async def _answer(
    gateway: Gateway,
    batch: str,
    senders: WeakValueDictionary[str, asyncio.Lock],
    number: int,
    line: str,
) -> dict[str, Any]:
    try:
        question = Question.parse(line)
    except QuestionError as error:
        return {"id": error.question_id, "error": f"line {number}: {error}"}
    sender = f"{batch}-{number}"
    if question.sender is not None:
        sender = f"{batch}-{_digest(question.sender)}"
    async with senders.setdefault(sender, asyncio.Lock()):
        return result(question.id, await _ask(gateway, sender, question.text))


async def _ask(gateway: Gateway, sender: str, text: str) -> Turn:
    async def wipe() -> bool:
        return True

    chat = Chat(sender, wipe)
    turn = await gateway.text(chat, text)
    gateway.record(chat, turn)
    return turn


def _digest(sender: str) -> str:
    return hashlib.sha256(sender.encode("utf-8", "surrogatepass")).hexdigest()[:16]
