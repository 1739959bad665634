"""Measures the crisis gate on tests/evaluation/crisis*.jsonl, and lists what it gets wrong.

Nothing was trained or tuned on those files: one holds hard messages alone, the other such as come
on any day. Recall and false alarms stand side by side for the phrases alone, the model alone, and
both as the gateway uses them.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from safety.about import FRIEND, SELF
from safety.crisis import PATH, POSSIBLE, detect, match_phrase
from safety.features import features
from safety.model import NONE, LinearModel

FOLDER = Path(__file__).parent.parent / "tests" / "evaluation"
HELD_OUT = {
    "crisis.jsonl": "hard messages",
    "crisis_everyday.jsonl": "messages of any day",
}

Row = dict[str, str]


def main() -> int:
    """Prints the measurements."""
    model = LinearModel.load(PATH)
    ways: dict[str, Callable[[str], bool]] = {
        "phrases alone": lambda text: match_phrase(text) is not None,
        "model alone": lambda text: 1 - model.probabilities(features(text))[NONE] >= POSSIBLE,
        "both, as used": lambda text: detect(text) is not None,
        "of those, sure": lambda text: (found := detect(text)) is not None and found.sure,
    }
    for name, title in HELD_OUT.items():
        rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
        _measure(title, rows, ways)
    return 0


def _measure(title: str, rows: list[Row], ways: dict[str, Callable[[str], bool]]) -> None:
    crises = [row for row in rows if row["kind"]]
    others = [row for row in rows if not row["kind"]]
    print(f"\nCrisis gate, {title}: {len(crises)} crises and {len(others)} others, held out")
    for name, hits in ways.items():
        recall = sum(hits(row["text"]) for row in crises) / len(crises)
        false = sum(hits(row["text"]) for row in others) / len(others)
        print(f"  {name:<14} recall {recall:.3f}   false alarms {false:.3f}")
    found = {row["id"]: crisis for row in rows if (crisis := detect(row["text"]))}
    totals = Counter(row["kind"] for row in crises)
    caught = Counter(row["kind"] for row in crises if row["id"] in found)
    met = [(row, found[row["id"]]) for row in crises if row["id"] in found]
    named = sum(crisis.kind == row["kind"] for row, crisis in met)
    print(f"  of the crises, the right kind was named for {named / len(crises):.3f}")
    friends = [crisis.about == FRIEND for row, crisis in met if row.get("who") == FRIEND]
    own = [crisis.about == FRIEND for row, crisis in met if row.get("who") == SELF]
    if friends or own:
        print(f"  somebody else's danger: {sum(friends)} of {len(friends)} known as such, ", end="")
        print(f"{sum(own)} of {len(own)} own taken for that")
    print("  recall by kind: " + ", ".join(f"{k} {caught[k]}/{n}" for k, n in totals.items()))
    print("  Missed:")
    for row in crises:
        if row["id"] not in found:
            print(f"    {row['kind']}: {row['text']}")
    print("  False alarms:")
    for row in others:
        if row["id"] in found:
            print(f"    {found[row['id']].kind}: {row['text']}")


if __name__ == "__main__":
    sys.exit(main())
