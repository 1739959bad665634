"""Trains safety/crisis_model.json on the examples of nlu/data and safety/examples.jsonl.

Prints recall and false alarms by five-fold cross-validation on the same examples: the figures that
the limits in safety/crisis.py were chosen by. `--check` only tells whether the model is that of
the examples as they are now.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import normalize

from safety import crisis
from safety.features import features
from safety.model import NONE, PATH

ROOT = Path(__file__).parent.parent
DATA = ROOT / "nlu" / "data"
MORE = ROOT / "safety" / "examples.jsonl"
"""Crises and hard negatives that are no intents: Rasa learns nothing from them."""
CRISIS_INTENT = "crisis_"
_SMALLEST_WEIGHT = 0.12
"""Features whose weights are all smaller than this are left out: they change no decision."""


def examples() -> list[tuple[str, str]]:
    """Returns every training example and its class."""
    found = []
    for path in sorted(DATA.glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            intent = group["intent"]
            kind = intent.removeprefix(CRISIS_INTENT) if CRISIS_INTENT in intent else NONE
            lines = group["examples"].splitlines()
            found += [(line[2:], kind) for line in lines if line.startswith("- ")]
    more = [json.loads(line) for line in MORE.read_text(encoding="utf-8").splitlines()]
    return found + [(row["text"], row["kind"] or NONE) for row in more]


def fingerprint(rows: list[tuple[str, str]]) -> str:
    """Returns a hash of the features and classes that a model is trained on."""
    digest = hashlib.sha256()
    for text, kind in rows:
        digest.update("\t".join([kind, *sorted(features(text))]).encode())
    return digest.hexdigest()[:16]


def train(rows: list[tuple[str, str]]) -> None:
    """Fits the model, prints how it does in cross-validation, and writes it."""
    kinds = np.array([kind for _, kind in rows])
    vectorizer = DictVectorizer()
    matrix = normalize(vectorizer.fit_transform([dict.fromkeys(features(t), 1.0) for t, _ in rows]))
    classifier = LogisticRegression(C=30, max_iter=500)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(classifier, matrix, kinds, cv=folds, method="predict_proba")
    _report([text for text, _ in rows], kinds, predicted)

    classifier.fit(matrix, kinds)
    weights = classifier.coef_.T
    scale = float(np.abs(weights).max()) / 127
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= _SMALLEST_WEIGHT)
    names = vectorizer.get_feature_names_out()
    whole = np.rint(weights / scale).astype(int)
    model = {
        "fingerprint": fingerprint(rows),
        "classes": classifier.classes_.tolist(),
        "bias": [round(float(b), 4) for b in classifier.intercept_],
        "scale": scale,
        "weights": {str(names[i]): whole[i].tolist() for i in kept},
    }
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    PATH.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")
    print(f"{PATH.name}: {len(kept)} features, {PATH.stat().st_size / 1e6:.2f} MB")


def _report(texts: list[str], kinds: np.ndarray, predicted: np.ndarray) -> None:
    none = int(np.flatnonzero(np.unique(kinds) == NONE)[0])
    danger = 1 - predicted[:, none]
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


def main() -> int:
    """Runs the program; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only tell whether it is up to date")
    arguments = parser.parse_args()
    rows = examples()
    if not arguments.check:
        train(rows)
        return 0
    if json.loads(PATH.read_text(encoding="utf-8"))["fingerprint"] == fingerprint(rows):
        return 0
    print("safety/crisis_model.json is older than its examples: run `make train-crisis`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
