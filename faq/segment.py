"""A part of the index: some entries with their vectors, by meaning and by spelling."""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from faq.classifiers import Background, Classifiers
from faq.encoder import Vectors
from faq.lexical import Documents, Integers, Query, grouped
from faq.store import IndexEntry
from nlu.text import normalise, strip_diacritics

_NEAREST_BY_MEANING = 100
_NEAREST_BY_WORDS = 50

ALL_COMPARED = 60_000
"""With so many entries at most, a query is compared with the meaning of all of them."""
_CELLS_LOOKED_AT = 32
_POINTS_PER_CELL = 64

Features = NDArray[np.float32]


@lru_cache(maxsize=100_000)
def bank_text(text: str) -> str:
    """Returns `normalise(text)`, remembered. Only for texts of the bank, never for a person's."""
    return normalise(text)


class Texts(NamedTuple):
    """The normalised texts of entries, those of one entry side by side."""

    marked: list[str]
    bare: list[str]
    """The same without diacritics."""
    owner: Integers
    """For each text, the row of its entry."""

    @classmethod
    def of(cls, entries: Sequence[IndexEntry]) -> "Texts":
        """Returns the texts of entries, in their order."""
        marked = [bank_text(text) for entry in entries for text in entry.texts]
        return cls(
            marked,
            [strip_diacritics(text) for text in marked],
            np.repeat(np.arange(len(entries)), [len(entry.texts) for entry in entries]),
        )


class Asked(NamedTuple):
    """A query in both forms in which it is compared."""

    vector: Vectors
    words: Query


class Segment:
    """Some entries with their vectors. Never changes."""

    def __init__(
        self,
        entries: Sequence[IndexEntry],
        texts: Texts,
        vectors: Vectors,
        words: csr_array,
        background: Background,
    ) -> None:
        """Takes entries and the vectors of their texts.

        Args:
            entries: At least one.
            texts: Their texts.
            vectors: What the texts mean, shape (texts, dimension).
            words: What words they hold, shape (texts, tokens).
            background: What their classifiers tell them apart from.
        """
        self.entries = entries
        self.means = mean_vectors(vectors, texts.owner)
        self._meaning = meaning_index(self.means)
        self._words = Documents(grouped(words, texts.owner, len(entries)))
        numbers = np.array([entry.number for entry in entries])
        self._classifiers = Classifiers(words, texts.owner, numbers, background)

    def candidates(self, asked: Asked) -> Integers:
        """Returns the rows of the entries that resemble a query most, by meaning or by words."""
        limit = min(_NEAREST_BY_MEANING, self._meaning.ntotal)
        _, rows = self._meaning.search(asked.vector[None, :], limit)
        by_words = self._words.nearest(asked.words, _NEAREST_BY_WORDS)
        return np.union1d(rows[0][rows[0] >= 0], by_words)

    def compare(self, asked: Asked, rows: Integers) -> dict[str, Features]:
        """Returns every feature but that of the topic, each of shape (rows,)."""
        return {
            "meaning": self.means[rows] @ asked.vector,
            "words": self._words.similarity(asked.words, rows),
            "classifier": self._classifiers.margins(asked.words, rows),
        }


def mean_vectors(vectors: Vectors, owner: Integers) -> Vectors:
    """Returns the mean meaning of each entry's texts, of length 1, shape (entries, dimension).

    Args:
        vectors: What the texts mean, those of one entry side by side, shape (texts, dimension).
        owner: For each text, the row of its entry; every row from 0 on has some.
    """
    sums = np.add.reduceat(vectors, np.searchsorted(owner, np.arange(owner[-1] + 1)))
    means: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return means


def meaning_index(vectors: Vectors, all_compared: int = ALL_COMPARED) -> faiss.Index:
    """Returns a FAISS index of vectors, searched by inner product.

    Few vectors are all compared. Many are put into cells, of which the nearest are looked at; from
    what number on that pays is measured by `make bench-scale`.
    """
    count, dimension = vectors.shape
    index: faiss.Index = faiss.IndexFlatIP(dimension)
    if count > all_compared:
        cells = int(4 * count**0.5)
        index = faiss.IndexIVFFlat(index, dimension, cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.max_points_per_centroid = _POINTS_PER_CELL
        index.cp.min_points_per_centroid = 1
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        index.train(vectors)
        index.nprobe = _CELLS_LOOKED_AT
    index.add(vectors)
    faiss.omp_set_num_threads(1)  # one query is too little work to share out
    return index


class Exact:
    """Normalised texts, with and without diacritics, each to the row of its entry."""

    def __init__(self, texts: Texts) -> None:
        keys = np.array([_key(text) for text in (*texts.marked, *texts.bare)], dtype=np.uint64)
        owners = np.concatenate([texts.owner, texts.owner])
        self._keys, first = np.unique(keys, return_index=True)
        self._rows = owners[first]

    def row(self, text: str) -> int | None:
        """Returns the row of the entry that a text belongs to, or None."""
        key = _key(text)
        place = int(np.searchsorted(self._keys, key))
        found = place < len(self._keys) and self._keys[place] == key
        return int(self._rows[place]) if found else None


def _key(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))
