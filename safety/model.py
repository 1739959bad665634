"""A small linear model that knows a crisis by the whole message, where no phrase is listed.

Multinomial logistic regression over `safety.features`, trained by scripts/train_crisis_model.py
and read here without any library, so that it works where every other process is down.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

from safety.features import features

PATH = Path(__file__).parent / "crisis_model.json"
NONE = "none"
"""The class of messages that are no crisis."""


class CrisisModel:
    """Reads the probability of every kind of crisis off a message."""

    def __init__(
        self, classes: list[str], bias: list[float], weights: Mapping[str, list[float]]
    ) -> None:
        """Keeps the parameters.

        Args:
            classes: The kinds of `safety.crisis.KINDS`, and `NONE`.
            bias: One for each class.
            weights: Feature to its weights, one for each class.
        """
        self._classes = classes
        self._bias = bias
        self._weights = weights

    @classmethod
    def load(cls, path: Path = PATH) -> "CrisisModel":
        """Reads the model that the training wrote to `path`."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        scale = stored["scale"]
        weights = {f: [w * scale for w in row] for f, row in stored["weights"].items()}
        return cls(stored["classes"], stored["bias"], weights)

    def knows(self, text: str) -> float:
        """Returns the share of the words of `text` that the model has learned, 0 to 1."""
        words = {word for word in features(text) if word.startswith("b:") and " " not in word}
        return sum(word in self._weights for word in words) / (len(words) or 1)

    def probabilities(self, text: str) -> dict[str, float]:
        """Returns the probability of each class for `text`; they add up to 1."""
        found = features(text)
        norm = 1 / math.sqrt(len(found) or 1)
        scores = list(self._bias)
        for row in filter(None, map(self._weights.get, found)):
            for i, weight in enumerate(row):
                scores[i] += weight * norm
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        total = sum(odds)
        return {kind: odd / total for kind, odd in zip(self._classes, odds, strict=True)}
