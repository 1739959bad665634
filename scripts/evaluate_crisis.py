"""Measures the crisis gate on tests/evaluation/crisis.jsonl, and lists what it gets wrong.

Nothing was trained or tuned on that file. Recall and false alarms stand side by side for the
phrases alone, the model alone, and both as the gateway uses them.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from safety.crisis import PATH, POSSIBLE, detect, match_phrase
from safety.features import features
from safety.model import NONE, LinearModel

HELD_OUT = Path(__file__).parent.parent / "tests" / "evaluation" / "crisis.jsonl"


def main() -> int:
    """Prints the measurements."""
    rows = [json.loads(line) for line in HELD_OUT.read_text("utf-8").splitlines()]
    crises = [row for row in rows if row["kind"]]
    others = [row for row in rows if not row["kind"]]
    model = LinearModel.load(PATH)
    ways: dict[str, Callable[[str], bool]] = {
        "phrases alone": lambda text: match_phrase(text) is not None,
        "model alone": lambda text: 1 - model.probabilities(features(text))[NONE] >= POSSIBLE,
        "both, as used": lambda text: detect(text) is not None,
    }
    print(f"\nCrisis gate on {len(crises)} crises and {len(others)} hard negatives, held out")
    for name, hits in ways.items():
        recall = sum(hits(row["text"]) for row in crises) / len(crises)
        false = sum(hits(row["text"]) for row in others) / len(others)
        print(f"  {name:<14} recall {recall:.3f}   false alarms {false:.3f}")
    found = {row["id"]: crisis.kind for row in rows if (crisis := detect(row["text"]))}
    totals = Counter(row["kind"] for row in crises)
    caught = Counter(row["kind"] for row in crises if row["id"] in found)
    named = sum(found.get(row["id"]) == row["kind"] for row in crises)
    print(f"  of the crises, the right kind was named for {named / len(crises):.3f}")
    print("  recall by kind: " + ", ".join(f"{k} {caught[k]}/{n}" for k, n in totals.items()))
    print("\nMissed:")
    for row in crises:
        if row["id"] not in found:
            print(f"  {row['kind']}: {row['text']}")
    print("\nFalse alarms:")
    for row in others:
        if row["id"] in found:
            print(f"  {found[row['id']]}: {row['text']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
