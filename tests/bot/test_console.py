import asyncio
import io
from collections.abc import Iterator

import pytest

from bot import console as console_module
from bot.console import Console
from bot.gateway import Gateway
from bot.usage import Usage
from tests.bot.conftest import FakeServers

BUTTONS = [
    {"title": "Hỏi đáp", "payload": "/help"},
    {"title": "Ẩn nhanh", "payload": "/wipe"},
]


@pytest.fixture
def console(gateway: Gateway, usage: Usage) -> Console:
    return Console(gateway, usage, styled=False)


async def test_it_greets_with_numbered_buttons(
    console: Console, servers: FakeServers, capsys: pytest.CaptureFixture[str]
) -> None:
    servers.reply = lambda _: {"messages": [{"text": "**Chào** bạn", "buttons": BUTTONS}]}
    await console.greet()
    assert servers.asked[0]["payload"] == "/start"
    assert capsys.readouterr().out == "\nChào bạn\n  [1] Hỏi đáp\n  [2] Ẩn nhanh\n\n"
    assert servers.usage[0]["kind"] == "button"


async def test_a_number_presses_the_button_last_offered(
    console: Console, servers: FakeServers
) -> None:
    servers.reply = lambda _: {"messages": [{"text": "a", "buttons": BUTTONS}]}
    await console.greet()
    for line in ("1", "70", "0", "1 đồng"):
        await console.enter(line)
    assert [body.get("payload") or body.get("text") for body in servers.asked] == [
        "/start", "/help", "70", "0", "1 đồng",
    ]  # fmt: skip


async def test_a_number_is_text_while_nothing_is_offered(
    console: Console, servers: FakeServers
) -> None:
    await console.enter("70")
    assert servers.asked[0]["text"] == "70"


async def test_a_wipe_clears_the_screen_and_begins_anew(
    gateway: Gateway, usage: Usage, servers: FakeServers, capsys: pytest.CaptureFixture[str]
) -> None:
    console = Console(gateway, usage, styled=True)
    await console.enter("một")
    await console.enter("/xoa")
    await console.enter("hai")
    assert "\x1b[2J" in capsys.readouterr().out
    first, second = (body["sender"] for body in servers.asked)
    assert first != second
    assert servers.forgotten == [first]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


def test_the_end_of_the_input_ends_the_chat(
    monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []

    class Recorder:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        async def greet(self) -> None:
            lines.append("greeted")

        async def enter(self, line: str) -> None:
            lines.append(line)

    monkeypatch.setattr(console_module, "Console", Recorder)
    monkeypatch.setattr("sys.stdin", io.StringIO("một\n\nhai"))
    console_module.chat(None, None, runner)  # type: ignore[arg-type]
    assert lines == ["greeted", "một", "", "hai"]
    assert capsys.readouterr().out == ""
