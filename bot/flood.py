"""Keeps one sender from taking the time of all others."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Verdict(Enum):
    """What to do with a message."""

    PASS = auto()
    WARN = auto()
    """Say once that it is too much."""
    MUTE = auto()


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    muted: bool = False


class Flood:
    """A leaky bucket for each sender: it takes a minute's worth at once, and drains steadily.

    A bucket that overflowed stays shut until a quarter of it has drained.
    """

    def __init__(
        self, messages_per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = float(messages_per_minute)
        self._rate = messages_per_minute / 60
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def check(self, sender: str) -> Verdict:
        """Counts a message of `sender` and returns what to do with it."""
        now = self._clock()
        self._drop_empty(now)
        bucket = self._buckets.setdefault(sender, _Bucket(0.0, now))
        bucket.level = self._level(bucket, now)
        bucket.at = now
        if bucket.muted and bucket.level > self._capacity * 0.75:
            return Verdict.MUTE
        bucket.muted = bucket.level + 1 > self._capacity
        if bucket.muted:
            return Verdict.WARN
        bucket.level += 1
        return Verdict.PASS

    def _level(self, bucket: _Bucket, now: float) -> float:
        return max(0.0, bucket.level - (now - bucket.at) * self._rate)

    def _drop_empty(self, now: float) -> None:
        if len(self._buckets) >= 1000:
            self._buckets = {
                sender: bucket
                for sender, bucket in self._buckets.items()
                if self._level(bucket, now) > 0
            }
