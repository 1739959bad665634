"""Command line of the gateway: `python -m bot [run|chat|ask]`.

Without a command it serves Telegram where a token is set, and chats in the terminal otherwise.
"""

import argparse
import asyncio
import contextlib
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot import ask, console, markup
from bot.serve import StartError, open_gateway, serve_telegram
from bot.texts import TextsError
from common.logging import configure
from common.settings import Settings, SettingsError, get_settings


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit status."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        settings = get_settings()
        command = options.command or ("run" if settings.telegram_bot_token else "chat")
        configure("bot", settings.log_level if command == "run" else "CRITICAL")
        match command:
            case "run":
                asyncio.run(serve_telegram(settings))
                return 0
            case "chat":
                return _chat(settings)
            case _:
                return _ask(settings, options)
    except (SettingsError, StartError, TextsError, OSError) as error:
        print(f"bot: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The gateway of Lá Chắn.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="answer on Telegram (TELEGRAM_BOT_TOKEN must be set)")
    commands.add_parser("chat", help="chat in this terminal")
    asking = commands.add_parser(
        "ask", help="ask one question, or with --json a batch of JSON Lines"
    )
    asking.add_argument("text", nargs="?", help="the question; without it, --json reads a batch")
    asking.add_argument("--json", action="store_true", help="print JSON, one object a line")
    asking.add_argument("--file", type=Path, help="where the batch is (default: standard input)")
    return parser


def _chat(settings: Settings) -> int:
    with asyncio.Runner() as runner:
        opened = contextlib.AsyncExitStack()
        parts = runner.run(opened.enter_async_context(open_gateway(settings, flood=False)))
        try:
            console.chat(parts.gateway, parts.usage, runner)
        finally:
            runner.run(opened.aclose())
    print()
    return 0


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    if options.text is not None:
        return asyncio.run(_ask_one(settings, options.text, as_json=options.json))
    if not options.json:
        print("bot: give a question, or --json for a batch.", file=sys.stderr)
        return 2
    with contextlib.ExitStack() as stack:
        lines: Iterable[str] = sys.stdin
        if options.file is not None:
            lines = stack.enter_context(
                options.file.open(encoding="utf-8", errors="backslashreplace")
            )
        return asyncio.run(_ask_all(settings, lines))


async def _ask_one(settings: Settings, text: str, *, as_json: bool) -> int:
    async with open_gateway(settings, flood=False) as parts:
        turn = await ask.ask(parts.gateway, text)
        if as_json:
            _print_json(ask.result(None, turn))
            return 0
        for message in turn.messages:
            print(markup.to_plain(message.text))
            for button in message.buttons:
                print(f"  [{button.title}]")
        return 0


async def _ask_all(settings: Settings, lines: Iterable[str]) -> int:
    failed = False
    async with open_gateway(settings, flood=False) as parts:
        async for answer in ask.ask_all(parts.gateway, lines):
            failed = failed or "error" in answer
            _print_json(answer)
    return 1 if failed else 0


def _print_json(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
