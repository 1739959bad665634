"""Lexical similarity: TF-IDF of words and of character n-grams.

Written out because a query must take well under a millisecond, which the input checks of a general
library alone exceed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Tokens = tuple[str, ...]
Integers = NDArray[np.int64]
Scores = NDArray[np.float64]

_SHORTEST, _LONGEST = 3, 5


def word_tokens(text: str) -> Tokens:
    """Returns the words of a normalised text, and its pairs of neighbouring words."""
    words = text.split()
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return (*words, *pairs)


def character_tokens(text: str) -> Tokens:
    """Returns the runs of three to five characters within each word, its ends marked."""
    return tuple(run for word in text.split() for run in _runs(word))


def _runs(word: str) -> Tokens:
    padded = f" {word} "
    return tuple(
        padded[start : start + size]
        for size in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(padded) - size + 1)
    )


class LexicalIndex:
    """Texts in groups, searched by the cosine similarity of their TF-IDF vectors."""

    def __init__(
        self, texts: Sequence[str], groups: Integers, tokens: Callable[[str], Tokens]
    ) -> None:
        """Indexes the texts.

        Args:
            texts: Normalised texts.
            groups: For each text, the group that it belongs to, counted from 0.
            tokens: What a text is made of.
        """
        self._tokens = tokens
        self._row_of: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        for column, text in enumerate(texts):
            for token, count in Counter(tokens(text)).items():
                rows.append(self._row_of.setdefault(token, len(self._row_of)))
                columns.append(column)
                counts.append(count)
        row, column_of = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
        frequency = np.bincount(row, minlength=len(self._row_of))
        self._rarity = np.log((1 + len(texts)) / (1 + frequency)) + 1
        weights = (1 + np.log(np.array(counts, dtype=np.float64))) * self._rarity[row]
        weights = _unit_columns(weights, column_of)
        self._texts = _Postings(weights, row, column_of, (len(self._row_of), len(texts)))
        summed = coo_array(
            (weights, (row, groups[column_of])), shape=(len(self._row_of), int(groups.max()) + 1)
        )
        summed.sum_duplicates()
        row, column_of = summed.coords
        self._groups = _Postings(
            _unit_columns(summed.data, column_of), row, column_of, summed.shape
        )

    def query(self, text: str) -> "LexicalQuery":
        """Returns the query that a normalised text makes."""
        counts = Counter(token for token in self._tokens(text) if token in self._row_of)
        rows = np.array([self._row_of[token] for token in counts], dtype=np.int64)
        weights = 1 + np.log(np.array(list(counts.values()), dtype=np.float64))
        weights *= self._rarity[rows]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        return LexicalQuery(self._texts, self._groups, rows, weights)


class LexicalQuery:
    """A query to a lexical index."""

    def __init__(
        self, texts: "_Postings", groups: "_Postings", rows: Integers, weights: Scores
    ) -> None:
        self._texts = texts
        self._groups = groups
        self._rows = rows
        self._weights = weights

    @property
    def known(self) -> bool:
        """Whether any of its tokens stands in the index."""
        return self._rows.size > 0

    def texts(self) -> Scores:
        """Returns the similarity of each text, shape (texts,)."""
        return self._texts.scores(self._rows, self._weights)

    def groups(self) -> Scores:
        """Returns the similarity of each group's mean vector, shape (groups,)."""
        return self._groups.scores(self._rows, self._weights)


class _Postings:
    """A sparse matrix, tokens by documents, multiplied by sparse queries."""

    def __init__(
        self, data: Scores, rows: Integers, columns: Integers, shape: tuple[int, int]
    ) -> None:
        matrix = csr_array((data, (rows, columns)), shape=shape)
        self._starts: Integers = matrix.indptr
        self._columns: Integers = matrix.indices
        self._data: Scores = matrix.data
        self._width = shape[1]

    def scores(self, rows: Integers, weights: Scores) -> Scores:
        """Returns the product of each document with a query, shape (documents,)."""
        slices = [slice(self._starts[row], self._starts[row + 1]) for row in rows]
        if not slices:
            return np.zeros(self._width)
        columns = np.concatenate([self._columns[each] for each in slices])
        data = np.concatenate(
            [self._data[each] * weight for each, weight in zip(slices, weights, strict=True)]
        )
        return np.bincount(columns, weights=data, minlength=self._width).astype(np.float64)


def _unit_columns(data: Scores, columns: Integers) -> Scores:
    lengths = np.sqrt(np.bincount(columns, weights=data**2))
    unit: Scores = data / lengths[columns]
    return unit
