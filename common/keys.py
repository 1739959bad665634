"""Keys that pseudonyms are made under, and that are thrown away.

A pseudonym is an HMAC of an identity under such a key. Once the key is gone nobody, we included,
can tell whose it was. Keys lie in files of their own, apart from the database, so that a copy of
the database alone tells nothing even while the key still lives.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

VIETNAM = timezone(timedelta(hours=7))
REPLACED_AT = timedelta(hours=4)
"""Time of day, in Viet Nam, at which a new key begins: the quietest hour."""


@dataclass(frozen=True)
class Key:
    """A key and the day (ISO date) that it began on."""

    id: str
    secret: bytes = field(repr=False)

    def pseudonym(self, identity: str) -> str:
        """Returns the HMAC-SHA256 of `identity` under this key, as 32 hexadecimal digits."""
        return hmac.new(self.secret, identity.encode(), hashlib.sha256).hexdigest()[:32]


class RotatingKey:
    """A key that is replaced every day and forgotten once its lifetime is over.

    Processes that share a folder share the keys. Where the folder cannot be written, keys live in
    memory, and end with the process.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        *,
        lifetime: timedelta = timedelta(days=1),
        now: Callable[[], datetime] = lambda: datetime.now(VIETNAM),
    ) -> None:
        """Opens the keys called `name`.

        Args:
            directory: The folder of the key files; made if missing.
            name: What the key is for; the files are `<name>-<ISO date>.key`.
            lifetime: How long after its beginning a key may be used. Whole days.
            now: The clock.
        """
        self._directory = directory
        self._name = name
        self._lifetime = lifetime
        self._now = now
        self._keys: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def current(self) -> Key:
        """Returns today's key, made when first asked for."""
        with self._lock:
            today = (self._now() - REPLACED_AT).date().isoformat()
            if today not in self._keys:
                self._forget()
                self._keys[today] = self._read_or_create(today)
            return Key(today, self._keys[today])

    def living(self) -> list[Key]:
        """Returns every key whose lifetime is not over, newest first."""
        self.current()
        with self._lock:
            self._forget()
            for path in self._files():
                day = self._day(path)
                if day not in self._keys:
                    self._keys[day] = self._read_or_create(day)
            return [Key(day, self._keys[day]) for day in sorted(self._keys, reverse=True)]

    def _day(self, path: Path) -> str:
        return path.stem.removeprefix(f"{self._name}-")

    def _files(self) -> list[Path]:
        try:
            found = self._directory.glob(f"{self._name}-*.key")
            return sorted(path for path in found if _is_date(self._day(path)))
        except OSError:
            return []

    def _read_or_create(self, day: str) -> bytes:
        path = self._directory / f"{self._name}-{day}.key"
        fresh = secrets.token_bytes(32)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_bytes(fresh)
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                return path.read_bytes()
            finally:
                draft.unlink()
        except OSError:
            return fresh
        return fresh

    def _forget(self) -> None:
        moment = self._now() - REPLACED_AT
        days = {self._day(path): path for path in self._files()}
        for day in [*days, *self._keys]:
            began = datetime.fromisoformat(day).replace(tzinfo=VIETNAM)
            if moment - began >= self._lifetime:
                self._keys.pop(day, None)
                if day in days:
                    _overwrite_and_delete(days[day])


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _overwrite_and_delete(path: Path) -> None:
    try:
        path.write_bytes(bytes(32))
        path.unlink()
    except OSError:
        return
