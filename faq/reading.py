"""An answer as it is read: its words without markup, in sentences."""

import re

_PLACEHOLDER = re.compile(r"\{(?:contact|law):[^{}]*\}")
_LIST_MARK = re.compile(r"^- ", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")


def plain(answer: str, placeholder: str = "x") -> str:
    """Returns `answer` without its markup, and with `placeholder` where a placeholder stood."""
    return _LIST_MARK.sub("", _PLACEHOLDER.sub(placeholder, answer).replace("**", ""))


def sentences(plain_text: str) -> list[str]:
    """Returns the sentences of what `plain` returned; a line of a list is one too."""
    return [part.strip() for part in _SENTENCE_END.split(plain_text) if part.strip()]
