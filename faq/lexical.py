"""Lexical similarity: TF-IDF of words and pairs of words.

Written out because a query must take a few milliseconds in banks of any size, of which the input
checks of a general library alone exceed a part, and because texts are added one entry at a time.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Tokens = tuple[str, ...]
Integers = NDArray[np.int64]
Scores = NDArray[np.floating[Any]]

_BUDGET = 200_000
"""So many occurrences of a query's tokens are looked at to find documents, the rarest first."""


def word_tokens(text: str) -> Tokens:
    """Returns the words of a normalised text, and its pairs of neighbouring words."""
    words = text.split()
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return (*words, *pairs)


class Query(NamedTuple):
    """The unit vector of a query, over the tokens that the vocabulary knows."""

    tokens: Integers
    weights: Scores


class Vocabulary:
    """The tokens of a collection of texts, and how rare each of them is. Never changes."""

    def __init__(self) -> None:
        """Knows no token; `learned` and `extended` make vocabularies that know some."""
        self._ids: dict[str, int] = {}
        self._rarity: Scores = np.zeros(0)
        self._unseen = 1.0

    def learned(self, texts: Sequence[str]) -> tuple["Vocabulary", csr_array]:
        """Returns the vocabulary of normalised texts, and their vectors: texts by tokens."""
        other = Vocabulary()
        counts = other._count(texts)
        frequency = np.bincount(counts.indices, minlength=len(other._ids))
        other._rarity = np.log((1 + len(texts)) / (1 + frequency)) + 1
        other._unseen = float(np.log(1 + len(texts)) + 1)
        return other, other._weighted(counts)

    def extended(self, texts: Sequence[str]) -> tuple["Vocabulary", csr_array]:
        """Returns a vocabulary that knows new texts too, and the vectors of these texts.

        What was known stays as rare as it was; what is new is as rare as can be.
        """
        other = Vocabulary()
        other._ids, other._unseen = dict(self._ids), self._unseen
        counts = other._count(texts)
        new = len(other._ids) - len(self._ids)
        other._rarity = np.concatenate([self._rarity, np.full(new, self._unseen)])
        return other, other._weighted(counts)

    def _weighted(self, counts: csr_array) -> csr_array:
        weights = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        counts.data = weights.astype(np.float32)
        return _unit_rows(counts)

    def query(self, text: str) -> Query:
        """Returns the vector of a normalised text."""
        counts = Counter(token for token in word_tokens(text) if token in self._ids)
        tokens = np.array([self._ids[token] for token in counts], dtype=np.int64)
        weights = 1 + np.log(np.array(list(counts.values()), dtype=np.float64))
        weights *= self._rarity[tokens]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        return Query(tokens, weights)

    def _count(self, texts: Sequence[str]) -> csr_array:
        tokens, counts, ends = array("i"), array("f"), array("q", [0])
        for text in texts:
            for token, count in Counter(word_tokens(text)).items():
                tokens.append(self._ids.setdefault(token, len(self._ids)))
                counts.append(count)
            ends.append(len(tokens))
        content = (np.array(counts), np.array(tokens), np.array(ends))
        return csr_array(content, shape=(len(texts), len(self._ids)))


class Documents:
    """Unit vectors of documents, by document and by token. Never changes."""

    def __init__(self, vectors: csr_array) -> None:
        """Takes vectors of shape (documents, tokens)."""
        self._count, self._width = vectors.shape
        self._rows = vectors
        columns = vectors.tocsc()
        self._starts: Integers = columns.indptr
        self._documents: Integers = columns.indices
        self._weights: Scores = columns.data

    def nearest(self, query: Query, limit: int) -> Integers:
        """Returns documents that resemble a query most, in no order.

        Where its tokens occur very often, only its rarer tokens are looked at.
        """
        known = query.tokens < self._width
        tokens, weights = query.tokens[known], query.weights[known]
        starts, ends = self._starts[tokens], self._starts[tokens + 1]
        order = np.argsort(ends - starts, kind="stable")
        within = np.cumsum((ends - starts)[order]) <= _BUDGET
        within[:1] = True
        order = order[within]
        slices = [slice(starts[each], ends[each]) for each in order]
        if not slices:
            return np.zeros(0, dtype=np.int64)
        documents = np.concatenate([self._documents[each] for each in slices])
        scores = np.bincount(
            documents,
            weights=np.concatenate(
                [self._weights[s] * weights[each] for s, each in zip(slices, order, strict=True)]
            ),
            minlength=self._count,
        )
        best = np.argpartition(-scores, min(limit, self._count) - 1)[:limit]
        return best[scores[best] > 0].astype(np.int64)

    def similarity(self, query: Query, documents: Integers) -> Scores:
        """Returns the cosine of a query with each of the documents, shape (documents,)."""
        dense = np.zeros(self._width, dtype=np.float32)
        known = query.tokens < self._width
        dense[query.tokens[known]] = query.weights[known]
        cosines: Scores = self._rows[documents] @ dense
        return cosines


def grouped(vectors: csr_array, groups: Integers, count: int) -> csr_array:
    """Returns the unit mean vectors of groups.

    Args:
        vectors: Shape (texts, tokens).
        groups: For each text, the group that it belongs to, counted from 0.
        count: How many groups there are.
    """
    texts = len(groups)
    ones = np.ones(texts, dtype=np.float32)
    member = csr_array((ones, (groups, np.arange(texts))), shape=(count, texts))
    return _unit_rows(csr_array(member @ vectors))


def _unit_rows(matrix: csr_array) -> csr_array:
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(row, weights=matrix.data**2, minlength=matrix.shape[0]))
    matrix.data = (matrix.data / lengths[row]).astype(np.float32)
    return matrix
