import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common import keys
from common.keys import VIETNAM, Key, RotatingKey

NOON = datetime(2026, 7, 1, 12, tzinfo=VIETNAM)
DAY = timedelta(days=1)


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_key(tmp_path: Path, clock: Clock) -> Callable[..., RotatingKey]:
    def make(name: str = "usage", directory: Path = tmp_path, days: int = 1) -> RotatingKey:
        return RotatingKey(directory, name, lifetime=days * DAY, now=clock)

    return make


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_key_stays_the_same_until_four_in_the_morning(
    make_key: Callable[..., RotatingKey], clock: Clock
) -> None:
    key = make_key()
    first = key.current()
    clock.now = datetime(2026, 7, 2, 3, 59, 59, tzinfo=VIETNAM)
    assert key.current() == first
    clock.now = datetime(2026, 7, 2, 4, 0, tzinfo=VIETNAM)
    second = key.current()
    assert (first.id, second.id) == ("2026-07-01", "2026-07-02")
    assert first.secret != second.secret


def test_the_clock_is_that_of_viet_nam(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2026, 7, 1, 21, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(keys, "datetime", Frozen)
    assert RotatingKey(tmp_path, "usage").current().id == "2026-07-02"


def test_processes_that_share_a_folder_share_the_key(make_key: Callable[..., RotatingKey]) -> None:
    assert make_key().current() == make_key().current()


def test_keys_that_are_made_at_the_same_moment_are_one(
    make_key: Callable[..., RotatingKey],
) -> None:
    makers = [make_key() for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda key: key.current(), makers))
    assert len(made) == 1


def test_keys_of_different_names_differ(make_key: Callable[..., RotatingKey]) -> None:
    assert make_key("usage").current().secret != make_key("wipe").current().secret


def test_a_key_file_is_for_its_owner_alone_and_no_draft_remains(
    make_key: Callable[..., RotatingKey], tmp_path: Path
) -> None:
    key = make_key().current()
    assert files(tmp_path) == ["usage-2026-07-01.key"]
    path = tmp_path / "usage-2026-07-01.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == key.secret
    assert len(key.secret) == 32


def test_an_old_key_is_overwritten_and_gone(
    make_key: Callable[..., RotatingKey], clock: Clock, tmp_path: Path
) -> None:
    key = make_key(directory=tmp_path / "keys")
    key.current()
    witness = tmp_path / "witness"
    os.link(tmp_path / "keys" / "usage-2026-07-01.key", witness)
    clock.now = NOON + DAY
    key.current()
    assert files(tmp_path / "keys") == ["usage-2026-07-02.key"]
    assert witness.read_bytes() == bytes(32)


def test_an_old_key_of_another_process_goes_too(
    make_key: Callable[..., RotatingKey], clock: Clock, tmp_path: Path
) -> None:
    make_key().current()
    clock.now = NOON + 3 * DAY
    assert [key.id for key in make_key().living()] == ["2026-07-04"]
    assert files(tmp_path) == ["usage-2026-07-04.key"]


def test_old_keys_of_another_name_are_left_alone(
    make_key: Callable[..., RotatingKey], clock: Clock, tmp_path: Path
) -> None:
    make_key("wipe", days=5).current()
    clock.now = NOON + DAY
    make_key("usage").living()
    assert files(tmp_path) == ["usage-2026-07-02.key", "wipe-2026-07-01.key"]


def test_a_key_lives_for_its_lifetime_and_no_longer(
    make_key: Callable[..., RotatingKey], clock: Clock
) -> None:
    key = make_key(days=3)
    made: list[Key] = []
    for day in range(4):
        clock.now = NOON + day * DAY
        made.append(key.current())
    assert key.living() == made[:0:-1]


def test_a_restart_finds_every_living_key(
    make_key: Callable[..., RotatingKey], clock: Clock
) -> None:
    before = make_key(days=3)
    first = before.current()
    clock.now = NOON + DAY
    second = before.current()
    assert make_key(days=3).living() == [second, first]


@pytest.mark.parametrize("days", [1, 3])
def test_without_a_writable_folder_keys_live_in_memory(
    make_key: Callable[..., RotatingKey], clock: Clock, tmp_path: Path, days: int
) -> None:
    (tmp_path / "file").write_text("in the way")
    key = make_key(directory=tmp_path / "file" / "keys", days=days)
    first = key.current()
    assert key.current() == first
    assert key.living() == [first]
    assert make_key(directory=tmp_path / "file" / "keys").current() != first
    clock.now = NOON + days * DAY
    assert first not in key.living()


def test_a_pseudonym_tells_identities_apart_and_nothing_else() -> None:
    key, other = Key("2026-07-01", b"a" * 32), Key("2026-07-02", b"b" * 32)
    pseudonym = key.pseudonym("12345")
    assert pseudonym == key.pseudonym("12345")
    assert pseudonym not in {key.pseudonym("12346"), other.pseudonym("12345")}
    assert len(pseudonym) == 32
    assert set(pseudonym) <= set("0123456789abcdef")


def test_a_secret_does_not_show() -> None:
    assert repr(Key("2026-07-01", b"secret")) == "Key(id='2026-07-01')"
