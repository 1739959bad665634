import asyncio

import httpx

from bot.messages import Message, Turn
from bot.usage import Usage
from tests.bot.conftest import FakeServers

TURN = Turn((Message("a"),), "ask_faq", "answer", "ask_faq", 0.9, "games", "games-1", 12)


async def test_a_turn_is_reported_without_text(usage: Usage, servers: FakeServers) -> None:
    usage.post("s", TURN)
    await usage.settle()
    assert servers.usage == [
        {
            "sender": "s",
            "kind": "ask_faq",
            "topic": "games",
            "entry": "games-1",
            "outcome": "answer",
            "latency_ms": 12,
        }
    ]


async def test_a_server_that_is_down_is_no_trouble() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client:
        usage = Usage(client, "http://actions")
        usage.post("s", TURN)
        await usage.settle()


async def test_what_takes_too_long_is_let_go() -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(204)

    async with httpx.AsyncClient(transport=httpx.MockTransport(hang)) as client:
        usage = Usage(client, "http://actions")
        for _ in range(300):
            usage.post("s", TURN)
        assert len(usage._pending) == 200
        await usage.settle(0.05)
        await asyncio.sleep(0)
        assert not usage._pending
