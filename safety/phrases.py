"""The notation of the phrase lists that a counsellor edits: crisis.txt and signs.txt.

    word word      these words, in this order
    (a|b c)        one of these;  (a|)  may be missing
    ~              up to six other words
    =word          only with its marks, since without them it is another word too
    ! phrase       harmless: taken out of the text before the section is looked at
    [name]         begins a section

Words are written with their marks; a word typed without marks matches too.
"""

import re
from pathlib import Path
from typing import NamedTuple

from nlu.text import normalise, strip_diacritics

_TOKEN = re.compile(r"\(|\)|\||~|[{}\d,]+|=?[^\W_]+")
_GAP = r"(?: [^\W_]+){0,6}?"


class Section(NamedTuple):
    """The patterns of one section, over ` word word `: normalised, with a space at each end.

    Attributes:
        phrases: What is looked for.
        harmless: What is taken out first.
    """

    phrases: tuple[re.Pattern[str], ...]
    harmless: tuple[re.Pattern[str], ...]

    def blanked(self, words: str) -> str:
        """Returns `words`, of the same length, with everything harmless made into spaces."""
        for pattern in self.harmless:
            words = pattern.sub(lambda match: " " * len(match.group()), words)
        return words


def compile_phrase(phrase: str) -> re.Pattern[str]:
    """Returns the pattern of one phrase.

    Args:
        phrase: A line in the notation above, without a leading `!`.

    Raises:
        ValueError: If the line is not in that notation.
    """
    parts: list[str] = []
    for piece in _TOKEN.findall(phrase):
        if piece == "~":
            parts.append(_GAP)
        elif piece == "(":
            parts.append("(?:")
        elif piece in {")", "|"} or piece.startswith("{"):
            parts.append(piece)
        else:
            # The text writes "kĩ" for "kỹ" and "hòa" for "hoà"; so must the phrase.
            word = normalise(piece)
            forms = {word} if piece.startswith("=") else {word, strip_diacritics(word)}
            parts.append(f" (?:{'|'.join(sorted(forms))})")
    try:
        return re.compile("".join(parts) + "(?= )")
    except re.error as error:
        raise ValueError(f"The phrase '{phrase}' cannot be read ({error}).") from error


def read_sections(path: Path) -> dict[str, Section]:
    """Returns the sections of a phrase list by name.

    Raises:
        ValueError: If a phrase cannot be read.
    """
    sections: dict[str, tuple[list[re.Pattern[str]], list[re.Pattern[str]]]] = {}
    current: tuple[list[re.Pattern[str]], list[re.Pattern[str]]] = ([], [])
    for line in path.read_text(encoding="utf-8").splitlines():
        phrase = line.strip()
        if not phrase or phrase.startswith("#"):
            continue
        if phrase.startswith("["):
            current = sections.setdefault(phrase.strip("[]"), ([], []))
            continue
        harmless = phrase.startswith("!")
        try:
            current[harmless].append(compile_phrase(phrase.removeprefix("!")))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
    return {name: Section(tuple(p), tuple(h)) for name, (p, h) in sections.items()}
