"""From resemblance to one calibrated confidence, and from confidence to a decision.

The probability that entry e answers query q is

    exp(w · f(q, e)) / (exp(n · g(q)) + Σ exp(w · f(q, e')))

where f are the features of `faq.index`, and the first term of the sum stands for "the bank does not
hold it". The weights are fitted on variants that were left out of the index, and on texts that the
bank cannot answer; so are the thresholds.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from common.settings import Settings
from faq.index import FEATURES

Decision = Literal["answer", "choices", "abstain"]
Floats = NDArray[np.float64]

CHOICES = 3
"""At most so many questions are offered."""

_CANDIDATES = 50
_PENALTY = 1e-3
_GRID = [step / 100 for step in range(1, 100)]
WRONG_ANSWERS = 0.06
"""Of the questions that the bank can answer, at most this share gets a wrong answer."""
ANSWERS_TO_UNKNOWN = 0.04
"""Of the texts that the bank cannot answer, at most this share gets an answer."""
_CHOICES_TO_UNKNOWN = 0.2
"""Of the texts that the bank cannot answer, at most this share gets choices or an answer."""
TOPIC_ODDS = 20.0
"""By how much entries of the topic that was spoken of are likelier than others: ADR 12."""
_NONE_FEATURES = ("bias", "length", "meaning", "words", "classifier")


@dataclass(frozen=True)
class Ranking:
    """Fitted weights and thresholds."""

    encoder: str
    """Fingerprint of the encoder that they were fitted with."""
    weights: dict[str, float]
    none_weights: dict[str, float]
    answer_from: float
    """The least confidence in the first entry at which it is given as the answer."""
    choices_from: float
    """The least confidence in the first three together at which they are offered."""
    measured: dict[str, Any] = field(default_factory=dict)
    """What the thresholds do on the held-out texts that they were chosen on."""

    def confidences(self, features: NDArray[np.float32], query: str) -> Floats:
        """Returns the probability that each of some entries answers the query, shape (entries,).

        Args:
            features: What `Index.compare` returned, shape (entries, features).
            query: Normalised text.
        """
        weights = np.array([self.weights[name] for name in FEATURES])
        none = np.array([self.none_weights[name] for name in _NONE_FEATURES])
        logits = np.append(features @ weights, none_features(features, query) @ none)
        odds = np.exp(logits - logits.max())
        shares: Floats = odds[:-1] / odds.sum()
        return shares

    def decide(self, confidences: Sequence[float]) -> Decision:
        """Returns what to do with the confidences of the best entries, best first."""
        if confidences and confidences[0] >= self.answer_from:
            return "answer"
        if sum(confidences[:CHOICES]) >= self.choices_from:
            return "choices"
        return "abstain"

    def save(self, path: Path) -> None:
        """Writes the ranking as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Ranking | None":
        """Reads what `save` wrote; None if it is missing, damaged or of another form."""
        try:
            ranking = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        known = set(ranking.weights) == set(FEATURES)
        return ranking if known and set(ranking.none_weights) == set(_NONE_FEATURES) else None


@dataclass(frozen=True)
class Example:
    """A query with the features of its candidates."""

    query: str
    features: NDArray[np.float32]
    right: frozenset[int]
    """Places of the candidates that answer it; empty if the bank does not."""


def ranking_path(settings: Settings) -> Path:
    """Returns the file that the ranking is kept in."""
    return settings.var_dir / "ranking.json"


def in_topic(confidences: Floats, of_topic: NDArray[np.bool_]) -> Floats:
    """Returns confidences that know what was spoken of before ("and on Zalo?").

    Their sum, and so the confidence that the bank has an answer at all, stays what it was.

    Args:
        confidences: What `Ranking.confidences` returned, shape (entries,).
        of_topic: Which of the entries are of the topic that was spoken of, shape (entries,).
    """
    favoured: Floats = confidences * np.where(of_topic, TOPIC_ODDS, 1.0)
    favoured *= confidences.sum() / max(float(favoured.sum()), 1e-12)
    return favoured


def none_features(features: NDArray[np.float32], query: str) -> Floats:
    """Returns what tells a query that the bank cannot answer."""
    best = [
        float(features[:, FEATURES.index(name)].max()) if len(features) else 0.0
        for name in _NONE_FEATURES[2:]
    ]
    return np.array([1.0, np.log1p(len(query.split())), *best])


