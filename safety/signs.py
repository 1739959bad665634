"""Checks a message that somebody else sent: its warning signs, and how doubtful it is.

Signs are found by phrases that a counsellor can read and edit (signs.txt) and by doubtful links
(safety.links), each with its place in the text. A small model (safety.model) weighs the whole
message, the signs included: it tells how doubtful the message is, and of which kind. Where it
doubts a message in which no sign is known, the words that weigh most are shown.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nlu.text import normalise, strip_diacritics
from safety.features import features
from safety.links import doubtful_links
from safety.model import NONE, LinearModel
from safety.phrases import Section, read_sections

PATH = Path(__file__).parent / "message_model.json"
LINK = "lookalike_link"
WORDING = "wording"
"""The sign of a doubtful message in which no listed sign is found."""

SIGNS = (
    "threat",
    "picture_request",
    "video_call_demand",
    "meeting_alone",
    "secrecy",
    "isolation",
    "age_probing",
    "move_to_other_app",
    "fake_authority",
    "code_or_password",
    LINK,
    "account_rental",
    "pay_first",
    "gift_or_money_first",
    "too_good_pay",
    "travel_paid",
    "no_contract",
    "personal_data",
    "flattery",
    "urgency",
)
"""Every sign, the gravest first."""

KINDS = (
    "sextortion",
    "picture_request",
    "grooming",
    "meeting",
    "fake_police",
    "abroad",
    "job_lure",
    "account_rental",
    "account_phish",
    "task_scam",
    "prize_or_gift",
    "sale_deposit",
    "loan_gambling",
)
"""What a doubtful message is after."""

CAREFUL = 0.33
"""Probability of a bad intent from which a message is doubtful. `make train-safety` prints by
cross-validation what it leads to: about as many doubtful messages are missed as harmless ones are
taken for doubtful."""

SUSPICIOUS = 0.8
"""Probability from which a message that shows a sign is very doubtful."""


class Sign(NamedTuple):
    """A warning sign.

    Attributes:
        name: One of `SIGNS`, or `WORDING`.
        start: Where it begins in the text.
        end: Where it ends.
    """

    name: str
    start: int
    end: int


class Check(NamedTuple):
    """What a message shows.

    Attributes:
        level: "none" (no known sign), "careful" or "suspicious".
        kind: One of `KINDS`, or None where the level is "none".
        signs: In the order of `SIGNS`; empty where the level is "none".
    """

    level: str
    kind: str | None
    signs: tuple[Sign, ...]


def check(text: str) -> Check:
    """Returns what the message `text` shows.

    Args:
        text: What was pasted.
    """
    signs = tuple(find_signs(text))
    odds = _model().probabilities(message_features(text, signs))
    doubt = 1 - odds.pop(NONE)
    if doubt < CAREFUL:
        return Check("none", None, ())
    kind = max(odds, key=odds.__getitem__)
    if not signs:
        return Check("careful", kind, tuple(_wording(text, kind)))
    return Check("suspicious" if doubt >= SUSPICIOUS else "careful", kind, signs)


def find_signs(text: str) -> Iterator[Sign]:
    """Yields each sign that phrases and links show in `text`, once, at its first place."""
    words, places = aligned(text)
    line = f" {' '.join(words)} "
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    at = {start: index for index, start in enumerate(starts)}
    for name in SIGNS:
        if name == LINK:
            if place := next(doubtful_links(text), None):
                yield Sign(name, *place)
            continue
        section = _sections()[name]
        rest = section.blanked(line)
        matches = (match for pattern in section.phrases for match in pattern.finditer(rest))
        if match := min(matches, key=lambda found: found.start(), default=None):
            first, last = at[match.start()], at[match.end()] - 1
            yield Sign(name, places[first][0], places[last][1])


def message_features(text: str, signs: tuple[Sign, ...]) -> frozenset[str]:
    """Returns what the model sees of a message: its words and letters, and its signs."""
    return features(text) | {f"s:{sign.name}" for sign in signs}


def aligned(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Returns the words of the normalised text, and where each stands in `text`.

    Returns:
        The words, and as many pairs of a first position and the one after the last.
    """
    words = normalise(text).split()
    chunks = [match.span() for match in re.finditer(r"\S+", text)]
    apart: list[str] = []
    owner: list[int] = []
    for index, (start, end) in enumerate(chunks):
        for word in normalise(text[start:end]).split():
            apart.append(word)
            owner.append(index)
    places: list[tuple[int, int]] = []
    matcher = SequenceMatcher(None, apart, words, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        for offset in range(end - begin):
            if tag == "equal":
                places.append(chunks[owner[first + offset]])
            else:
                low = min(first, len(owner) - 1)
                high = max(low, last - 1)
                places.append((chunks[owner[low]][0], chunks[owner[high]][1]))
    return words, places


def _wording(text: str, kind: str) -> Iterator[Sign]:
    """Yields the place of the words that speak most for `kind`."""
    words, places = aligned(text)
    model = _model()
    bare = [strip_diacritics(word) for word in words]
    best, weight = -1, 0.0
    for index in range(len(words) - 1):
        here = model.evidence(f"b:{bare[index]} {bare[index + 1]}", kind)
        here += model.evidence(f"b:{bare[index]}", kind) + model.evidence(
            f"b:{bare[index + 1]}", kind
        )
        if here > weight:
            best, weight = index, here
    if best >= 0:
        last = min(best + 3, len(words)) - 1
        yield Sign(WORDING, places[max(best - 1, 0)][0], places[last][1])


@cache
def _sections() -> dict[str, Section]:
    return read_sections(Path(__file__).parent / "signs.txt")


@cache
def _model() -> LinearModel:
    return LinearModel.load(PATH)
