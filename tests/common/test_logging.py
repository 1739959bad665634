import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from common.logging import configure, get_logger

TOKEN = "123456789:AAEhBOweik9ai2o01238mfnvbZ_-abcdefg"  # shaped like one, and nobody's


class Lines:
    """The lines that were logged since the last look."""

    def __init__(self) -> None:
        self._stream = io.StringIO()

    def __call__(self) -> list[dict[str, Any]]:
        written = self._stream.getvalue()
        self._stream.seek(0)
        self._stream.truncate()
        return [json.loads(line) for line in written.splitlines()]

    def configure(self, level: str) -> None:
        """Configures logging, and catches what it writes."""
        configure("bot", level)
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        assert handler.setStream(self._stream) is sys.stderr


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Logging at level INFO, put back after the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    caught = Lines()
    caught.configure("INFO")
    yield caught
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail(message: str) -> None:
    raise ValueError(message)


def test_a_line_says_what_happened_where_and_when(lines: Lines) -> None:
    get_logger("some.module").info("started", port=8443)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "started",
        "level": "info",
        "logger": "some.module",
        "process": "bot",
        "port": 8443,
    }


def test_unknown_keys_are_dropped(lines: Lines) -> None:
    get_logger("x").warning("a turn", text="em sợ lắm", chat_id=42, name="Lan", intent="greet")
    (line,) = lines()
    assert set(line) == {"event", "level", "logger", "process", "timestamp", "intent"}


def test_an_exception_is_logged_without_its_message(lines: Lines) -> None:
    try:
        fail("em sợ lắm")
    except ValueError:
        get_logger("x").exception("A turn failed.")
    (line,) = lines()
    assert line["exception"].startswith("builtins.ValueError at test_logging.py:")
    assert " fail < test_logging.py:" in line["exception"]
    assert "sợ" not in json.dumps(line, ensure_ascii=False)


def test_a_given_exception_is_logged_without_its_message(lines: Lines) -> None:
    get_logger("x").error("A turn failed.", exc_info=KeyError("em sợ lắm"))
    (line,) = lines()
    assert line["exception"] == "builtins.KeyError at unknown place"


def test_an_exception_of_another_library_loses_its_message_and_cause(lines: Lines) -> None:
    try:
        try:
            fail("em sợ lắm")
        except ValueError as error:
            raise RuntimeError("chat 42") from error
    except RuntimeError:
        logging.getLogger("library").exception("It failed", stack_info=True)
    (line,) = lines()
    assert line["event"] == "It failed"
    assert line["exception"].startswith("builtins.RuntimeError at test_logging.py:")
    assert "sợ" not in json.dumps(line, ensure_ascii=False)
    assert "chat 42" not in json.dumps(line)


def test_extras_of_another_library_are_dropped(lines: Lines) -> None:
    logging.getLogger("library").warning("It failed", extra={"text": "em sợ lắm"})
    (line,) = lines()
    assert set(line) == {"event", "level", "logger", "process", "timestamp"}


def test_tokens_are_masked_wherever_they_stand(lines: Lines) -> None:
    get_logger("x").warning(f"token {TOKEN}", path=f"/bot{TOKEN}/getMe")
    logging.getLogger("library").warning("POST https://host/bot%s/sendMessage", TOKEN)
    ours, theirs = lines()
    assert ours["event"] == "token <token>"
    assert ours["path"] == "/bot<token>/getMe"
    assert theirs["event"] == "POST https://host/bot<token>/sendMessage"


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "telegram.ext", "sanic.access"])
def test_libraries_that_tell_of_users_are_silent_below_warnings(lines: Lines, name: str) -> None:
    logging.getLogger(name).info("a message")
    assert lines() == []
    logging.getLogger(name).warning("a warning")
    assert [line["event"] for line in lines()] == ["a warning"]


def test_they_are_silent_when_everything_else_is_logged(
    lines: Lines,
) -> None:
    lines.configure("DEBUG")
    logging.getLogger("httpx").info("a request")
    get_logger("x").debug("a detail")
    assert [line["event"] for line in lines()] == ["a detail"]


def test_a_higher_level_holds_for_all(lines: Lines) -> None:
    lines.configure("ERROR")
    logging.getLogger("httpx").warning("a warning")
    get_logger("x").warning("a warning")
    assert lines() == []
