"""Remembers for a moment what was just done, to answer a double tap or an album once."""

import time
from collections.abc import Callable, Hashable


class Recent:
    """What was done within the last `window_s` seconds."""

    def __init__(self, window_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_s = window_s
        self._clock = clock
        self._done: dict[Hashable, float] = {}

    def __contains__(self, key: Hashable) -> bool:
        at = self._done.get(key)
        return at is not None and self._clock() - at < self._window_s

    def add(self, key: Hashable) -> None:
        """Counts `key` as done now."""
        now = self._clock()
        self._done = {k: at for k, at in self._done.items() if now - at < self._window_s}
        self._done[key] = now
