"""How good the search is, on questions that neither bank nor training has seen."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from faq.errors import FaqError
from faq.index import FEATURES, Index
from faq.ranking import CHOICES
from faq.search import Searcher
from nlu.text import normalise

_DEPTH = 10
_BINS = 5


class EvaluationError(FaqError):
    """Evaluation files that cannot be used; the message says what to do."""


class Question(BaseModel):
    """A line of an evaluation file. Without `expected` it is out of the bank's scope."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    style: str
    expected: tuple[str, ...] = ()
    """The entries that answer it, by who wrote it or by a second reader of what searches found."""
    confirmed: tuple[str, ...] = ()
    """Those of them that the second reader accepts: with this answer alone a person is helped."""
    after: str | None = None
    """The entry that was shown before, if the text was written to follow its answer."""


class Outcome(NamedTuple):
    """What a question got."""

    question: Question
    ranks: dict[str, int]
    """By method, the rank of the first entry that answers it, from 1; 0 if not among the first."""
    decision: str
    hits: list[str]
    confidence: float
    """In the first hit."""


def read(path: Path) -> list[Question]:
    """Reads a file of questions, one JSON object a line.

    Raises:
        EvaluationError: If it is missing or has another form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [Question.model_validate_json(line) for line in lines if line.strip()]
    except OSError:
        raise EvaluationError(f"There is no evaluation file {path}.") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise EvaluationError(
            f"{path} has a line of another form ({problem['msg']}); each is a JSON object with "
            "id, text, style and expected."
        ) from None


def evaluate(
    searcher: Searcher,
    questions: Sequence[Question],
    out_of_scope: Sequence[Question],
    follow_ups: Sequence[Question] = (),
) -> dict[str, Any]:
    """Searches every question by every method and returns the figures.

    Raises:
        EvaluationError: If the bank is empty, or does not hold an entry that a question expects.
    """
    index = searcher.index
    if index is None:
        raise EvaluationError("Nothing is published, so there is nothing to search.")
    known = {entry.id for entry in index.entries}
    if missing := sorted(
        {name for q in (*questions, *follow_ups) for name in q.expected if name not in known}
    ):
        raise EvaluationError(f"Questions expect entries that are not published: {missing[:5]}")
    methods = _methods(searcher)
    outcomes = [_ask(question, searcher, index, methods) for question in questions]
    foreign = [searcher.search(question.text) for question in out_of_scope]
    return {
        "questions": len(questions),
        "out_of_scope": len(out_of_scope),
        "methods": {name: _ranking_figures(outcomes, name) for name in methods},
        "confirmed": _confirmed_figures(outcomes),
        "decisions": _decision_figures(outcomes, [result.decision for result in foreign]),
        "calibration": calibration(
            [o.confidence for o in outcomes] + [result.confidence for result in foreign],
            [_found(o.hits, o.question.expected, 1) for o in outcomes] + [False] * len(foreign),
        ),
        "follow_ups": _follow_up_figures(searcher, index, follow_ups),
        "latency_ms": _latency(searcher, [*questions, *out_of_scope]),
        "misses": [
            {"id": o.question.id, "expected": o.question.expected, "got": o.hits}
            for o in outcomes
            if o.ranks["hybrid"] != 1
        ],
    }


Method = Callable[[str, NDArray[np.float32]], NDArray[Any]]
"""Scores the candidates of a normalised query, given their features."""


def _methods(searcher: Searcher) -> dict[str, Method]:
    def feature(name: str) -> Method:
        column = FEATURES.index(name)
        return lambda _query, features: features[:, column]

    return {
        "encoder": feature("meaning"),
        "words": feature("words"),
        "classifiers": feature("classifier"),
        "hybrid": lambda query, features: searcher.ranking.confidences(features, query),
    }


def _ask(
    question: Question, searcher: Searcher, index: Index, methods: dict[str, Method]
) -> Outcome:
    query = normalise(question.text)
    rows, features = index.compare(query, searcher.encoder.encode([query])[0])
    ranks = {}
    for name, method in methods.items():
        order = np.argsort(-method(query, features), kind="stable")[:_DEPTH]
        found = [index.entry(rows[place]).id in question.expected for place in order]
        ranks[name] = found.index(True) + 1 if any(found) else 0
    result = searcher.search(question.text)
    hits = [hit.entry_id for hit in result.hits]
    return Outcome(question, ranks, result.decision, hits, result.confidence)


def _ranking_figures(outcomes: Sequence[Outcome], method: str) -> dict[str, Any]:
    ranks = np.array([outcome.ranks[method] for outcome in outcomes])
    styles = np.array([outcome.question.style for outcome in outcomes])
    return {
        "accuracy_at_1": _share(ranks == 1),
        "accuracy_at_3": _share((ranks > 0) & (ranks <= 3)),
        "mrr_at_10": round(float(np.mean([1 / rank if rank else 0 for rank in ranks])), 3),
        "accuracy_at_1_by_style": {
            str(style): _share(ranks[styles == style] == 1) for style in sorted(set(styles))
        },
    }


def _found(hits: Sequence[str], right: Sequence[str], depth: int) -> bool:
    """Returns whether a right entry is among the first hits."""
    return any(hit in right for hit in hits[:depth])


def _confirmed_figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Judges by the second reader's labels alone, where there are any."""
    judged = [outcome for outcome in outcomes if outcome.question.confirmed]
    first, three = (
        np.array([_found(o.hits, o.question.confirmed, depth) for o in judged])
        for depth in (1, CHOICES)
    )
    return {
        "questions": len(judged),
        "accuracy_at_1": _share(first),
        "accuracy_at_3": _share(three),
    }


