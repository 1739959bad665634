import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from common.settings import Settings
from scripts import serve
from scripts.serve import Keeper, Server, ServerDownError, StartError
from tests.e2e.processes import free_port

SERVES = "import sys; from http.server import *; HTTPServer(('127.0.0.1', int(sys.argv[1])), type('H', (BaseHTTPRequestHandler,), {'do_GET': lambda s: (s.send_response(200), s.end_headers()), 'log_message': lambda *a: None})).serve_forever()"  # noqa: E501


def server(code: str = SERVES, name: str = "actions") -> Server:
    port = free_port()
    return Server(
        name,
        [sys.executable, "-c", code, str(port)],
        urlsplit(f"http://127.0.0.1:{port}"),
        "/health",
        "ACTIONS_URL",
    )


def keeper(tmp_path: Path, *kept: Server) -> Keeper:
    return Keeper(list(kept), Settings(_env_file=None, var_dir=tmp_path))


def eventually(condition: Callable[[], object], seconds: float = 15) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def test_servers_are_healthy_after_the_start_and_gone_after_the_stop(tmp_path: Path) -> None:
    one, other = server(), server(name="rasa")
    kept = keeper(tmp_path, one, other)
    kept.start()
    assert one.healthy()
    assert other.healthy()
    kept.stop()
    assert not one.port_taken()
    assert not other.port_taken()


def test_a_taken_port_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    one = server()
    kept = keeper(tmp_path, one)
    kept.start()
    try:
        with pytest.raises(StartError, match=f"Port {one.port}.*LACHAN_ACTIONS_URL"):
            keeper(tmp_path / "other", one).start()
    finally:
        kept.stop()
    assert not (tmp_path / "other" / "log").exists()


def test_a_server_that_ends_at_once_is_reported_with_its_last_line(tmp_path: Path) -> None:
    broken = server("import sys; sys.exit('No room for the model.')")
    kept = keeper(tmp_path, broken)
    try:
        with pytest.raises(ServerDownError, match=r"status 1.*No room for the model\."):
            kept.start()
    finally:
        kept.stop()


def test_a_server_that_is_killed_is_started_again(tmp_path: Path) -> None:
    one = server()
    kept = keeper(tmp_path, one)
    kept.start()
    try:
        kept._running["actions"].kill()
        assert eventually(lambda: not one.healthy())
        assert eventually(one.healthy)
    finally:
        kept.stop()


def test_the_token_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:secret")
    assert "123456:secret" not in keeper(tmp_path)._environment.values()


def test_the_exit_status_of_the_command_is_passed_on() -> None:
    assert serve.run([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_over_however_it_ends(tmp_path: Path, end: signal.Signals) -> None:
    one = server()
    program = textwrap.dedent(
        f"""
        import sys
        from scripts import serve
        from tests.scripts.test_serve import Server, urlsplit
        one = Server("actions", {one.command!r}, urlsplit({one.address.geturl()!r}), "/", "X")
        serve.servers = lambda settings: [one]
        command = "import time; print('up', flush=True); time.sleep(60)"
        sys.argv = ["serve", sys.executable, "-c", command]
        sys.exit(serve.main())
        """
    )
    environment = os.environ | {"LACHAN_VAR_DIR": str(tmp_path)}
    environment.pop("TELEGRAM_BOT_TOKEN", None)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=serve.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as parent:
        assert parent.stdout is not None
        while b"up" not in (line := parent.stdout.readline()):
            assert line, "it ended before the command began"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        if end is signal.SIGINT:
            os.killpg(parent.pid, end)  # Ctrl-C reaches the whole foreground group
        else:
            parent.send_signal(end)
        parent.wait(20)
        assert eventually(lambda: not any(child.is_running() for child in children))
    assert not one.port_taken()
