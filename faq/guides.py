"""Guided help (guides.yml): small dialogues of short steps, each with answers to choose from.

A way through a guide is the list of answers given so far, each as `step.place` ("money.2"); it is
all that a conversation has to remember. What it leads to and what its summary says is read off it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from faq.content import Block, Line, Model, Slug, Title, read, typed_choice
from safety.crisis import KINDS

GUIDES = Path(__file__).parent / "guides.yml"


class Choice(Model):
    """An answer to choose.

    Attributes:
        title: The words on the button.
        to: Id of the step that it leads to.
        typed: What a child might type instead.
        done: A line of the summary: what has happened or been done.
        todo: A line of the summary: what is left to do.
    """

    title: Title
    to: Slug
    typed: list[Line]
    done: Line | None = None
    todo: Line | None = None


class Step(Model):
    """A text and the answers to it; a step without answers is an end."""

    id: Slug
    text: Block
    choices: list[Choice] = Field(default_factory=list)

    def choice(self, text: str) -> int | None:
        """Returns the place, from 1, of the answer that was typed, or None."""
        return typed_choice(text, [[each.title, *each.typed] for each in self.choices])


class Guide(Model):
    """A guide.

    Attributes:
        id: Its name in buttons.
        title: The words on its button.
        start: Id of its first step.
        tell: An opening sentence to tell an adult.
        crises: The kinds of crisis that it is offered for; "friend" for those of a friend.
        steps: All its steps.
    """

    id: Slug
    title: Title
    start: Slug
    tell: Line
    crises: list[str] = Field(default_factory=list)
    steps: list[Step]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [step.id for step in self.steps]
        if len(set(names)) < len(names):
            raise ValueError(f"guide {self.id}: a step id is given twice")
        targets = {self.start, *(choice.to for step in self.steps for choice in step.choices)}
        if targets != set(names):
            wrong = ", ".join(sorted(targets ^ set(names)))
            raise ValueError(f"guide {self.id}: missing, or never reached: {wrong}")
        if unknown := set(self.crises) - {*KINDS, "friend"}:
            raise ValueError(f"guide {self.id}: unknown crises {sorted(unknown)}")
        for name in names:
            self._check_ends(name, ())
        return self

    def _check_ends(self, name: str, before: tuple[str, ...]) -> None:
        if name in before:
            raise ValueError(f"guide {self.id}: step {name} leads back to itself")
        for choice in self.step(name).choices:
            self._check_ends(choice.to, (*before, name))

    def step(self, name: str) -> Step:
        """Returns the step called `name`.

        Raises:
            LookupError: If there is none.
        """
        for step in self.steps:
            if step.id == name:
                return step
        raise LookupError(name)

    def chosen(self, answer: str) -> Choice:
        """Returns the choice that `answer` ("money.2") names.

        Raises:
            LookupError: If there is none.
        """
        name, _, place = answer.rpartition(".")
        choices = self.step(name).choices
        if not place.isdecimal() or not 1 <= int(place) <= len(choices):
            raise LookupError(answer)
        return choices[int(place) - 1]

    def after(self, way: Sequence[str]) -> Step:
        """Returns the step that the answers of `way` lead to.

        Raises:
            LookupError: If an answer is none of this guide.
        """
        return self.step(self.chosen(way[-1]).to if way else self.start)

    def with_answer(self, way: Sequence[str], answer: str) -> list[str]:
        """Returns `way` with `answer` at its end; a step answered before is answered anew."""
        name = answer.rpartition(".")[0]
        kept: list[str] = []
        for each in way:
            if each.rpartition(".")[0] == name:
                break
            kept.append(each)
        return [*kept, answer]

    def summary(self, way: Sequence[str]) -> "Summary":
        """Returns what the answers of `way` say has been done, and what is left."""
        choices = [self.chosen(answer) for answer in way]
        return Summary(
            [choice.done for choice in choices if choice.done],
            [choice.todo for choice in choices if choice.todo],
            self.tell,
        )


class Summary(NamedTuple):
    """What a child can keep of a guide: two lists of lines, and a sentence to tell an adult."""

    done: list[str]
    todo: list[str]
    tell: str


class Guides(Model):
    """Every guide."""

    guides: list[Guide]

    def get(self, name: str) -> Guide:
        """Returns the guide called `name`.

        Raises:
            LookupError: If there is none.
        """
        for guide in self.guides:
            if guide.id == name:
                return guide
        raise LookupError(name)

    def for_crisis(self, kind: str, about: str) -> Guide | None:
        """Returns the guide for a crisis, or None if none fits."""
        wanted = "friend" if about == "friend" else kind
        return next((guide for guide in self.guides if wanted in guide.crises), None)


@cache
def load(path: Path = GUIDES) -> Guides:
    """Reads the guides.

    Raises:
        FaqError: If the file cannot be used; the message says why.
    """
    return read(path, Guides)


def texts(guides: Guides) -> Iterator[tuple[str, str]]:
    """Yields the place and the words of every text of the guides that a child reads."""
    for guide in guides.guides:
        yield guide.id, guide.title
        yield guide.id, guide.tell
        for step in guide.steps:
            place = f"{guide.id}.{step.id}"
            yield place, step.text
            for choice in step.choices:
                yield from (
                    (place, text) for text in (choice.title, choice.done, choice.todo) if text
                )
