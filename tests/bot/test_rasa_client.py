from typing import Any

import httpx
import pytest

from bot.messages import Button, Message
from bot.rasa_client import RasaClient, RasaError
from safety.crisis import Crisis
from tests.bot.conftest import FakeServers


@pytest.fixture
def rasa(client: httpx.AsyncClient) -> RasaClient:
    return RasaClient(client, "http://rasa/")


async def test_a_text_and_a_payload_are_told_apart(rasa: RasaClient, servers: FakeServers) -> None:
    await rasa.say("s", "/intent", timeout_s=1)
    await rasa.press("s", "/start", timeout_s=1)
    await rasa.say("s", "t", timeout_s=1, crisis=Crisis("abuse", "friend"))
    assert servers.asked == [
        {"sender": "s", "text": "/intent", "metadata": {"crisis": None}},
        {"sender": "s", "payload": "/start"},
        {
            "sender": "s",
            "text": "t",
            "metadata": {"crisis": {"kind": "abuse", "about": "friend", "sure": True}},
        },
    ]


async def test_the_reply_is_read(rasa: RasaClient, servers: FakeServers) -> None:
    servers.reply = lambda _: {
        "messages": [
            {"text": "a", "buttons": [{"title": "b", "payload": "/help"}]},
            {"text": "c"},
        ],
        "intent": None,
        "confidence": None,
        "outcome": None,
        "more": 1,
    }
    reply = await rasa.say("s", "t", timeout_s=1)
    assert reply.messages == (Message("a", (Button("b", "/help"),)), Message("c"))
    assert reply.intent is None
    assert reply.outcome is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={"messages": []}),
        httpx.Response(200, content=b"no JSON"),
        httpx.Response(200, json=[]),
        {"messages": None},
        {"messages": [{"text": 1}]},
        {"messages": [{"text": "a", "buttons": [{"title": "b"}]}]},
    ],
)
async def test_anything_else_is_an_error_that_quotes_nothing(
    rasa: RasaClient, servers: FakeServers, answer: Any
) -> None:
    servers.reply = lambda _: answer
    with pytest.raises(RasaError) as caught:
        await rasa.say("s", "bí mật", timeout_s=1)
    assert str(caught.value) == ""
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_it_waits_no_longer_than_told(rasa: RasaClient, servers: FakeServers) -> None:
    servers.delay_s = 5
    with pytest.raises(RasaError):
        await rasa.say("s", "t", timeout_s=0.05)


async def test_a_server_that_is_down_is_an_error(rasa: RasaClient, servers: FakeServers) -> None:
    servers.down = True
    with pytest.raises(RasaError):
        await rasa.press("s", "/start", timeout_s=1)


async def test_a_conversation_is_forgotten(rasa: RasaClient, servers: FakeServers) -> None:
    await rasa.forget("s", timeout_s=1)
    assert servers.forgotten == ["s"]
