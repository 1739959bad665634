"""A small linear model that knows a message by the whole of it, where no phrase is listed.

Multinomial logistic regression over sets of features, trained by scripts/train_safety_models.py and
read here without any library, so that it works where every other process is down.
"""

import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path

NONE = "none"
"""The class of messages that are nothing to worry about."""


class LinearModel:
    """Reads the probability of every class off the features of a message."""

    def __init__(
        self, classes: list[str], bias: list[float], weights: Mapping[str, list[float]]
    ) -> None:
        """Keeps the parameters.

        Args:
            classes: Names of the classes, `NONE` among them.
            bias: One for each class.
            weights: Feature to its weights, one for each class.
        """
        self._classes = classes
        self._bias = bias
        self._weights = weights

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        """Reads the model that the training wrote to `path`."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        scale = stored["scale"]
        weights = {f: [w * scale for w in row] for f, row in stored["weights"].items()}
        return cls(stored["classes"], stored["bias"], weights)

    def knows(self, found: Collection[str]) -> float:
        """Returns the share of the words among the features that were learned, 0 to 1."""
        words = {word for word in found if word.startswith("b:") and " " not in word}
        return sum(word in self._weights for word in words) / (len(words) or 1)

    def probabilities(self, found: Collection[str]) -> dict[str, float]:
        """Returns the probability of each class for a message with these features.

        They add up to 1.
        """
        norm = 1 / math.sqrt(len(found) or 1)
        scores = list(self._bias)
        for row in filter(None, map(self._weights.get, found)):
            for i, weight in enumerate(row):
                scores[i] += weight * norm
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        total = sum(odds)
        return {kind: odd / total for kind, odd in zip(self._classes, odds, strict=True)}

    def evidence(self, feature: str, kind: str) -> float:
        """Returns how much a feature speaks for class `kind` rather than for `NONE`."""
        row = self._weights.get(feature)
        if row is None:
            return 0.0
        return row[self._classes.index(kind)] - row[self._classes.index(NONE)]
