"""What the YAML files of texts have in common: their kinds of text, reading, and typed answers."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from faq.errors import FaqError
from nlu.text import normalise, strip_diacritics


def _tidy_line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _tidy_block(text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines())
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, AfterValidator(_tidy_line), Field(min_length=1)]
Block = Annotated[str, AfterValidator(_tidy_block), Field(min_length=1)]
Title = Annotated[str, AfterValidator(_tidy_line), Field(min_length=1, max_length=28)]
"""The words on a button."""


class Model(BaseModel):
    """A model that takes no field it does not know, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=Model)

_BESIDE = 2
_FILLERS = frozenset(
    "da a nha nhe ne oi u uh vang bot ban minh em e con chau luon thi o tren qua ben".split()
)
"""Particles, forms of address and prepositions, without diacritics."""


def read(path: Path, model: type[M]) -> M:
    """Reads a YAML file of texts as `model`.

    Raises:
        FaqError: If the file cannot be used; the message says why.
    """
    try:
        return model.model_validate(yaml.safe_load(path.read_bytes()))
    except (OSError, yaml.YAMLError) as error:
        raise FaqError(f"{path.name} cannot be read: {error}") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, problem["loc"]))
        raise FaqError(f"{path.name}: {place}: {problem['msg']}") from None


def typed_choice(text: str, forms: Sequence[Sequence[str]]) -> int | None:
    """Returns the place, from 1, of the choice that `text` names, or None.

    A choice is named by its number, or by one of its forms, with or without diacritics, alone
    or, if it is more than one word, beside at most two others; particles, forms of address and
    prepositions do not count. A longer text says something else. Of several, the longest form
    counts.

    Args:
        text: What was typed.
        forms: For each choice, what it may be called.
    """
    if text.strip().isdecimal():
        return int(text) if 1 <= int(text) <= len(forms) else None
    return _longest(text, forms, _BESIDE)


def mentioned_choice(text: str, forms: Sequence[Sequence[str]]) -> int | None:
    """Returns the place, from 1, of the choice that a text of any length mentions, or None.

    Args:
        text: What was typed.
        forms: For each choice, what it may be called. Of several, the longest form counts.
    """
    return _longest(text, forms, None)


def _longest(text: str, forms: Sequence[Sequence[str]], beside: int | None) -> int | None:
    """Returns the choice of the longest form in `text`, with at most `beside` words beside it."""
    said = _without_fillers(text)
    if strip_diacritics(text) == text:
        said = strip_diacritics(said)  # "ko an toan" was read as "không an toan"
    found: dict[int, int] = {}
    for place, names in enumerate(forms, 1):
        written = {_without_fillers(name) for name in names}
        for form in written | {strip_diacritics(each) for each in written}:
            words, further = len(form.split()), len(said.split()) - len(form.split())
            crowded = beside is not None and further > (beside if words > 1 else 0)
            if not crowded and f" {form} " in f" {said} ":
                found[place] = max(found.get(place, 0), len(form))
    longest = max(found.values(), default=0)
    best = [place for place, length in found.items() if length == longest]
    return best[0] if len(best) == 1 else None


def _without_fillers(text: str) -> str:
    words = normalise(text).split()
    return " ".join(word for word in words if strip_diacritics(word) not in _FILLERS) or " ".join(
        words
    )
