"""Measures the message check on tests/evaluation/suspicious_messages.jsonl, and lists its errors.

Nothing was trained or tuned on that file. Phrases and links alone stand beside the whole check.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from safety.signs import KINDS, SIGNS, check, find_signs

HELD_OUT = Path(__file__).parent.parent / "tests" / "evaluation" / "suspicious_messages.jsonl"


def main() -> int:
    """Prints the measurements."""
    rows = [json.loads(line) for line in HELD_OUT.read_text("utf-8").splitlines()]
    found = {row["id"]: check(row["text"]) for row in rows}
    shown = {row["id"]: {sign.name for sign in find_signs(row["text"])} for row in rows}
    bad = [row for row in rows if row["suspicious"]]
    print(
        f"\nMessage check on {len(bad)} bad and {len(rows) - len(bad)} harmless messages, held out"
    )
    ways: dict[str, Callable[[str], bool]] = {
        "any sign": lambda name: bool(shown[name]),
        "the check": lambda name: found[name].kind is not None,
    }
    for title, hits in ways.items():
        right = sum(hits(row["id"]) for row in bad)
        every = sum(hits(row["id"]) for row in rows)
        print(
            f"  {title:<14} recall {right / len(bad):.3f}   precision {right / max(every, 1):.3f}"
        )
    alarms = [row for row in rows if found[row["id"]].level == "suspicious"]
    wrong = sum(not row["suspicious"] for row in alarms)
    print(f"  'very doubtful' was said of {len(alarms)} messages, {wrong} of them harmless")

    print(f"\n  {'kind':<18}{'messages':>9}{'doubted':>9}{'named':>8}{'named wrongly':>15}")
    for kind in KINDS:
        own = [row for row in bad if row["kind"] == kind]
        doubted = sum(found[row["id"]].kind is not None for row in own)
        named = sum(found[row["id"]].kind == kind for row in own)
        others = sum(found[row["id"]].kind == kind and row["kind"] != kind for row in rows)
        print(f"  {kind:<18}{len(own):>9}{doubted:>9}{named:>8}{others:>15}")

    print(f"\n  {'sign':<22}{'labelled':>9}{'precision':>11}{'recall':>8}")
    for sign in SIGNS:
        wanted = {row["id"] for row in bad if sign in row["signs"]}
        got = {row["id"] for row in rows if sign in shown[row["id"]]}
        both = len(wanted & got)
        precision, recall = both / max(len(got), 1), both / max(len(wanted), 1)
        print(f"  {sign:<22}{len(wanted):>9}{precision:>11.2f}{recall:>8.2f}")

    print("\nMissed:")
    for row in bad:
        if found[row["id"]].kind is None:
            print(f"  {row['kind']}: {row['text']}")
    print("\nTaken for bad:")
    for row in rows:
        if not row["suspicious"] and found[row["id"]].kind is not None:
            print(f"  {found[row['id']].kind}: {row['text']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
