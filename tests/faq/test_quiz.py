from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from bot.buttons import encode
from faq.quiz import Question, Quiz, load

QUESTION = {
    "id": "a",
    "theme": "t",
    "scene": "Chuyện gì?",
    "options": ["Một", "Hai"],
    "right": 2,
    "explanation": "Vì thế.",
}


def quiz(*questions: dict[str, Any]) -> Quiz:
    themes = [{"id": "t", "title": "T"}]
    return Quiz.model_validate({"themes": themes, "questions": questions})


def test_questions_are_drawn_once_each() -> None:
    both = quiz(QUESTION, {**QUESTION, "id": "b"})
    first = both.next("t", [])
    assert first is not None
    second = both.next(None, [first.id])
    assert second is not None
    assert {first.id, second.id} == {"a", "b"}
    assert both.next("t", ["a", "b"]) is None


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [QUESTION, QUESTION],
        [{**QUESTION, "right": 3}],
        [{**QUESTION, "right": 0}],
        [{**QUESTION, "options": ["Một"]}],
        [{**QUESTION, "theme": "other"}],
    ],
)
def test_a_quiz_that_cannot_be_played_is_refused(questions: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        quiz(*questions)


def test_the_quiz_that_comes_along_is_large_and_even() -> None:
    questions = load().questions
    assert len(questions) >= 60
    per_theme = Counter(question.theme for question in questions)
    assert min(per_theme.values()) >= 7
    places = Counter(question.right for question in questions if len(question.options) == 3)
    assert min(places[place] for place in (1, 2, 3)) >= sum(places.values()) / 5


@pytest.mark.parametrize("question", load().questions, ids=lambda question: question.id)
def test_a_question_fits_a_small_phone(question: Question) -> None:
    assert len(question.scene) <= 300
    assert all(len(option) <= 70 for option in question.options)
    assert len(question.explanation) <= 350
    assert encode(f'/quiz_answer{{"at": "{question.id}.1"}}')
    for place, option in enumerate(question.options, 1):
        assert question.option(option) == place
