import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faq.index import FEATURES
from faq.ranking import Example, Ranking, fit, in_topic


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Queries whose answer resembles them most, and some that resemble nothing."""
    rng = np.random.default_rng(0)
    examples = []
    for number in range(200):
        features = rng.uniform(0, 0.3, (8, len(FEATURES))).astype(np.float32)
        right = frozenset[int]() if number % 5 == 0 else frozenset({number % 8})
        for place in right:
            features[place] += rng.uniform(0.1, 0.5)
        examples.append(Example("hỏi một câu", features, right))
    return examples


@pytest.fixture(scope="module")
def fitted(examples: list[Example]) -> Ranking:
    return fit(examples, "encoder", "test")


def test_confidences_are_probabilities(fitted: Ranking, examples: list[Example]) -> None:
    for example in examples:
        confidences = fitted.confidences(example.features, example.query)
        assert confidences.shape == (8,)
        assert (confidences >= 0).all()
        assert confidences.sum() < 1


def test_what_answers_is_ranked_first(fitted: Ranking, examples: list[Example]) -> None:
    known = [example for example in examples if example.right]
    right = [fitted.confidences(each.features, each.query).argmax() in each.right for each in known]
    assert np.mean(right) > 0.9
    assert fitted.measured["accuracy_at_1"] == pytest.approx(np.mean(right), abs=1e-3)


def test_what_the_bank_does_not_hold_has_less_confidence(
    fitted: Ranking, examples: list[Example]
) -> None:
    def mean(unknown: bool) -> float:
        chosen = [e for e in examples if (not e.right) == unknown]
        return float(np.mean([fitted.confidences(e.features, e.query).max() for e in chosen]))

    assert mean(unknown=True) < 0.3
    assert mean(unknown=False) > 0.6


def test_thresholds_keep_to_the_limits(fitted: Ranking, examples: list[Example]) -> None:
    wrong = answered = 0
    for example in examples:
        confidences = fitted.confidences(example.features, example.query)
        decision = fitted.decide(sorted(confidences, reverse=True)[:3])
        if decision == "answer":
            wrong += bool(example.right) and confidences.argmax() not in example.right
            answered += not example.right
    assert wrong <= 0.06 * 160
    assert answered <= 0.04 * 40


def test_confidence_is_calibrated(fitted: Ranking, examples: list[Example]) -> None:
    top = [fitted.confidences(each.features, each.query) for each in examples]
    right = [t.argmax() in e.right for t, e in zip(top, examples, strict=True)]
    assert np.mean([t.max() for t in top]) == pytest.approx(np.mean(right), abs=0.1)


@pytest.mark.parametrize(
    ("confidences", "decision"),
    [
        ([0.7, 0.1, 0.1], "answer"),
        ([0.4, 0.1, 0.1], "choices"),
        ([0.2, 0.2, 0.2], "choices"),
        ([0.2, 0.1, 0.1], "abstain"),
        ([0.6], "answer"),
        ([], "abstain"),
    ],
)
def test_decisions_follow_the_thresholds(
    fitted: Ranking, confidences: list[float], decision: str
) -> None:
    ranking = replace(fitted, answer_from=0.6, choices_from=0.5)
    assert ranking.decide(confidences) == decision


def test_a_ranking_is_read_as_it_was_written(tmp_path: Path, fitted: Ranking) -> None:
    fitted.save(tmp_path / "var" / "ranking.json")
    assert Ranking.load(tmp_path / "var" / "ranking.json") == fitted


def test_what_is_no_ranking_is_not_read(tmp_path: Path, fitted: Ranking) -> None:
    path = tmp_path / "ranking.json"
    assert Ranking.load(path) is None
    fitted.save(path)
    content = json.loads(path.read_text())
    for damaged in ("{", "[]", "{}", json.dumps(content | {"weights": {"other": 1.0}})):
        path.write_text(damaged)
        assert Ranking.load(path) is None


def test_the_topic_that_was_spoken_of_is_likelier() -> None:
    known = in_topic(np.array([0.3, 0.2, 0.1]), np.array([False, True, True]))
    assert known.sum() == pytest.approx(0.6)
    assert known.argmax() == 1
    assert known[1] / known[2] == pytest.approx(2)
    assert in_topic(np.zeros(2), np.array([True, False])).tolist() == [0, 0]
