"""Stand-ins for what the gateway speaks to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.flood import Flood
from bot.gateway import Chat, Gateway
from bot.identity import Identity
from bot.rasa_client import RasaClient
from bot.reading import COMMANDS
from bot.store import Store, connect
from bot.telegram import TelegramBot, create_bot
from bot.texts import URGENT, Texts
from bot.usage import Usage
from safety.crisis import KINDS
from tests.e2e.telegram_emulator import TelegramEmulator

Json = dict[str, Any]

LINES = (
    "unavailable",
    "media",
    "media_kept",
    "no_words",
    "wiped",
    "wiped_partly",
    "flood",
    "old_button",
    "description",
    "short_description",
)


def responses() -> dict[str, Any]:
    """Returns a text for everything that the gateway says by itself."""
    names = [f"utter_gateway_{line}" for line in LINES]
    names += [f"utter_gateway_command_{command}" for command in COMMANDS]
    names += URGENT.values()
    crises = [f"utter_crisis_{kind}{about}" for kind in KINDS for about in ("", "_friend")]
    return {
        **{name: [{"text": f"[{name}]"}] for name in names},
        **{
            name: [
                {
                    "text": f"[{name}] {{contact:111}}",
                    "buttons": [{"title": "Ẩn nhanh", "payload": "/wipe"}],
                },
                {"text": "[another variant]"},
            ]
            for name in crises
        },
    }


def render(text: str) -> str:
    """Fills in the one placeholder that tests use."""
    return text.replace("{contact:111}", "số 111")


class FakeServers:
    """Rasa and the action server, as an httpx transport sees them."""

    def __init__(self) -> None:
        self.asked: list[Json] = []
        self.usage: list[Json] = []
        self.forgotten: list[str] = []
        self.down = False
        self.delay_s = 0.0
        self.reply: Callable[[Json], Any] = lambda body: {
            "messages": [{"text": f"**{body.get('text') or body.get('payload')}**"}],
            "intent": _intent(body),
            "confidence": 0.9,
            "outcome": {"kind": "answer", "topic": "games", "faq": "games-1", "confidence": 0.8},
        }

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answers like the real servers."""
        body = json.loads(request.content)
        if request.url.path == "/usage":
            self.usage.append(body)
            return httpx.Response(204)
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path.endswith("/forget"):
            self.forgotten.append(body["sender"])
            return httpx.Response(204)
        self.asked.append(body)
        await asyncio.sleep(self.delay_s)
        reply = self.reply(body)
        if isinstance(reply, httpx.Response):
            return reply
        return httpx.Response(200, json=reply)


def _intent(body: Json) -> str:
    crisis = body.get("metadata", {}).get("crisis")
    return f"crisis_{crisis['kind']}" if crisis else "ask_faq"


@pytest.fixture
def servers() -> FakeServers:
    return FakeServers()


@pytest.fixture
async def client(servers: FakeServers) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(servers)) as opened:
        yield opened


@pytest.fixture
def texts() -> Texts:
    return Texts(responses(), render)


@pytest.fixture
def usage(client: httpx.AsyncClient) -> Usage:
    return Usage(client, "http://actions")


@pytest.fixture
def make_gateway(client: httpx.AsyncClient, texts: Texts, usage: Usage) -> Callable[..., Gateway]:
    def make(flood: Flood | None = None) -> Gateway:
        return Gateway(
            RasaClient(client, "http://rasa"),
            texts,
            render,
            flood,
            usage,
            rasa_timeout_s=0.5,
            crisis_timeout_s=0.15,
        )

    return make


@pytest.fixture
def gateway(make_gateway: Callable[..., Gateway]) -> Gateway:
    return make_gateway()


class FakeChat:
    """A conversation that counts its wipes."""

    def __init__(self) -> None:
        self.wipes = 0
        self.complete = True

    async def wipe(self) -> bool:
        """Deletes nothing."""
        self.wipes += 1
        return self.complete

    @property
    def chat(self) -> Chat:
        """The conversation as the gateway sees it."""
        return Chat("sender-1", self.wipe)


@pytest.fixture
def fake_chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def chat(fake_chat: FakeChat) -> Chat:
    return fake_chat.chat


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return Identity(tmp_path / "keys")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(lambda: connect(database_url), timeout_s=20)
    yield opened
    opened.close()


@pytest.fixture
def broken_store() -> Iterator[Store]:
    def refuse() -> Any:
        raise OSError("no such place")

    opened = Store(refuse)
    yield opened
    opened.close()


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
async def bot(telegram: TelegramEmulator) -> AsyncIterator[TelegramBot]:
    opened = create_bot(telegram.token, telegram.url)
    await opened.initialize()
    yield opened
    await opened.shutdown()
