"""What the safety models see of a message: words and letters, with and without diacritics."""

from collections.abc import Iterator
from itertools import pairwise

from nlu.text import normalise, strip_diacritics

_FIRST, _LAST = 4, 6


def features(text: str) -> frozenset[str]:
    """Returns the features of `text`.

    Words and word pairs as they are written, the same without diacritics, runs of three to five
    letters without diacritics, at most as long as a word, and the first and the last words by
    themselves: where a message begins and ends tells more of what it is about.

    Args:
        text: What a person typed.
    """
    marked = normalise(text).split()
    bare = [strip_diacritics(word) for word in marked]
    return frozenset(
        [
            *(f"m:{gram}" for gram in _word_grams(marked)),
            *(f"b:{gram}" for gram in _word_grams(bare)),
            *(f"c:{gram}" for word in set(bare) for gram in _letter_grams(word)),
            *(f"h:{word}" for word in bare[:_FIRST]),
            *(f"e:{gram}" for gram in _word_grams(bare[-_LAST:])),
        ]
    )


def _word_grams(words: list[str]) -> Iterator[str]:
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def _letter_grams(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in (3, 4, 5):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
