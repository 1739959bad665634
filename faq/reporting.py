"""Where and how to report, by what happened and where (reporting.yml)."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Self, TypeVar

from pydantic import model_validator

from faq.content import Block, Line, Model, Slug, Title, mentioned_choice, read, typed_choice

REPORTING = Path(__file__).parent / "reporting.yml"


class _Part(Model):
    id: Slug
    title: Title
    typed: list[Line]


class Case(_Part):
    """Something that happened.

    Attributes:
        id: Its name in buttons.
        title: The words on its button.
        typed: What a child calls it.
        where: Whom to report it to, and how that goes.
        keep: The evidence to keep.
        never: What never to copy, delete, send or do.
        after: What happens after.
    """

    where: Block
    keep: Block
    never: Block
    after: Block


class Platform(_Part):
    """Where it happened.

    Attributes:
        id: Its name in buttons, and the value of the entity `platform`.
        title: The words on its button.
        typed: What a child calls it.
        steps: How to report there.
    """

    steps: Block


Part = TypeVar("Part", bound=_Part)


class Reporting(Model):
    """Every case and platform."""

    cases: list[Case]
    platforms: list[Platform]

    @model_validator(mode="after")
    def _check(self) -> Self:
        cases, platforms = [c.id for c in self.cases], [p.id for p in self.platforms]
        for names in (cases, platforms):
            if len(set(names)) < len(names):
                raise ValueError("an id is given twice")
        return self

    def case(self, name: str) -> Case | None:
        """Returns the case called `name`, or None."""
        return _named(self.cases, name)

    def platform(self, name: str) -> Platform | None:
        """Returns the platform called `name`, or None."""
        return _named(self.platforms, name)

    def typed_case(self, text: str) -> Case | None:
        """Returns the case that a short text names, or None."""
        return _chosen(self.cases, typed_choice(text, _forms(self.cases)))

    def mentioned_case(self, text: str) -> Case | None:
        """Returns the case that a text of any length names by its longest form, or None."""
        return _chosen(self.cases, mentioned_choice(text, _forms(self.cases)))

    def typed_platform(self, text: str) -> Platform | None:
        """Returns the platform that a short text names, or None."""
        return _chosen(self.platforms, typed_choice(text, _forms(self.platforms)))


@cache
def load(path: Path = REPORTING) -> Reporting:
    """Reads the cases and platforms.

    Raises:
        FaqError: If the file cannot be used; the message says why.
    """
    return read(path, Reporting)


def texts(reporting: Reporting) -> Iterator[tuple[str, str]]:
    """Yields the place and the words of every text that a child reads."""
    for case in reporting.cases:
        shown = (case.title, case.where, case.keep, case.never, case.after)
        yield from ((case.id, text) for text in shown)
    for platform in reporting.platforms:
        yield from ((platform.id, text) for text in (platform.title, platform.steps))


def _named(parts: Sequence[Part], name: str) -> Part | None:
    for part in parts:
        if part.id == name:
            return part
    return None


def _forms(parts: Sequence[Part]) -> list[list[str]]:
    return [[each.title, *each.typed] for each in parts]


def _chosen(parts: Sequence[Part], place: int | None) -> Part | None:
    return parts[place - 1] if place else None
