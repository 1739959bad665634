"""The console channel: a chat in the terminal that goes the way a Telegram message goes."""

import asyncio
import contextlib
import os
import secrets
import sys

from bot import markup
from bot.gateway import Chat, Gateway
from bot.messages import Button, Turn
from bot.usage import Usage

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_PROMPT = "» "


class Console:
    """One conversation with whoever sits at the terminal.

    Buttons are numbered, and pressed by typing their number.
    """

    def __init__(self, gateway: Gateway, usage: Usage, *, styled: bool) -> None:
        """Opens a conversation.

        Args:
            gateway: What answers.
            usage: What is waited for after each turn.
            styled: Whether the terminal understands ANSI codes.
        """
        self._gateway = gateway
        self._usage = usage
        self._styled = styled
        self._offered: list[Button] = []
        self._chat = self._new_chat()

    async def greet(self) -> None:
        """Does what the start button of a Telegram chat does."""
        await self._show(await self._gateway.press(self._chat, "/start"))

    async def enter(self, line: str) -> None:
        """Takes a line that was typed, and prints the reply."""
        chosen = line.strip()
        if chosen.isascii() and chosen.isdigit() and 0 < int(chosen) <= len(self._offered):
            turn = await self._gateway.press(self._chat, self._offered[int(chosen) - 1].payload)
        else:
            turn = await self._gateway.text(self._chat, line)
        await self._show(turn)

    async def _show(self, turn: Turn) -> None:
        for message in turn.messages:
            text = markup.to_ansi(message.text) if self._styled else markup.to_plain(message.text)
            print(f"\n{text}")
            if message.buttons:
                self._offered = list(message.buttons)
                for number, button in enumerate(message.buttons, start=1):
                    print(f"  [{number}] {button.title}")
        print(flush=True)
        self._gateway.record(self._chat, turn)
        await self._usage.settle()

    async def _wipe(self) -> bool:
        """Clears the screen; the conversation that follows knows nothing of this one."""
        if self._styled:
            print(_CLEAR, end="")
        self._offered = []
        self._chat = self._new_chat()
        return True

    def _new_chat(self) -> Chat:
        return Chat(f"console-{secrets.token_hex(8)}", self._wipe)


def chat(gateway: Gateway, usage: Usage, runner: asyncio.Runner) -> None:
    """Chats until the input ends or is interrupted."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415  (gives the prompt its line editing)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    console = Console(gateway, usage, styled=terminal and "NO_COLOR" not in os.environ)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        runner.run(console.greet())
        while True:
            runner.run(console.enter(input(_PROMPT if terminal else "")))
