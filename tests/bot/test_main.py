import io
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.__main__ import main
from common.settings import get_settings
from tests.e2e.telegram_emulator import TelegramEmulator


class FakeRasa(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = body.get("text") or body.get("payload")
        buttons = [{"title": "Khác", "payload": "/help"}]
        reply = {"messages": [{"text": f"**{said}**", "buttons": buttons}], "intent": "greet"}
        content = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """Puts the logs of the test session back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FakeRasa) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        for name, value in {
            "LACHAN_RASA_URL": url,
            "LACHAN_ACTIONS_URL": url,
            "LACHAN_VAR_DIR": str(tmp_path),
            "LACHAN_DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
            "TELEGRAM_BOT_TOKEN": "",
        }.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield
        server.shutdown()
        thread.join()
    get_settings.cache_clear()


def test_one_question_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "chào"]) == 0
    assert capsys.readouterr().out == "chào\n  [Khác]\n"


def test_one_question_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--json", "chào"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert answer["intent"] == "greet"
    assert answer["messages"][0]["text"] == "**chào**"


def test_a_batch_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}'))
    assert main(["ask", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2]


def test_a_batch_from_a_file_with_a_bad_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'{"id": 1, "text": "a"}\n\xff\n{"id": 3, "text": "c"}\n')
    assert main(["ask", "--json", "--file", str(path)]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in answer for answer in answers] == [False, True, False]


def test_a_question_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_that_is_missing_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--json", "--file", "nowhere.jsonl"]) == 1
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_a_chat_prints_nothing_technical(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("chào\n1\n"))
    assert main(["chat"]) == 0
    out, err = capsys.readouterr()
    assert out == ("\n/start\n  [1] Khác\n\n\nchào\n  [1] Khác\n\n\n/help\n  [1] Khác\n\n\n")
    assert err == ""


def test_running_without_a_token_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "TELEGRAM_BOT_TOKEN" in line


def test_running_with_a_bad_token_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with TelegramEmulator() as telegram:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:a-bad-token-that-nobody-may-see")
        monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
        get_settings.cache_clear()
        assert main(["run"]) == 1
    err = capsys.readouterr().err
    assert "TELEGRAM_BOT_TOKEN" in err.splitlines()[-1]
    assert "nobody-may-see" not in err


def test_a_setting_that_cannot_be_used_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LACHAN_RASA_TIMEOUT_S", "soon")
    get_settings.cache_clear()
    assert main(["chat"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
