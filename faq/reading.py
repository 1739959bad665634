"""A text as it is read: its words without markup, in sentences, and the phrases it holds."""

import re
from collections.abc import Iterable

from nlu.text import normalise

PLACEHOLDER = re.compile(r"\{(?:contact|law):[^{}]*\}")
_LIST_MARK = re.compile(r"^- ", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")


def plain(answer: str, placeholder: str = "x") -> str:
    """Returns `answer` without its markup, and with `placeholder` where a placeholder stood."""
    return _LIST_MARK.sub("", PLACEHOLDER.sub(placeholder, answer).replace("**", ""))


def sentences(plain_text: str) -> list[str]:
    """Returns the sentences of what `plain` returned; a line of a list is one too."""
    return [part.strip() for part in _SENTENCE_END.split(plain_text) if part.strip()]


def phrases_in(text: str, phrases: Iterable[str]) -> list[str]:
    """Returns those of the normalised phrases that stand in a text as whole words."""
    padded = f" {normalise(text)} "
    return [phrase for phrase in phrases if f" {phrase} " in padded]
