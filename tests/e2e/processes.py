"""Real processes, started and ended by the tests that need them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 180.0
STOP_LIMIT_S = 30.0


class Process:
    """A process of ours, with its log in a file; it ends with the tests."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        logs: Path,
        health_url: str | None = None,
    ) -> None:
        self.log = logs / f"{name}.log"
        self._command = list(command)
        self._environment = dict(environment)
        self._health_url = health_url
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process and waits until it is healthy.

        Raises:
            AssertionError: If it ends or stays silent instead.
        """
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + START_LIMIT_S
        while not self._healthy():
            assert self._process.poll() is None, f"{self.log.name} tells why it ended."
            assert time.monotonic() < end, f"{self.log.name} tells why it is not healthy."
            time.sleep(0.2)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """Ends the process and returns its status, or None if it was not running."""
        if self._process is None:
            return None
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()
        finally:
            self._process = None

    def kill(self) -> None:
        """Ends the process without giving it time to do anything."""
        self.stop(signal.SIGKILL)

    def pause(self) -> None:
        """Makes the process hang until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets the process go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _healthy(self) -> bool:
        if self._health_url is None:
            return True
        try:
            return httpx.get(self._health_url, timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False


def free_port() -> int:
    """Returns a port of the loopback interface that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
