import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import rasa_sdk
import yaml
from sanic import Sanic

from actions import texts
from actions.server import App, build
from actions.usage import Turn
from tests.actions.conftest import FakeFaq, entry

DOMAIN = Path(__file__).parents[2] / "domain.yml"
TURN = {"sender": "a", "kind": "ask_faq", "outcome": "answer", "latency_ms": 120}


class FakeUsage:
    """Stands in for `actions.usage.UsageLog`."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.purged = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def record(self, turn: Turn) -> None:
        self.turns.append(turn)

    def purge(self) -> int:
        self._loop.call_soon_threadsafe(self.purged.set)
        return 0


async def serve(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Starts `app` as an ASGI server would, and yields a client of it."""
    phases: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    sent: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    lifespan = asyncio.create_task(app({"type": "lifespan"}, phases.get, sent.put))
    await phases.put({"type": "lifespan.startup"})
    assert await sent.get() == {"type": "lifespan.startup.complete"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://actions"
    ) as opened:
        yield opened
    await phases.put({"type": "lifespan.shutdown"})
    await lifespan
    await app.cancel_task("purge", raise_exception=False)


@pytest.fixture
async def usage() -> FakeUsage:
    return FakeUsage()


@pytest.fixture
async def client(
    faq: FakeFaq, usage: FakeUsage, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(Sanic, "test_mode", True)  # lets each test build an app of this name
    app = build(faq, usage)  # type: ignore[arg-type]
    async for opened in serve(app):
        yield opened


def call(action: str, **latest: Any) -> dict[str, Any]:
    """Returns what Rasa posts to have an action run; it leaves out the domain."""
    message = {"text": "hi", "intent": {"name": "ask_faq"}, "entities": [], **latest}
    tracker = {"sender_id": "a", "slots": {}, "latest_message": message, "events": []}
    version = rasa_sdk.__version__
    return {"next_action": action, "sender_id": "a", "tracker": tracker, "version": version}


async def test_it_says_that_it_is_well(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).status_code == 200


async def test_a_turn_is_recorded(client: httpx.AsyncClient, usage: FakeUsage) -> None:
    answer = await client.post("/usage", json=TURN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert usage.turns == [Turn(**TURN)]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"sender": "a"}', b'{"kind": "em so lam"}']
)
async def test_what_is_no_turn_is_refused_and_not_quoted(
    client: httpx.AsyncClient, usage: FakeUsage, body: bytes
) -> None:
    answer = await client.post("/usage", content=body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "not a turn"}
    assert usage.turns == []


async def test_an_action_runs_without_the_domain(client: httpx.AsyncClient, faq: FakeFaq) -> None:
    faq.entries[12] = entry(12)
    faq.finds("answer", 12)
    answer = await client.post("/webhook", json=call("action_answer_faq"))
    assert answer.status_code == 200
    shown, outcome = answer.json()["responses"]
    assert shown["text"] == "Answer."
    assert outcome["custom"]["outcome"]["faq"] == "games-12"
    slots = {event["name"]: event["value"] for event in answer.json()["events"]}
    assert slots == {"last_outcome": "answer", "last_entry": 12}


async def test_a_crisis_is_answered_while_the_search_is_broken(
    client: httpx.AsyncClient, faq: FakeFaq
) -> None:
    faq.broken = True
    body = call("action_crisis", intent={"name": "crisis_meeting"})
    answer = await client.post("/webhook", json=body)
    assert answer.json()["responses"][0]["text"] == texts.text_of("utter_crisis_meeting")


async def test_it_runs_every_action_of_the_domain(client: httpx.AsyncClient) -> None:
    names = {action["name"] for action in (await client.get("/actions")).json()}
    assert names == set(yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["actions"])


async def test_old_rows_are_removed_from_the_start(
    client: httpx.AsyncClient, usage: FakeUsage
) -> None:
    assert (await client.get("/health")).status_code == 200
    await asyncio.wait_for(usage.purged.wait(), 5)
