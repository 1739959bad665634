"""The real Rasa, action server and bot, on free ports, with data of their own."""

import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.settings import get_settings
from tests.e2e.person import Person
from tests.e2e.processes import ROOT, Process, free_port
from tests.e2e.telegram_emulator import PRIVATE_CHAT, TelegramEmulator

RASA_PYTHON = ROOT / ".venv-rasa/bin/python"
MODELS = ROOT / "models"
TRAINED = ("encoder", "ranking.json", "index.npz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder, so that `-m "not e2e"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True)
class World:
    """Where the processes of a test session keep their data and find each other."""

    data: Path
    logs: Path
    environment: dict[str, str]

    def bot(self, name: str, telegram: TelegramEmulator, **settings: str) -> Process:
        """Returns a bot that talks to `telegram`; it is not started yet."""
        settings = {
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            **settings,
        }
        command = [sys.executable, "-m", "bot", "run"]
        return Process(name, command, self.environment | settings, self.logs)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A folder with a copy of the trained encoder, and addresses that nobody uses."""
    data = tmp_path_factory.mktemp("var")
    trained = get_settings().var_dir
    if not (trained / "encoder").is_dir() or not any(MODELS.glob("*.tar.gz")):
        pytest.fail("The encoder and the Rasa model must be trained before: make test does it.")
    for name in TRAINED:
        if (trained / name).is_dir():
            shutil.copytree(trained / name, data / name)
        elif (trained / name).is_file():
            shutil.copy(trained / name, data / name)
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LACHAN_", "TELEGRAM_"))
    }
    settings = {
        "LACHAN_VAR_DIR": str(data),
        "LACHAN_DATABASE_URL": f"sqlite:///{data / 'lachan.db'}",
        "LACHAN_RASA_URL": f"http://127.0.0.1:{free_port()}",
        "LACHAN_ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
        "LACHAN_LOG_LEVEL": "INFO",
        "LACHAN_CRISIS_TIMEOUT_S": "3",  # the test machine is busy; its speed is measured elsewhere
        "LACHAN_FLOOD_MESSAGES_PER_MINUTE": "1000",
        "RASA_TELEMETRY_ENABLED": "false",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    return World(data, tmp_path_factory.mktemp("logs"), outside | settings)


@pytest.fixture(scope="session")
def actions(world: World) -> Iterator[Process]:
    url = world.environment["LACHAN_ACTIONS_URL"]
    command = [sys.executable, "-m", "actions"]
    process = Process("actions", command, world.environment, world.logs, f"{url}/health")
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def rasa(world: World) -> Iterator[Process]:
    url = world.environment["LACHAN_RASA_URL"]
    command = [
        *(str(RASA_PYTHON), "-m", "rasa", "run", "--model", str(MODELS)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        *("-i", "127.0.0.1", "-p", url.rpartition(":")[2]),
    ]
    process = Process("rasa", command, world.environment, world.logs, f"{url}/")
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def bot(
    world: World, telegram: TelegramEmulator, rasa: Process, actions: Process
) -> Iterator[Process]:
    process = world.bot("bot", telegram)
    process.start()
    telegram.wait_for(lambda: telegram.made("getUpdates"), timeout_s=60)
    yield process
    process.stop()


_chat_ids = itertools.count(PRIVATE_CHAT)


@pytest.fixture
def person(telegram: TelegramEmulator, bot: Process) -> Person:
    """Somebody who has never written to the bot before."""
    return Person(telegram, next(_chat_ids))
