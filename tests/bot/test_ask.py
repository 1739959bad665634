import json
from typing import Any

import pytest

from bot.ask import ask, ask_all, result
from bot.gateway import Gateway
from tests.bot.conftest import FakeServers


def line(number: int, **fields: Any) -> str:
    return json.dumps({"id": number, "text": f"câu {number}", **fields})


async def run(gateway: Gateway, *lines: str) -> list[dict[str, Any]]:
    return [answer async for answer in ask_all(gateway, lines)]


async def test_one_question(gateway: Gateway, servers: FakeServers) -> None:
    servers.reply = lambda _: {
        "messages": [{"text": "**a**", "buttons": [{"title": "b", "payload": "/help"}]}],
        "intent": "ask_faq",
        "outcome": {"kind": "answer", "faq": "games-1", "confidence": 0.8},
    }
    answer = result("q1", await ask(gateway, "nick bị hack"))
    latency_ms = answer.pop("latency_ms")
    assert 0 <= latency_ms < 1000
    assert answer == {
        "id": "q1",
        "messages": [{"text": "**a**", "buttons": [{"title": "b", "payload": "/help"}]}],
        "intent": "ask_faq",
        "confidence": 0.8,
        "outcome": "answer",
        "faq": "games-1",
    }


async def test_a_batch_is_answered_in_the_order_of_its_lines(
    gateway: Gateway, servers: FakeServers
) -> None:
    answers = await run(gateway, *(line(number) for number in range(30)), "", " \n")
    assert [answer["id"] for answer in answers] == list(range(30))
    assert len({body["sender"] for body in servers.asked}) == 30


async def test_a_sender_has_one_conversation_in_order(
    gateway: Gateway, servers: FakeServers
) -> None:
    servers.delay_s = 0.01
    await run(gateway, *(line(n, sender="ab"[n % 2]) for n in range(20)))
    senders = {body["sender"] for body in servers.asked}
    assert len(senders) == 2
    for sender in senders:
        texts = [body["text"] for body in servers.asked if body["sender"] == sender]
        assert texts == sorted(texts, key=lambda text: int(text.split()[1]))
        assert len(texts) == 10


async def test_two_batches_share_no_conversation(gateway: Gateway, servers: FakeServers) -> None:
    await run(gateway, line(1, sender="a"))
    await run(gateway, line(2, sender="a"))
    assert len({body["sender"] for body in servers.asked}) == 2


@pytest.mark.parametrize(
    ("bad", "question_id"),
    [
        ("bí mật", None),
        ("[]", None),
        ("1", None),
        ('{"text": "bí mật"}', None),
        ('{"id": null, "text": "bí mật"}', None),
        ('{"id": 5}', 5),
        ('{"id": "x", "text": 1}', "x"),
        ('{"id": "x", "text": "bí mật", "sender": 1}', "x"),
    ],
)
async def test_a_bad_line_is_told_and_the_batch_goes_on(
    gateway: Gateway, bad: str, question_id: object
) -> None:
    first, second = await run(gateway, bad, line(2))
    assert first["id"] == question_id
    assert first["error"].startswith("line 1: ")
    assert "bí mật" not in first["error"]
    assert second["outcome"] == "answer"


async def test_broken_surrogates_are_no_trouble(gateway: Gateway, servers: FakeServers) -> None:
    (answer,) = await run(gateway, r'{"id": 1, "text": "chào \ud83d bạn", "sender": "\ud83d"}')
    assert answer["outcome"] == "answer"
    assert servers.asked[0]["text"] == "chào  bạn"


async def test_typed_commands_work(gateway: Gateway, servers: FakeServers) -> None:
    commands = [json.dumps({"id": n, "text": text}) for n, text in enumerate(("/start", "/xoa"))]
    answers = await run(gateway, *commands)
    assert servers.asked[0]["payload"] == "/start"
    assert [answer["outcome"] for answer in answers] == ["answer", "wipe"]
