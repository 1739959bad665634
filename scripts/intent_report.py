"""Prints what `rasa test nlu` found: how well each intent is read, and every text misread."""

import json
import sys
from pathlib import Path
from typing import Any

LEAST_ACCURACY = 0.7
"""A floor that only breakage falls through, not a goal."""


def main() -> int:
    """Prints the report in the folder named on the command line."""
    folder = Path(sys.argv[1])
    report: dict[str, Any] = json.loads((folder / "intent_report.json").read_text("utf-8"))
    errors_file = folder / "intent_errors.json"
    errors = json.loads(errors_file.read_text("utf-8")) if errors_file.exists() else []
    intents = {k: v for k, v in report.items() if isinstance(v, dict) and "confused_with" in v}
    total = sum(row["support"] for row in intents.values())
    accuracy = 1 - len(errors) / total
    print(f"\nIntents on {total} held-out texts: accuracy {accuracy:.3f}")
    print(f"{'intent':<22} {'precision':>9} {'recall':>7} {'texts':>6}")
    for name, row in sorted(intents.items(), key=lambda item: item[1]["f1-score"]):
        print(f"{name:<22} {row['precision']:9.2f} {row['recall']:7.2f} {row['support']:6}")
    print("\nMisread (what it is → what was read):")
    for error in sorted(errors, key=lambda e: str(e["intent"])):
        read = error["intent_prediction"]
        print(f"  {error['intent']} → {read['name']} {read['confidence']:.2f}: {error['text']}")
    if accuracy < LEAST_ACCURACY:
        print(f"The accuracy is below {LEAST_ACCURACY}: something is broken.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
