"""What readers looked at and left as it is, so that `faq lint --strict` does not list it again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from faq.errors import FaqError

SETTLED = Path(__file__).parent / "settled.tsv"
"""Id of an entry, tab, and its text, or the other entry's id, that was looked at."""


class Listed(Protocol):
    """What a list for a person holds."""

    @property
    def key(self) -> tuple[str, str]:
        """Id of the entry, and what of it was listed."""


T = TypeVar("T", bound=Listed)


def read(path: Path = SETTLED) -> frozenset[tuple[str, str]]:
    """Returns what is settled.

    Raises:
        FaqError: If a line is not an id, a tab and a text.
    """
    pairs = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            entry, _, what = line.partition("\t")
            if not what:
                raise FaqError(f"{path.name}: '{line}' has no tab: write id, tab, text.")
            pairs.add((entry, what))
    return frozenset(pairs)


def open_ones(listed: Iterable[T], settled: frozenset[tuple[str, str]]) -> list[T]:
    """Returns what of `listed` nobody has settled yet."""
    return [item for item in listed if item.key not in settled]
