"""What the bank holds, in figures."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from faq.bank import BankEntry, BankFile
from faq.reading import plain, sentences
from nlu.text import normalise, strip_diacritics

STORY_WORDS = 22
"""A variant of so many words or more is a story."""
SHORT_WORDS = 4
"""A variant of so many words or fewer is short."""

_WORD = re.compile(r"[^\W_]+")


def describe(files: Sequence[BankFile]) -> dict[str, Any]:
    """Returns the figures of the published entries.

    Args:
        files: The bank; at least one published entry.
    """
    topics = {
        file.topic: entries
        for file in files
        if (entries := [entry for entry in file.entries if entry.status == "published"])
    }
    entries = [entry for own in topics.values() for entry in own]
    return {
        "all": _size(entries),
        "by_topic": {topic: _size(own) for topic, own in topics.items()},
        "variant_style": _styles(text for entry in entries for text in entry.variants),
        "reading": _reading(entries),
    }


def _size(entries: Sequence[BankEntry]) -> dict[str, int]:
    texts = [t for e in entries for t in (e.question, *e.variants, plain(e.answer))]
    return {
        "pairs": len(entries),
        "variants": sum(len(entry.variants) for entry in entries),
        "words": sum(len(text.split()) for text in texts),
        "high_risk": sum(entry.risk == "high" for entry in entries),
        "unreviewed": sum(entry.reviewed is None for entry in entries),
    }


def _styles(variants: Iterable[str]) -> dict[str, float]:
    """Returns shares: three by spelling that add up to one, two by length.

    Whatever the normaliser respells beyond case, signs and diacritics counts as teencode.
    """
    styles: Counter[str] = Counter()
    total = 0
    for text in variants:
        total += 1
        typed = " ".join(_WORD.findall(text.lower()))
        if strip_diacritics(typed) != strip_diacritics(normalise(text)):
            styles["teencode"] += 1
        elif strip_diacritics(typed) != typed:
            styles["diacritics"] += 1
        else:
            styles["no_diacritics"] += 1
        words = len(text.split())
        styles["story"] += words >= STORY_WORDS
        styles["short"] += words <= SHORT_WORDS
    names = ("diacritics", "no_diacritics", "teencode", "story", "short")
    return {name: round(styles[name] / max(total, 1), 3) for name in names}


def _reading(entries: Sequence[BankEntry]) -> dict[str, float]:
    answers = [plain(entry.answer) for entry in entries]
    words = [len(answer.split()) for answer in answers]
    lengths = [len(each.split()) for answer in answers for each in sentences(answer)]
    return {
        "answer_words_median": statistics.median(words),
        "answer_words_longest": max(words),
        "sentence_words_median": statistics.median(lengths),
        "sentence_words_longest": max(lengths),
    }
