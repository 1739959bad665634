"""Recognises a message written in danger.

This is the gate every message passes before anything else looks at it. It needs no server and no
library, so a crisis is seen when all of those are down. Two ways lead to a hit: a phrase that a
counsellor can read and edit (crisis.txt), or a small model trained on examples (safety.model) that
is sure enough. The model can also overrule a phrase, where it knows the words and is nearly certain
that there is no danger ("làm văn về …").
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nlu.text import normalise
from safety.about import about
from safety.features import features
from safety.model import NONE, LinearModel
from safety.phrases import read_sections

PATH = Path(__file__).parent / "crisis_model.json"

KINDS = (
    "self_harm",
    "abuse",
    "trafficked",
    "fake_police",
    "sextortion",
    "violence",
    "meeting",
    "runaway",
)
"""Every kind of crisis; where a message fits several, the first one listed here is answered."""

OWN_KINDS = ("self_harm", "abuse", "trafficked", "violence", "runaway")
"""Kinds that are told of oneself; the others may stand in a message that somebody else sent."""

POSSIBLE = 0.15
"""Probability of a crisis from which the model alone is enough: a crisis missed weighs three times
as much as a caring answer that was not needed."""

SURE = 0.5
"""Probability of one kind from which it counts as sure, like a phrase."""

DOUBTFUL = 0.1
"""Probability of a crisis below which a phrase alone is not enough."""

KNOWN = 0.7
"""Share of a message's words that the model must know to overrule a phrase.

The limits are judgements of what an error costs; `make train-safety` prints in cross-validation,
and `make evaluate` on held-out texts, what they lead to.
"""

_FRAMES = "frames"
_FRAME_PROOF = re.compile(r"\b(?:em|mình|minh|tôi|toi|tao|tớ|con) (?:đang|dang|sắp|sap|vừa|vua) ")


class Crisis(NamedTuple):
    """A crisis that a message tells of.

    Attributes:
        kind: One of `KINDS`.
        about: `SELF` or `FRIEND` of safety.about.
        sure: Whether it is more than a possibility; where it is not, the kind may be wrong, and
            an answer of the bank or general help serves better than the text for the kind.
    """

    kind: str
    about: str
    sure: bool = True


def detect(text: str) -> Crisis | None:
    """Returns the crisis that `text` tells of, or None.

    Args:
        text: What a person typed, of any length.
    """
    phrase = match_phrase(text)
    model = _model()
    found = features(text)
    odds = model.probabilities(found)
    danger = 1 - odds.pop(NONE)
    if phrase and (danger >= DOUBTFUL or model.knows(found) < KNOWN):
        return phrase
    words = normalise(text)
    if danger >= POSSIBLE and " " in words:  # one word that is on no list says too little
        kind = max(odds, key=odds.__getitem__)
        return Crisis(kind, about(text), sure=odds[kind] >= SURE)
    return None


def match_phrase(text: str) -> Crisis | None:
    """Returns the crisis that a phrase of crisis.txt finds in `text`, or None."""
    words = f" {normalise(text)} "
    framed = any(frame.search(words) for frame in _SECTIONS[_FRAMES].phrases)
    if framed and not _FRAME_PROOF.search(words):
        return None
    for kind in KINDS:
        section = _SECTIONS[kind]
        rest = section.blanked(words)
        for pattern in section.phrases:
            if pattern.search(rest):
                return Crisis(kind, about(text))
    return None


@cache
def _model() -> LinearModel:
    return LinearModel.load(PATH)


_SECTIONS = read_sections(Path(__file__).parent / "crisis.txt")
