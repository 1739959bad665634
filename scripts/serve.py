"""Runs Rasa and the action server, and a command in front of them: `python -m scripts.serve CMD`.

Waits until both are healthy, runs the command in the foreground, and ends everything with it. A
server that crashes is started again while the command goes on. Children end with this process
even if it is killed. With `--reuse`, servers that are already up are used as they are.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import httpx

from common.settings import Settings, SettingsError, get_settings

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "models" / "la-chan.tar.gz"
START_LIMIT_S = 180
STOP_LIMIT_S = 10
KEEP_S = 0.5
STEADY_S = 60.0
"""A server that has run so long is steady: if it ends, it is started again at once."""
LONGEST_PAUSE_S = 30.0
_PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """A server does not start; the message says what to do."""


class ServerDownError(StartError):
    """A server ended or stayed silent while it was started."""


@dataclass(frozen=True)
class Server:
    """A server to be kept running.

    Attributes:
        name: What it is called on the screen, and its log file.
        command: How it is started.
        address: Where it will listen.
        health: The path that answers 200 once it is ready.
        setting: The setting that moves it to another address.
    """

    name: str
    command: list[str]
    address: SplitResult
    health: str
    setting: str

    @property
    def port(self) -> int:
        """The port of the address."""
        return self.address.port or (443 if self.address.scheme == "https" else 80)

    def healthy(self) -> bool:
        """Tells whether it answers."""
        try:
            url = f"{self.address.geturl()}{self.health}"
            answer = httpx.get(url, timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def port_taken(self) -> bool:
        """Tells whether something listens at its address."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((self.address.hostname or "127.0.0.1", self.port)) == 0


def servers(settings: Settings) -> list[Server]:
    """Returns the servers that a single machine runs."""
    rasa, actions = urlsplit(settings.rasa_url), urlsplit(settings.actions_url)
    rasa_command = [
        *(str(ROOT / ".venv-rasa/bin/python"), "-m", "rasa", "run"),
        *("--model", str(MODEL), "--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml"),
        *("--interface", rasa.hostname or "127.0.0.1", "--port", str(rasa.port or 5005)),
    ]
    return [
        Server("actions", [sys.executable, "-m", "actions"], actions, "/health", "ACTIONS_URL"),
        Server("rasa", rasa_command, rasa, "/", "RASA_URL"),
    ]


class Keeper:
    """Starts servers, starts those again that crash, and ends them all."""

    def __init__(self, kept: list[Server], settings: Settings) -> None:
        """Prepares the environment and the log folder.

        Args:
            kept: The servers.
            settings: The settings that they share.
        """
        self._servers = kept
        self._logs = settings.var_dir / "log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TELEGRAM_")}
        self._environment = inherited | {
            "LACHAN_ACTIONS_URL": settings.actions_url,
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at: dict[str, float] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """Starts every server and waits until each is healthy.

        Raises:
            StartError: If a port is taken.
            ServerDownError: If a server ends or stays silent. It is started again all the same.
        """
        for server in self._servers:
            if server.port_taken():
                raise StartError(
                    f"Port {server.port}, where {server.name} should listen, is taken. Stop what "
                    f"listens there, or set LACHAN_{server.setting} to another address."
                )
        self._logs.mkdir(parents=True, exist_ok=True)
        for server in self._servers:
            self._log(server).unlink(missing_ok=True)
            self._spawn(server)
        started = time.monotonic()
        threading.Thread(target=self._keep, daemon=True).start()
        for server in self._servers:
            self._wait(server, started)

    def stop(self) -> None:
        """Ends every server, by force if it does not go."""
        self._stopping.set()
        for process in self._running.values():
            process.terminate()
        limit = time.monotonic() + STOP_LIMIT_S
        for process in self._running.values():
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, server: Server) -> Path:
        return self._logs / f"{server.name}.log"

    def _spawn(self, server: Server) -> None:
        self._started_at[server.name] = time.monotonic()
        with self._log(server).open("ab") as log:
            self._running[server.name] = subprocess.Popen(
                server.command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=end_with_parent(),  # noqa: PLW1509
            )

    def _wait(self, server: Server, started: float) -> None:
        print(f"→ {server.name}: starting …", end="", flush=True)
        while not server.healthy():
            code = self._running[server.name].poll()
            log = self._log(server)
            if code is not None:
                raise ServerDownError(
                    f"\n{server.name} ended with status {code} while starting. "
                    f"{_last_line(log)} (the whole log: {log})"
                )
            if time.monotonic() - started > START_LIMIT_S:
                raise ServerDownError(
                    f"\n{server.name} did not start in {START_LIMIT_S} s: see {log}."
                )
            time.sleep(0.25)
        print(f" ready ({time.monotonic() - started:.0f} s)", flush=True)

    def _keep(self) -> None:
        """Starts a server that ended again, after a pause that grows while it keeps ending."""
        pauses = dict.fromkeys(self._running, 1.0)
        due: dict[str, float] = {}
        while not self._stopping.wait(KEEP_S):
            now = time.monotonic()
            for server in self._servers:
                name = server.name
                code = self._running[name].poll()
                if code is None:
                    if now - self._started_at[name] > STEADY_S:
                        pauses[name] = 1.0
                elif name not in due:
                    due[name] = now + pauses[name]
                    print(f"{name} ended with status {code}; it is started again.", flush=True)
                elif now >= due[name]:
                    del due[name]
                    pauses[name] = min(2 * pauses[name], LONGEST_PAUSE_S)
                    with contextlib.suppress(OSError):
                        self._spawn(server)


def end_with_parent() -> Callable[[], None] | None:
    """Returns what a child runs before it starts, so that it ends with its parent (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return bind


def run(command: list[str]) -> int:
    """Runs `command` in the foreground and returns its exit status.

    Ctrl-C reaches the command itself, which decides; a request to end is passed on to it.
    """
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)

    def restore_interrupt() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if bind := end_with_parent():
            bind()

    try:
        with subprocess.Popen(
            command,
            cwd=ROOT,
            preexec_fn=restore_interrupt,  # noqa: PLW1509
        ) as process:
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            return process.wait()
    finally:
        signal.signal(signal.SIGINT, previous)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"Its last line: {lines[-1]}" if lines else "It wrote nothing."


def main() -> int:
    """Runs the program; returns the exit status of the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reuse", action="store_true", help="use servers that are already up")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run in front of them")
    options = parser.parse_args()
    os.umask(0o077)  # what the processes write is for their own account alone
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    try:
        settings = get_settings()
        kept = servers(settings)
        if options.reuse and all(server.healthy() for server in kept):
            return run(command)
        keeper = Keeper(kept, settings)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            try:
                keeper.start()
            except ServerDownError as error:
                if settings.telegram_bot_token is None:
                    raise
                print(f"{error}\nThe gateway starts all the same and answers crises by itself.")
            return run(command)
        finally:
            keeper.stop()
    except (StartError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'The system'}: {error.strerror}. Put it right and run again.")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
