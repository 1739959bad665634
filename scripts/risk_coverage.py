"""Draws what each threshold of the search costs and gives: docs/risk-coverage.svg.

Thresholds are chosen on the development questions and the negatives (`faq.ranking`); the held-out
questions are drawn beside them, to show how well the choice carries over.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from common.logging import configure
from common.settings import get_settings
from faq import service
from faq.evaluation import Question, read
from faq.examples import development, negatives
from faq.ranking import ANSWERS_TO_UNKNOWN, WRONG_ANSWERS
from faq.search import Searcher

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "risk-coverage"  # the same figures give the same file

import matplotlib.pyplot as plt  # noqa: E402

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "risk-coverage.svg"
THRESHOLDS = np.linspace(0, 1, 201)


class Curve(NamedTuple):
    """Shares for each threshold, each of shape (thresholds,)."""

    answered: NDArray[np.float64]
    """Of the questions that the bank answers."""
    wrongly: NDArray[np.float64]
    """Of the same questions."""
    unknown: NDArray[np.float64]
    """Answered, of the texts that the bank does not answer."""


def main() -> int:
    """Draws the curves."""
    configure("bench", "WARNING")
    searcher = service.load(get_settings()).searcher
    evaluation = ROOT / "tests/evaluation"
    curves = {
        "development": _curve(searcher, development(), negatives()),
        "held out": _curve(
            searcher,
            read(evaluation / "questions.jsonl"),
            [question.text for question in read(evaluation / "out_of_scope.jsonl")],
        ),
    }
    chosen = searcher.ranking.answer_from
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for (name, curve), line in zip(curves.items(), ("--", "-"), strict=True):
        axes.plot(curve.answered, curve.wrongly, line, color="C0", label=f"wrong answers, {name}")
        axes.plot(curve.answered, curve.unknown, line, color="C1", label=f"out of scope, {name}")
        place = int(np.searchsorted(THRESHOLDS, chosen))
        print(
            f"{name}: from {chosen:.2f} on {curve.answered[place]:.3f} are answered, "
            f"{curve.wrongly[place]:.3f} wrongly; out of scope {curve.unknown[place]:.3f}"
        )
        axes.axvline(curve.answered[place], linestyle=line, color="grey", linewidth=0.8)
    axes.axhline(WRONG_ANSWERS, color="C0", linewidth=0.6, linestyle=":")
    axes.axhline(ANSWERS_TO_UNKNOWN, color="C1", linewidth=0.6, linestyle=":")
    axes.set(
        xlim=(0, 1),
        ylim=(0, 0.2),
        xlabel="share of the bank's questions that get an answer (coverage)",
        ylabel="share answered though it should not be (risk)",
        title=f"Answers from a confidence of {chosen:.2f} on; limits dotted",
    )
    axes.legend(loc="upper left")
    figure.savefig(PICTURE, metadata={"Date": None})
    return 0


def _curve(searcher: Searcher, questions: Sequence[Question], unknown: Sequence[str]) -> Curve:
    results = [searcher.search(question.text) for question in questions]
    confidence = np.array([result.confidence for result in results])
    wrong = np.array(
        [
            not result.hits or result.hits[0].entry_id not in question.expected
            for result, question in zip(results, questions, strict=True)
        ]
    )
    foreign = np.array([searcher.search(text).confidence for text in unknown])
    answered = confidence[None, :] >= THRESHOLDS[:, None]
    return Curve(
        answered.mean(axis=1),
        (answered & wrong[None, :]).mean(axis=1),
        (foreign[None, :] >= THRESHOLDS[:, None]).mean(axis=1),
    )


if __name__ == "__main__":
    sys.exit(main())
