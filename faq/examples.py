"""Queries with known answers, that the ranking is fitted on and the index does not hold.

They come from development.jsonl: questions that people wrote who knew the entries' answers and none
of their variants. A bank that has little to do with those is learned from by leaving out variants.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from faq.encoder import Encoder
from faq.evaluation import Question, read
from faq.index import Index
from faq.ranking import Example
from faq.store import IndexEntry
from nlu.text import normalise

_FOLDER = Path(__file__).parent
_SEED = 20231101
_FOLDS = 4
_EXAMPLES = 2000


def development_examples(entries: Sequence[IndexEntry], encoder: Encoder) -> list[Example]:
    """Searches the questions of development.jsonl that these entries answer, and negatives.txt.

    Args:
        entries: The bank.
        encoder: May have learned from all of it.
    """
    index = Index(entries, encoder.encode)
    row_of = {entry.id: row for row, entry in enumerate(entries)}
    queries = [
        (normalise(question.text), {row_of[name] for name in question.expected if name in row_of})
        for question in development()
    ]
    queries = [(query, rows) for query, rows in queries if rows]
    queries += [(normalise(text), set()) for text in negatives()]
    vectors = encoder.encode([query for query, _ in queries])
    examples = []
    for (query, right), vector in zip(queries, vectors, strict=True):
        rows, features = index.compare(query, vector, min(right, default=None))
        places = [place for place, row in enumerate(rows) if int(row) in right]
        examples.append(Example(query, features, frozenset(places)))
    return examples


def left_out_examples(
    entries: Sequence[IndexEntry], encoder_for: Callable[[Sequence[IndexEntry], int], Encoder]
) -> list[Example]:
    """Searches variants, and each text of negatives.txt, in a bank that does not hold them.

    Args:
        entries: The bank.
        encoder_for: Returns the encoder to use with a part of the bank, given that part and its
            number, from 1. It must not have seen the rest.
    """
    rng = random.Random(_SEED)  # noqa: S311  nothing secret
    variants = [(row, v) for row, entry in enumerate(entries) for v in entry.texts[1:]]
    rng.shuffle(variants)
    variants.sort(key=lambda each: each[0])
    fold_of = {each: place % _FOLDS for place, each in enumerate(variants)}
    unknown = negatives()
    examples = []
    for fold in range(_FOLDS):
        part = [
            replace(
                entry,
                texts=(
                    entry.question,
                    *(text for text in entry.texts[1:] if fold_of[row, text] != fold),
                ),
            )
            for row, entry in enumerate(entries)
        ]
        encoder = encoder_for(part, fold + 1)
        index = Index(part, encoder.encode)
        held_out = [(text, row) for (row, text), place in fold_of.items() if place == fold]
        held_out = rng.sample(held_out, min(len(held_out), _EXAMPLES // _FOLDS))
        queries: list[tuple[str, int | None]]
        queries = [(normalise(text), row) for text, row in held_out]
        queries += [(normalise(text), None) for text in unknown[fold::_FOLDS]]
        vectors = encoder.encode([query for query, _ in queries])
        for (query, gold), vector in zip(queries, vectors, strict=True):
            rows, features = index.compare(query, vector, gold)
            right = () if gold is None else np.flatnonzero(rows == gold).tolist()
            examples.append(Example(query, features, frozenset(right)))
    return examples


def development() -> list[Question]:
    """Returns the questions of development.jsonl."""
    return read(_FOLDER / "development.jsonl")


def negatives() -> list[str]:
    """Returns the texts of negatives.txt, which the bank cannot answer."""
    path = _FOLDER / "negatives.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
