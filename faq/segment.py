"""A part of the index: some entries with their vectors, by meaning and by spelling."""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from faq.encoder import Vectors
from faq.lexical import (
    Documents,
    Integers,
    Query,
    Vocabulary,
    character_tokens,
    grouped,
    word_tokens,
)
from faq.store import IndexEntry
from nlu.text import normalise, strip_diacritics

_NEAREST_TEXTS = 300
_NEAREST_ENTRIES = 50

ALL_COMPARED = 60_000
"""With so many texts at most, a query is compared with all of them."""
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
    answers: list[str]
    """One an entry, without diacritics."""
    owner: Integers
    """For each text, the row of its entry."""

    @classmethod
    def of(cls, entries: Sequence[IndexEntry]) -> "Texts":
        """Returns the texts of entries, in their order."""
        marked = [bank_text(text) for entry in entries for text in entry.texts]
        return cls(
            marked,
            [strip_diacritics(text) for text in marked],
            [strip_diacritics(bank_text(entry.answer)) for entry in entries],
            np.repeat(np.arange(len(entries)), [len(entry.texts) for entry in entries]),
        )


class Vocabularies(NamedTuple):
    """What the lexical vectors of an index are made with."""

    words: Vocabulary = Vocabulary(word_tokens)
    marked: Vocabulary = Vocabulary(word_tokens)
    answers: Vocabulary = Vocabulary(word_tokens)
    characters: Vocabulary = Vocabulary(character_tokens)


class LexicalVectors(NamedTuple):
    """The lexical vectors of texts, each in the vocabulary of the same name."""

    words: csr_array
    marked: csr_array
    answers: csr_array
    characters: csr_array

    @classmethod
    def first(cls, texts: Texts) -> tuple[Vocabularies, "LexicalVectors"]:
        """Returns the vectors of texts, with vocabularies that have learned them."""
        return cls._made([vocabulary.learned for vocabulary in Vocabularies()], texts)

    @classmethod
    def further(
        cls, texts: Texts, vocabularies: Vocabularies
    ) -> tuple[Vocabularies, "LexicalVectors"]:
        """Returns the vectors of new texts, with vocabularies that know them too."""
        return cls._made([vocabulary.extended for vocabulary in vocabularies], texts)

    @classmethod
    def _made(
        cls,
        learn: Sequence[Callable[[Sequence[str]], tuple[Vocabulary, csr_array]]],
        texts: Texts,
    ) -> tuple[Vocabularies, "LexicalVectors"]:
        of = (texts.bare, texts.marked, texts.answers, texts.bare)
        made = [each(own) for each, own in zip(learn, of, strict=True)]
        return Vocabularies(*(v for v, _ in made)), cls(*(m for _, m in made))


class Asked(NamedTuple):
    """A query in every form in which it is compared."""

    vector: Vectors
    words: Query
    marked: Query
    answers: Query
    characters: Query


class Segment:
    """Some entries with their vectors. Never changes."""

    def __init__(
        self,
        entries: Sequence[IndexEntry],
        texts: Texts,
        vectors: Vectors,
        lexical: LexicalVectors,
    ) -> None:
        self.entries = entries
        self._owner = texts.owner
        self._starts = np.searchsorted(texts.owner, np.arange(len(entries)))
        self._ends = np.append(self._starts[1:], len(texts.owner))
        self._meaning = meaning_index(vectors)
        self.means = _unit(np.add.reduceat(vectors, self._starts))
        self._words = self._grouped(lexical.words)
        self._marked = self._grouped(lexical.marked)
        self._answers = Documents(lexical.answers)
        self._characters = self._grouped(lexical.characters)
        self._character_texts = Documents(lexical.characters)

    def _grouped(self, vectors: csr_array) -> Documents:
        return Documents(grouped(vectors, self._owner, len(self.entries)))

    def candidates(self, asked: Asked) -> tuple[Integers, Features]:
        """Returns the rows of the entries that resemble a query most in one way or another.

        Beside each row stands how much its nearest text means what the query means.
        """
        limit = min(_NEAREST_TEXTS, self._meaning.ntotal)
        scores, texts = self._meaning.search(asked.vector[None, :], limit)
        rows = np.unique(
            np.concatenate(
                [
                    self._owner[texts[0]],
                    self._words.nearest(asked.words, _NEAREST_ENTRIES),
                    self._characters.nearest(asked.characters, _NEAREST_ENTRIES),
                ]
            )
        )
        best = np.full(len(rows), scores[0, -1], dtype=np.float32)
        np.maximum.at(best, np.searchsorted(rows, self._owner[texts[0]]), scores[0])
        return rows, best

    def compare(self, asked: Asked, rows: Integers, best: Features) -> dict[str, Features]:
        """Returns every feature but that of the topic, each of shape (rows,)."""
        sizes = self._ends[rows] - self._starts[rows]
        offsets = np.cumsum(sizes) - sizes
        texts = np.repeat(self._starts[rows] - offsets, sizes) + np.arange(sizes.sum())
        characters = self._character_texts.similarity(asked.characters, texts)
        return {
            "meaning_best": best,
            "meaning_mean": self.means[rows] @ asked.vector,
            "words_mean": self._words.similarity(asked.words, rows),
            "words_marked_mean": self._marked.similarity(asked.marked, rows),
            "words_answer": self._answers.similarity(asked.answers, rows),
            "characters_best": np.maximum.reduceat(characters, offsets),
            "characters_mean": self._characters.similarity(asked.characters, rows),
        }


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


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-9)
    return unit
