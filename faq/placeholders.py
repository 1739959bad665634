"""The words behind `{contact:…}` and `{law:…}`, the only numbers and links that reach a child."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent

_PLACEHOLDER = re.compile(r"\{(contact|law):([^{}]*)\}")
_BRACES = re.compile(r"[{}]")


class Item(BaseModel):
    """A contact or a law, as its file holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    words: str
    note: str
    source: str
    verified_on: date | None
    """The day on which a person last tried it out."""


class Placeholders:
    """Turns the placeholders of a text into words."""

    def __init__(self, words: Mapping[str, str], unknown: Mapping[str, str]) -> None:
        """Takes the words of each placeholder.

        Args:
            words: By name, such as "contact:111".
            unknown: By kind ("contact", "law"), what stands in for a name that is not known.
        """
        self._words = words
        self._unknown = unknown

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Reads contacts.yml and laws.yml.

        Raises:
            ValueError: If one of them does not have its form, or names an id twice.
        """
        words: dict[str, str] = {}
        unknown: dict[str, str] = {}
        for kind, plural in (("contact", "contacts"), ("law", "laws")):
            path = folder / f"{plural}.yml"
            content = yaml.safe_load(path.read_bytes())
            unknown[kind] = content["unknown"]
            for item in map(Item.model_validate, content[plural]):
                name = f"{kind}:{item.id}"
                if name in words:
                    raise ValueError(f"{path.name} names '{item.id}' twice; remove one")
                words[name] = item.words
        return cls(words, unknown)

    def names(self, text: str) -> list[str]:
        """Returns the placeholders of `text`, such as "contact:111", in order.

        Raises:
            ValueError: If one is unknown, or if a brace stands outside of a placeholder.
        """
        names = [f"{match[1]}:{match[2]}" for match in _PLACEHOLDER.finditer(text)]
        for name in names:
            if name not in self._words:
                raise ValueError(f"{{{name}}} is in neither contacts.yml nor laws.yml")
        if _BRACES.search(_PLACEHOLDER.sub("", text)):
            raise ValueError("a brace stands outside of {contact:…} and {law:…}")
        return names

    def render(self, text: str) -> str:
        """Returns `text` with words for its placeholders, and never with a brace."""
        shown = _PLACEHOLDER.sub(
            lambda match: self._words.get(match[0][1:-1], self._unknown[match[1]]), text
        )
        return _BRACES.sub("", shown)
