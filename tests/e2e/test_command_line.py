"""The console and the batch, against the real Rasa and action server."""

import json
import subprocess
import sys

import pytest

from tests.e2e.conftest import World
from tests.e2e.person import spoken
from tests.e2e.processes import ROOT, Process


@pytest.fixture(autouse=True)
def servers(rasa: Process, actions: Process) -> None:
    """The processes that the commands need."""


def run(world: World, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=world.environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_chat_in_the_terminal(world: World) -> None:
    done = run(world, "chat", typed="/riengtu\n/xoa\n")
    assert done.returncode == 0
    assert done.stderr == ""
    for response in ("utter_start", "utter_ask_privacy", "utter_gateway_wiped"):
        assert any(text in done.stdout for text in spoken(response))


def test_a_batch_keeps_conversations_apart(world: World) -> None:
    lines = [
        {"id": "a", "text": "nick facebook bị hack phải làm sao"},
        {"id": "b", "text": "em muốn tự tử", "sender": "x"},
        {"id": "c", "text": "em muốn tự tử", "sender": "x"},
        {"id": "d", "text": "em muốn tự tử", "sender": "y"},
    ]
    typed = "".join(json.dumps(line) + "\n" for line in lines) + "bad\n"
    done = run(world, "ask", "--json", typed=typed)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d", None]
    assert answers[1]["outcome"] == answers[3]["outcome"] == "crisis"
    assert answers[1]["intent"] == "crisis_self_harm"
    assert answers[1]["messages"] == answers[3]["messages"] != answers[2]["messages"]
    assert "error" in answers[4]
    assert done.returncode == 1
    assert done.stderr == ""