def _follow_up_figures(
    searcher: Searcher, index: Index, follow_ups: Sequence[Question]
) -> dict[str, dict[str, float]]:
    """Searches each kind of message that came after an answer, knowing the answer and not."""
    number_of = {entry.id: entry.number for entry in index.entries}
    figures = {}
    for style in sorted({question.style for question in follow_ups}):
        asked = [question for question in follow_ups if question.style == style]
        for known in (False, True):
            found = [
                searcher.search(q.text, after=number_of.get(q.after or "") if known else None)
                for q in asked
            ]
            first, three = (
                np.array(
                    [
                        _found([hit.entry_id for hit in result.hits], q.expected, depth)
                        for q, result in zip(asked, found, strict=True)
                    ]
                )
                for depth in (1, CHOICES)
            )
            title = f"{style}, {'knowing' if known else 'not knowing'} the answer before"
            figures[title] = {
                "messages": len(asked),
                "accuracy_at_1": _share(first),
                "accuracy_at_3": _share(three),
            }
    return figures


def _decision_figures(outcomes: Sequence[Outcome], foreign: Sequence[str]) -> dict[str, Any]:
    def share(wanted: Callable[[Outcome], bool]) -> float:
        return _share(np.array([wanted(outcome) for outcome in outcomes]))

    def right(outcome: Outcome, depth: int) -> bool:
        return _found(outcome.hits, outcome.question.expected, depth)

    decided = Counter(foreign)
    return {
        "answered": share(lambda o: o.decision == "answer"),
        "answered_wrongly": share(lambda o: o.decision == "answer" and not right(o, 1)),
        "choices": share(lambda o: o.decision == "choices"),
        "choices_without_the_right_one": share(
            lambda o: o.decision == "choices" and not right(o, CHOICES)
        ),
        "abstained": share(lambda o: o.decision == "abstain"),
        "out_of_scope_answered": round(decided["answer"] / max(1, len(foreign)), 3),
        "out_of_scope_choices": round(decided["choices"] / max(1, len(foreign)), 3),
    }


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> dict[str, dict[str, float]]:
    """Tells how often the first hit was right, of what the search was about equally sure of.

    The expected calibration error is the mean distance of the two (Guo and others, "On Calibration
    of Modern Neural Networks", 2017), over bins of equal width.

    Args:
        confidence: In the first hit of each question.
        right: For each question, whether that hit was right.

    Returns:
        By bin, and for all, what was found.
    """
    sure, were_right = np.array(confidence), np.array(right)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    figures: dict[str, dict[str, float]] = {}
    error = 0.0
    for place in np.unique(bins):
        inside = bins == place
        said, was = float(sure[inside].mean()), float(were_right[inside].mean())
        figures[f"{place / _BINS:.1f} to {(place + 1) / _BINS:.1f}"] = {
            "questions": int(inside.sum()),
            "confidence": round(said, 3),
            "right": round(was, 3),
        }
        error += float(inside.mean()) * abs(said - was)
    return figures | {"all": {"questions": len(sure), "error": round(error, 3)}}


def _latency(searcher: Searcher, questions: Sequence[Question]) -> dict[str, float]:
    taken = []
    for question in questions:
        start = time.perf_counter()
        searcher.search(question.text)
        taken.append(1000 * (time.perf_counter() - start))
    if not taken:
        return {}
    return {f"p{share}": round(float(np.percentile(taken, share)), 1) for share in (50, 95)}


def _share(wanted: NDArray[np.bool_]) -> float:
    return round(float(wanted.mean()), 3) if wanted.size else 0.0


def dump(figures: dict[str, Any]) -> str:
    """Returns the figures as a table for people."""
    lines = [f"{figures['questions']} questions, {figures['out_of_scope']} out of scope", ""]
    styles = sorted(
        {s for each in figures["methods"].values() for s in each["accuracy_at_1_by_style"]}
    )
    columns = ["acc@1", "acc@3", "mrr@10", *styles]
    lines.append("".join([f"{'':18}", *(f"{name:>12}" for name in columns)]))
    for method, each in figures["methods"].items():
        values = [each["accuracy_at_1"], each["accuracy_at_3"], each["mrr_at_10"]]
        values += [each["accuracy_at_1_by_style"][style] for style in styles]
        lines.append("".join([f"{method:18}", *(f"{value:12.3f}" for value in values)]))
    lines += [
        "",
        *(f"confirmed {k.replace('_', ' '):22}{v:8}" for k, v in figures["confirmed"].items()),
    ]
    for title, each in figures["follow_ups"].items():
        lines.append(f"{title}: {each['accuracy_at_1']:.3f}, in three {each['accuracy_at_3']:.3f}")
    lines += [f"{k.replace('_', ' '):32}{v:8.3f}" for k, v in figures["decisions"].items()]
    for title, each in figures["calibration"].items():
        lines.append(f"confidence {title:21}" + ", ".join(f"{k} {v}" for k, v in each.items()))
    lines += [f"{'search ' + k:32}{v:8.1f} ms" for k, v in figures["latency_ms"].items()]
    return "\n".join(lines)
