"""Trains the models of the crisis gate, of whose crisis it is, and of the message check.

Prints, by five-fold cross-validation on the same examples, the figures that the limits in
safety/crisis.py, about.py and signs.py were chosen by. `--check` only tells whether the models are
those of the examples as they are now.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix, diags
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import normalize

from safety import about, crisis, signs
from safety.features import features
from safety.model import NONE

ROOT = Path(__file__).parent.parent
DATA = ROOT / "nlu" / "data"
CRISES = ROOT / "safety" / "examples.jsonl"
"""Crises and hard negatives that are no intents: Rasa learns nothing from them."""
ABOUT = ROOT / "safety" / "about_examples.jsonl"
"""Crises, a sample of those examples, by whose danger they tell of."""
MESSAGES = ROOT / "safety" / "message_examples.jsonl"
CRISIS_INTENT = "crisis_"
_FEWEST = 3
"""A feature that fewer examples have is not learned."""
_SMALLEST_WEIGHT = 0.12
"""Features whose weights are all smaller than this are left out: they change no decision."""

_ENTITY = re.compile(r"\[([^\]]+)\]\([^)]+\)")
"""An entity as nlu/data marks it."""


class Task(NamedTuple):
    """A model to train.

    Attributes:
        path: Where it is written.
        examples: Returns texts and their classes.
        features: Returns what the model sees of a text.
        rest: The class that the others are told from in the report.
        classifier: Untrained; its last step is a logistic regression. What comes before it scales
            the features, if it pays in cross-validation.
        report: Prints the cross-validation, given texts, classes and probabilities of another class
            than `rest`.
    """

    path: Path
    examples: Callable[[], list[tuple[str, str]]]
    features: Callable[[str], frozenset[str]]
    rest: str
    classifier: Pipeline
    report: Callable[[Sequence[str], np.ndarray, np.ndarray], None]


class LogCountRatio(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types in sklearn
    """Weighs features by how unevenly danger and `NONE` share them.

    The root of the absolute log-count ratio of Wang and Manning, "Baselines and Bigrams" (2012).
    """

    def fit(self, matrix: csr_matrix, kinds: np.ndarray) -> "LogCountRatio":
        """Learns the scale of each feature.

        Args:
            matrix: Features of the examples, shape (examples, features).
            kinds: Their classes, shape (examples,).
        """
        present = matrix.astype(bool)
        share = []
        for part in (present[kinds != NONE], present[kinds == NONE]):
            counts = np.asarray(part.sum(axis=0)).ravel() + 1
            share.append(counts / counts.sum())
        scale = np.sqrt(np.abs(np.log(share[0] / share[1])))
        often = np.asarray(present.sum(axis=0)).ravel()
        self.scale_ = scale / np.sqrt(np.average(scale**2, weights=often))
        return self

    def transform(self, matrix: csr_matrix) -> csr_matrix:
        """Returns the features scaled, shape (examples, features)."""
        return matrix @ diags(self.scale_)


def crisis_examples() -> list[tuple[str, str]]:
    """Returns every example of the crisis gate and its class."""
    found = []
    for path in sorted(DATA.glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            intent = group.get("intent")
            if intent is None:
                continue
            kind = intent.removeprefix(CRISIS_INTENT) if CRISIS_INTENT in intent else NONE
            lines = group["examples"].splitlines()
            found += [
                (_ENTITY.sub(r"\1", line[2:]), kind) for line in lines if line.startswith("- ")
            ]
    return found + _lines(CRISES)


def message_examples() -> list[tuple[str, str]]:
    """Returns every example of the message check and its class."""
    return _lines(MESSAGES)


def about_examples() -> list[tuple[str, str]]:
    """Returns crises, and whose danger they tell of."""
    return _lines(ABOUT)


def fingerprint(task: Task) -> str:
    """Returns a hash of the features and classes that a model is trained on."""
    digest = hashlib.sha256()
    for text, kind in task.examples():
        digest.update("\t".join([kind, *sorted(task.features(text))]).encode())
    return digest.hexdigest()[:16]


def train(task: Task) -> None:
    """Fits the model of `task`, prints how it does in cross-validation, and writes it."""
    rows = task.examples()
    kinds = np.array([kind for _, kind in rows])
    vectorizer = DictVectorizer()
    found = [dict.fromkeys(task.features(text), 1.0) for text, _ in rows]
    matrix = vectorizer.fit_transform(found).tocsc()
    common = np.flatnonzero(np.diff(matrix.indptr) >= _FEWEST)
    matrix = normalize(matrix[:, common].tocsr())
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(task.classifier, matrix, kinds, cv=folds, method="predict_proba")
    rest = int(np.flatnonzero(np.unique(kinds) == task.rest)[0])
    task.report([text for text, _ in rows], kinds, 1 - predicted[:, rest])

    *scaling, (_, regression) = task.classifier.fit(matrix, kinds).steps
    weights, bias = regression.coef_.T, regression.intercept_
    if len(bias) == 1:  # of two classes, the second is told from the first
        weights, bias = np.insert(weights, 0, 0.0, axis=1), np.insert(bias, 0, 0.0)
    for _, step in scaling:
        weights = weights * step.scale_[:, None]
    scale = float(np.abs(weights).max()) / 127
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= _SMALLEST_WEIGHT)
    names = vectorizer.get_feature_names_out()[common]
    whole = np.rint(weights / scale).astype(int)
    model = {
        "fingerprint": fingerprint(task),
        "classes": regression.classes_.tolist(),
        "bias": [round(float(b), 4) for b in bias],
        "scale": scale,
        "weights": {str(names[i]): whole[i].tolist() for i in kept},
    }
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    task.path.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")
    print(f"{task.path.name}: {len(kept)} features, {task.path.stat().st_size / 1e6:.2f} MB")


def _report_crises(texts: Sequence[str], kinds: np.ndarray, danger: np.ndarray) -> None:
    phrase = np.array([crisis.match_phrase(text) is not None for text in texts])
    positive = kinds != NONE
    ways = {
        "phrases alone": phrase,
        "model alone": danger >= crisis.POSSIBLE,
        "both, as safety.crisis": (danger >= crisis.POSSIBLE)
        | (phrase & (danger >= crisis.DOUBTFUL)),
    }
    print(f"Cross-validation: {positive.sum()} crises, {(~positive).sum()} others")
    for name, hit in ways.items():
        recall, false = hit[positive].mean(), hit[~positive].mean()
        print(f"  {name:<24} recall {recall:.3f}   false alarms {false:.3f}")


def _report_about(_texts: Sequence[str], kinds: np.ndarray, other: np.ndarray) -> None:
    friend, hit = kinds == about.FRIEND, other >= about.SURE
    print(f"Cross-validation: {friend.sum()} crises of somebody else, {(~friend).sum()} own")
    print(f"  somebody else's: recall {hit[friend].mean():.3f}; own taken for that ", end="")
    print(f"{hit[~friend].mean():.3f}")


def _report_messages(texts: Sequence[str], kinds: np.ndarray, doubt: np.ndarray) -> None:
    shown = np.array([any(True for _ in signs.find_signs(text)) for text in texts])
    positive = kinds != NONE
    print(f"Cross-validation: {positive.sum()} doubtful messages, {(~positive).sum()} harmless")
    for name, hit in {"any sign": shown, "as safety.signs": doubt >= signs.CAREFUL}.items():
        recall, precision = hit[positive].mean(), positive[hit].mean()
        print(f"  {name:<24} recall {recall:.3f}   precision {precision:.3f}")


def _seen(text: str) -> frozenset[str]:
    return signs.message_features(text, tuple(signs.find_signs(text)))


def _lines(path: Path) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["kind"] or NONE) for row in rows]


def _regression() -> LogisticRegression:
    return LogisticRegression(C=30, max_iter=500)


TASKS = (  # the gate asks whose danger it is: that model is there first
    Task(
        about.PATH,
        about_examples,
        about.about_features,
        about.SELF,
        make_pipeline(_regression()),
        _report_about,
    ),
    Task(
        crisis.PATH,
        crisis_examples,
        features,
        NONE,
        make_pipeline(LogCountRatio(), _regression()),
        _report_crises,
    ),
    Task(signs.PATH, message_examples, _seen, NONE, make_pipeline(_regression()), _report_messages),
)


def main() -> int:
    """Runs the program; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only tell whether it is up to date")
    arguments = parser.parse_args()
    stale = []
    for task in TASKS:
        if not arguments.check:
            train(task)
        elif json.loads(task.path.read_text("utf-8"))["fingerprint"] != fingerprint(task):
            stale.append(task.path.name)
    for name in stale:
        print(f"safety/{name} is older than its examples: run `make train-safety`.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
