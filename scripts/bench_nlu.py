"""Compares intent classifiers on the same data: accuracy, training time, size and latency.

Each candidate replaces the classifier in config.yml, is trained on nlu/data by `rasa train nlu`,
and reads the held-out texts of tests/evaluation/nlu.yml. DIET takes many minutes.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from scripts.rasa_command import PYTHON, ROOT, rasa

HELD_OUT = ROOT / "tests" / "evaluation" / "nlu.yml"
CANDIDATES: dict[str, dict[str, Any]] = {
    "nlu.components.classifier.FastLogisticRegressionClassifier": {},
    "DIETClassifier": {
        "epochs": 30,
        "entity_recognition": False,
        "constrain_similarities": True,
        "random_seed": 1,
    },
}
_LATENCY = """
import asyncio, statistics, sys, time, yaml
from rasa.core.agent import Agent
texts = [line[2:] for group in yaml.safe_load(open(sys.argv[2], encoding="utf-8"))["nlu"]
         for line in group["examples"].splitlines()]
agent = Agent.load(sys.argv[1])
async def main():
    times = []
    for text in texts[:20] + texts:
        began = time.perf_counter()
        await agent.parse_message(text)
        times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times[20:], n=20)
    print(cuts[9], cuts[18])
asyncio.run(main())
"""


def main() -> int:
    """Trains and measures every candidate and prints the table."""
    print(f"{'classifier':<36} {'accuracy':>8} {'training':>9} {'model':>8} {'p50':>7} {'p95':>7}")
    for name, options in CANDIDATES.items():
        with tempfile.TemporaryDirectory() as folder:
            row = _measure(Path(folder), name, options)
        print(
            f"{name.rpartition('.')[2]:<36} {row['accuracy']:8.3f} {row['seconds']:7.0f} s "
            f"{row['mb']:5.1f} MB {row['p50']:4.1f} ms {row['p95']:4.1f} ms",
            flush=True,
        )
    return 0


def _measure(folder: Path, name: str, options: dict[str, Any]) -> dict[str, float]:
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    config["pipeline"] = [
        {"name": name, **options} if step["name"].endswith("RegressionClassifier") else step
        for step in config["pipeline"]
    ]
    config_file, model = folder / "config.yml", folder / "candidate.tar.gz"
    config_file.write_text(yaml.safe_dump(config), "utf-8")
    began = time.perf_counter()
    rasa("train", "nlu", "--config", config_file, "--nlu", "nlu/data", "--out", folder,
          "--fixed-model-name", "candidate")  # fmt: skip
    seconds = time.perf_counter() - began
    rasa("test", "nlu", "--model", model, "--nlu", HELD_OUT, "--out", folder / "results",
          "--no-plot")  # fmt: skip
    report = json.loads((folder / "results" / "intent_report.json").read_text("utf-8"))
    wrong = json.loads((folder / "results" / "intent_errors.json").read_text("utf-8"))
    rows = [r for r in report.values() if isinstance(r, dict) and "confused_with" in r]
    total = sum(row["support"] for row in rows)
    timed = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", _LATENCY, str(model), str(HELD_OUT)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    p50, p95 = map(float, timed.stdout.split()[-2:])
    return {
        "accuracy": 1 - len(wrong) / total,
        "seconds": seconds,
        "mb": model.stat().st_size / 1e6,
        "p50": p50,
        "p95": p95,
    }


if __name__ == "__main__":
    sys.exit(main())
