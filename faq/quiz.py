"""The quiz (quiz.yml): small scenes, answers to choose from, and what to remember."""

import random
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from faq.content import Block, Line, Model, Slug, Title, read, typed_choice

QUIZ = Path(__file__).parent / "quiz.yml"


class Theme(Model):
    """What questions are about."""

    id: Slug
    title: Title


class Question(Model):
    """A scene and its answers.

    Attributes:
        id: Its name in buttons.
        theme: Id of its theme.
        scene: What happens; ends in a question.
        options: The answers, two to four.
        right: The place of the right one, from 1.
        explanation: Why, and what to remember.
    """

    id: Slug
    theme: Slug
    scene: Block
    options: Annotated[list[Line], Field(min_length=2, max_length=4)]
    right: Annotated[int, Field(ge=1)]
    explanation: Block

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.right > len(self.options):
            raise ValueError(f"question {self.id}: right names no option")
        return self

    def option(self, text: str) -> int | None:
        """Returns the place of the option that was typed, or None."""
        return typed_choice(text, [[option] for option in self.options])


class Quiz(Model):
    """Every theme and question."""

    themes: list[Theme]
    questions: list[Question]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [question.id for question in self.questions]
        if len(set(names)) < len(names):
            raise ValueError("a question id is given twice")
        if {question.theme for question in self.questions} != {theme.id for theme in self.themes}:
            raise ValueError("a theme has no question, or a question no theme")
        return self

    def get(self, name: str) -> Question | None:
        """Returns the question called `name`, or None."""
        return next((question for question in self.questions if question.id == name), None)

    def next(self, theme: str | None, seen: Collection[str]) -> Question | None:
        """Draws a question that was not seen yet, or returns None where all were.

        Args:
            theme: Id of a theme; None for all.
            seen: Ids of the questions seen.
        """
        left = [
            question
            for question in self.questions
            if theme in (None, question.theme) and question.id not in seen
        ]
        return random.choice(left) if left else None  # noqa: S311


@cache
def load(path: Path = QUIZ) -> Quiz:
    """Reads the quiz.

    Raises:
        FaqError: If the file cannot be used; the message says why.
    """
    return read(path, Quiz)


def texts(quiz: Quiz) -> Iterator[tuple[str, str]]:
    """Yields the place and the words of every text that a child reads."""
    yield from ((theme.id, theme.title) for theme in quiz.themes)
    for question in quiz.questions:
        shown = (question.scene, *question.options, question.explanation)
        yield from ((question.id, text) for text in shown)
