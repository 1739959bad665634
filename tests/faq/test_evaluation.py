import json
from collections.abc import Callable
from pathlib import Path

import pytest

from faq import bank, evaluation
from faq.evaluation import EvaluationError, Question, evaluate
from faq.examples import negatives
from faq.search import Searcher
from faq.store import IndexEntry
from nlu.text import normalise, strip_diacritics

EVALUATION = Path(__file__).parents[1] / "evaluation"

QUESTIONS = [
    Question(id="q1", text="bi hack nick fb", style="none", expected=("accounts-hacked",)),
    Question(id="q2", text="nick bị chiếm mất", style="marks", expected=("accounts-hacked",)),
    Question(id="q3", text="acc bay màu cứu e", style="marks", expected=("jobs-deposit",)),
]
FOLLOW_UPS = [
    Question(
        id="f1",
        text="mật khẩu thì sao",
        style="follow-up",
        after="accounts-hacked",
        expected=("accounts-password",),
    )
]
FOREIGN = [Question(id="o1", text="zzzz", style="none")]


@pytest.fixture(scope="module", name="figures")
def _figures(
    make_searcher: Callable[[list[IndexEntry]], Searcher], entries: list[IndexEntry]
) -> dict[str, object]:
    return evaluate(make_searcher(entries), QUESTIONS, FOREIGN, FOLLOW_UPS)


def test_methods_stand_side_by_side(figures: dict) -> None:
    assert list(figures["methods"]) == ["encoder", "words", "classifiers", "hybrid"]
    hybrid = figures["methods"]["hybrid"]
    assert hybrid["accuracy_at_1"] == 0.667
    assert 0.667 <= hybrid["accuracy_at_3"] <= 1
    assert 0.667 <= hybrid["mrr_at_10"] < 1
    assert hybrid["accuracy_at_1_by_style"] == {"marks": 0.5, "none": 1.0}


def test_decisions_add_up(figures: dict) -> None:
    decisions = figures["decisions"]
    parts = [decisions[name] for name in ("answered", "choices", "abstained")]
    assert sum(parts) == pytest.approx(1, abs=0.002)
    assert decisions["answered_wrongly"] == 0.333
    assert decisions["out_of_scope_answered"] == 0


def test_calibration_tells_what_a_confidence_is_worth() -> None:
    figures = evaluation.calibration([0.1, 0.9, 0.9, 1.0], [False, True, False, True])
    assert figures == {
        "0.0 to 0.2": {"questions": 1, "confidence": 0.1, "right": 0.0},
        "0.8 to 1.0": {"questions": 3, "confidence": 0.933, "right": 0.667},
        "all": {"questions": 4, "error": 0.225},
    }


def test_all_questions_count_for_the_calibration(figures: dict) -> None:
    assert figures["calibration"]["all"]["questions"] == len(QUESTIONS) + len(FOREIGN)


def test_follow_ups_are_asked_with_and_without_what_came_before(figures: dict) -> None:
    titles = [f"follow-up, {word} the answer before" for word in ("not knowing", "knowing")]
    assert list(figures["follow_ups"]) == titles
    assert all(each["messages"] == 1 for each in figures["follow_ups"].values())
    assert figures["follow_ups"][titles[1]]["accuracy_at_3"] == 1


def test_misses_are_named_without_their_text(figures: dict) -> None:
    (miss,) = figures["misses"]
    assert (miss["id"], miss["expected"]) == ("q3", ("jobs-deposit",))
    assert "bay màu" not in json.dumps(miss, ensure_ascii=False)


def test_the_table_names_methods_and_decisions(figures: dict) -> None:
    table = evaluation.dump(figures)
    for words in ("hybrid", "acc@1", "out of scope answered", "confidence all", "search p95"):
        assert words in table


def test_an_entry_that_is_not_published_cannot_be_expected(
    make_searcher: Callable[[list[IndexEntry]], Searcher], entries: list[IndexEntry]
) -> None:
    question = Question(id="q", text="a", style="s", expected=("gone",))
    with pytest.raises(EvaluationError, match="gone"):
        evaluate(make_searcher(entries), [question], [])
    with pytest.raises(EvaluationError, match="Nothing is published"):
        evaluate(make_searcher([]), QUESTIONS, [])


def test_files_of_another_form_are_errors(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no evaluation file"):
        evaluation.read(tmp_path / "no.jsonl")
    path = tmp_path / "questions.jsonl"
    for content in ("{", '{"id": "a"}', "[]"):
        path.write_text(content)
        with pytest.raises(EvaluationError, match="another form"):
            evaluation.read(path)


@pytest.mark.parametrize("name", ["questions.jsonl", "out_of_scope.jsonl", "follow_ups.jsonl"])
def test_held_out_questions_are_neither_indexed_nor_trained_on(name: str) -> None:
    questions = evaluation.read(EVALUATION / name)
    learned = {
        bare(text)
        for file in bank.read(bank.BANK)
        for entry in file.entries
        for text in (entry.question, *entry.variants)
    }
    learned |= {bare(text) for text in negatives()}
    for name_of_learned in ("development.jsonl", "follow_ups.jsonl"):
        learned |= {bare(q.text) for q in evaluation.read(bank.BANK.parent / name_of_learned)}
    leaked = [question.id for question in questions if bare(question.text) in learned]
    assert leaked == []
    ids = [question.id for question in questions]
    assert len(ids) == len(set(ids)) > 0


def bare(text: str) -> str:
    return strip_diacritics(normalise(text))