def fit(examples: Sequence[Example], encoder: str, by: str) -> Ranking:
    """Fits weights and thresholds.

    Args:
        examples: Queries whose texts are not in the index.
        encoder: Fingerprint of the encoder that the features come from.
        by: What the examples are, for who reads the ranking.
    """
    width = len(FEATURES)
    features = np.zeros((len(examples), _CANDIDATES, width))
    absent = np.ones((len(examples), _CANDIDATES + 1), dtype=np.bool_)
    absent[:, -1] = False
    none = np.zeros((len(examples), len(_NONE_FEATURES)))
    right = np.zeros((len(examples), _CANDIDATES + 1), dtype=np.bool_)
    for row, example in enumerate(examples):
        best = np.argsort(-example.features.sum(axis=1))[:_CANDIDATES]
        if example.right and not example.right & set(best.tolist()):
            best[-1] = min(example.right)
        right[row, : len(best)] = [int(place) in example.right for place in best]
        right[row, -1] = not example.right
        features[row, : len(best)] = example.features[best]
        absent[row, : len(best)] = False
        none[row] = none_features(example.features, example.query)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        logits = np.concatenate(
            [features @ parameters[:width], (none @ parameters[width:])[:, None]], axis=1
        )
        logits[absent] = -np.inf
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        shares /= shares.sum(axis=1, keepdims=True)
        wanted = np.where(right, shares, 0)
        of_right = wanted.sum(axis=1, keepdims=True) + 1e-12
        value = -np.log(of_right).mean()
        shares -= wanted / of_right
        slope = np.concatenate(
            [
                np.einsum("rc,rcf->f", shares[:, :-1], features),
                shares[:, -1] @ none,
            ]
        ) / len(examples)
        value += _PENALTY * float(parameters @ parameters)
        return value, slope + 2 * _PENALTY * parameters

    start = np.zeros(width + len(_NONE_FEATURES))
    solution = minimize(loss, start, jac=True, method="L-BFGS-B").x
    ranking = Ranking(
        encoder=encoder,
        weights=dict(zip(FEATURES, map(float, solution[:width]), strict=True)),
        none_weights=dict(zip(_NONE_FEATURES, map(float, solution[width:]), strict=True)),
        answer_from=1.0,
        choices_from=1.0,
    )
    return _with_thresholds(ranking, examples, by)


def _with_thresholds(ranking: Ranking, examples: Sequence[Example], by: str) -> Ranking:
    """Returns `ranking` with the lowest thresholds that keep to the limits on the examples."""
    first, three, right, right_three, known = (
        np.array(column)
        for column in zip(*(_judge(ranking, example) for example in examples), strict=True)
    )

    def share(chosen: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
        return round(float(chosen[of].mean()), 3) if of.any() else 0.0

    def lowest(allowed: Callable[[float], bool]) -> float:
        return next((threshold for threshold in _GRID if allowed(threshold)), 1.0)

    answer_from = lowest(
        lambda least: (
            share((first >= least) & ~right, known) <= WRONG_ANSWERS
            and share(first >= least, ~known) <= ANSWERS_TO_UNKNOWN
        )
    )
    choices_from = lowest(lambda least: share(three >= least, ~known) <= _CHOICES_TO_UNKNOWN)
    curve = [
        {
            "threshold": least,
            "answered": share(first >= least, known),
            "answered_wrongly": share((first >= least) & ~right, known),
            "unknown_answered": share(first >= least, ~known),
            "offered": share(three >= least, known),
            "offered_without_the_right_one": share((three >= least) & ~right_three, known),
            "unknown_offered": share(three >= least, ~known),
        }
        for least in _GRID[4::10]
    ]
    measured = {
        "by": by,
        "known": int(known.sum()),
        "unknown": int((~known).sum()),
        "accuracy_at_1": share(right, known),
        "accuracy_at_3": share(right_three, known),
        "curve": curve,
    }
    return replace(ranking, answer_from=answer_from, choices_from=choices_from, measured=measured)


def _judge(ranking: Ranking, example: Example) -> tuple[float, float, bool, bool, bool]:
    confidences = ranking.confidences(example.features, example.query)
    best = np.argsort(-confidences, kind="stable")[:CHOICES]
    return (
        float(confidences[best[0]]),
        float(confidences[best].sum()),
        int(best[0]) in example.right,
        not example.right.isdisjoint(best.tolist()),
        bool(example.right),
    )
