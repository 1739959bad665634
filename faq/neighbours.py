"""What entries of the bank are to each other: too near, or not there although one names the other.

Two measures, since each misses what the other sees: the cosine of character n-grams (one spelling),
and that of the encoder's vectors (one meaning).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from faq.bank import BankEntry
from faq.encoder import Vectors
from faq.segment import bank_text, mean_vectors
from nlu.text import strip_diacritics

SPELLING = 0.7
"""From this cosine of character n-grams on, two questions are listed."""
MEANING = 0.85
"""From this cosine of the encoder's vectors on, two questions are listed."""
STRAY = 0.7
"""A text strays only to a text that it resembles at least so much."""
MARGIN = 0.1
"""A text strays only where it resembles its own entry less by at least so much."""

SHORT = 4
"""A text of fewer words resembles many others by chance; it neither strays nor draws any away."""

DOOR = 0.55
"""A question that an answer invites to ask resembles some other entry's text at least so much."""

_NEAR_ENTRIES = 10
"""A text is compared with those of its own entry and of so many whose mean meaning is nearest."""
_BLOCK = 256

Floats = NDArray[np.float32]


class NearQuestions(NamedTuple):
    """Two entries whose questions are hard to tell apart."""

    first: BankEntry
    second: BankEntry
    spelling: float
    meaning: float

    @property
    def key(self) -> tuple[str, str]:
        """Ids of both."""
        return self.first.id, self.second.id

    def __str__(self) -> str:
        """Returns both as one line."""
        return (
            f"near: {self.first.id} / {self.second.id} "
            f"(spelling {self.spelling:.2f}, meaning {self.meaning:.2f}): "
            f"{self.first.question} / {self.second.question}"
        )


class Stray(NamedTuple):
    """A text that resembles a text of another entry more than all the others of its own."""

    entry: BankEntry
    text: str
    other: BankEntry
    other_text: str
    likeness: float
    own_likeness: float

    @property
    def key(self) -> tuple[str, str]:
        """Id of its entry, and the text."""
        return self.entry.id, self.text

    def __str__(self) -> str:
        """Returns the text and where it would rather be as one line."""
        return (
            f"stray: {self.entry.id}: '{self.text}' is nearer to {self.other.id}: "
            f"'{self.other_text}' ({self.likeness:.2f}) than to its own ({self.own_likeness:.2f})"
        )


class LooseDoor(NamedTuple):
    """A question that an answer invites to ask, and that no other entry seems to answer."""

    entry: BankEntry
    question: str
    nearest: BankEntry
    likeness: float

    @property
    def key(self) -> tuple[str, str]:
        """Id of the entry that invites, and the question."""
        return self.entry.id, self.question

    def __str__(self) -> str:
        """Returns the question and what comes nearest as one line."""
        return (
            f"door: {self.entry.id}: '{self.question}' is nearest to {self.nearest.id} "
            f"({self.likeness:.2f}): {self.nearest.question}"
        )


def near_questions(
    entries: Sequence[BankEntry], encode: Callable[[Sequence[str]], Vectors]
) -> list[NearQuestions]:
    """Returns the pairs of entries whose questions are near-duplicates, the nearest first.

    Args:
        entries: At least one.
        encode: Returns the vectors of normalised texts, shape (texts, dimension).
    """
    texts = [entry.question for entry in entries]
    found = []
    for start, spelling, meaning in _likeness(texts, encode):
        near = (spelling >= SPELLING) | (meaning >= MEANING)
        for row, column in zip(*np.nonzero(near), strict=True):
            if start + row < column:
                scores = float(spelling[row, column]), float(meaning[row, column])
                found.append(NearQuestions(entries[start + row], entries[column], *scores))
    return sorted(found, key=lambda pair: -pair.spelling - pair.meaning)


def strays(entries: Sequence[BankEntry], encode: Callable[[Sequence[str]], Vectors]) -> list[Stray]:
    """Returns the texts that sit closer to another entry than to their own, the clearest first.

    How much two texts resemble each other is the mean of the two measures.

    Args:
        entries: At least one.
        encode: Returns the vectors of normalised texts, shape (texts, dimension).
    """
    texts, owner = _texts(entries)
    vectors, ngrams = _measured(texts, encode)
    long = np.array([len(text.split()) >= SHORT for text in texts])
    starts = np.searchsorted(owner, np.arange(len(entries) + 1))
    means = mean_vectors(vectors, owner)
    found = []
    for row, entry in enumerate(entries):
        own = slice(starts[row], starts[row + 1])
        near = np.argsort(-(vectors[own] @ means.T), axis=1)[:, :_NEAR_ENTRIES]
        places = np.flatnonzero(np.isin(owner, np.append(near, row)))
        spelling = (ngrams[own] @ ngrams[places].T).toarray()
        likeness = (spelling + vectors[own] @ vectors[places].T) / 2
        likeness[np.arange(own.start, own.stop)[:, None] == places] = 0
        of_own = owner[places] == row
        for text, alike in zip(texts[own], likeness, strict=True):
            if len(text.split()) < SHORT:
                continue
            own_likeness = float(alike[of_own].max())
            alike[of_own | ~long[places]] = 0
            nearest = int(alike.argmax())
            best = float(alike[nearest])
            if best >= STRAY and best - own_likeness >= MARGIN:
                place = places[nearest]
                other = entries[owner[place]]
                found.append(Stray(entry, text, other, texts[place], best, own_likeness))
    return sorted(found, key=lambda stray: stray.own_likeness - stray.likeness)


def loose_doors(
    entries: Sequence[BankEntry],
    invited: Callable[[BankEntry], Sequence[str]],
    encode: Callable[[Sequence[str]], Vectors],
) -> list[LooseDoor]:
    """Returns the questions that answers invite to ask and no entry answers, the loosest first.

    Args:
        entries: At least two.
        invited: Returns the questions that an entry's answer invites to ask.
        encode: Returns the vectors of normalised texts, shape (texts, dimension).
    """
    doors = [(row, text) for row, entry in enumerate(entries) for text in invited(entry)]
    texts, owner = _texts(entries)
    found = []
    asked = [text for _, text in doors]
    for start, spelling, meaning in _likeness([*asked, *texts], encode, rows=len(doors)):
        block = doors[start : start + len(spelling)]
        likenesses = ((spelling + meaning) / 2)[:, len(doors) :]
        for (row, text), likeness in zip(block, likenesses, strict=True):
            likeness[owner == row] = 0
            nearest = int(likeness.argmax())
            if likeness[nearest] < DOOR:
                score = float(likeness[nearest])
                found.append(LooseDoor(entries[row], text, entries[owner[nearest]], score))
    return sorted(found, key=lambda door: door.likeness)


def _texts(entries: Sequence[BankEntry]) -> tuple[list[str], NDArray[np.int64]]:
    """Returns every text of the entries, and for each the place of its entry."""
    texts = [text for entry in entries for text in (entry.question, *entry.variants)]
    sizes = [1 + len(entry.variants) for entry in entries]
    return texts, np.repeat(np.arange(len(entries)), sizes)


def _likeness(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors], rows: int | None = None
) -> Iterator[tuple[int, Floats, Floats]]:
    """Compares the first `rows` texts, by default all, with every text, a block at a time.

    Yields:
        The first row, and the likeness in spelling and in meaning, each of shape (rows, texts).
    """
    vectors, ngrams = _measured(texts, encode)
    columns = ngrams.T.tocsr()
    last = len(texts) if rows is None else rows
    for start in range(0, last, _BLOCK):
        block = slice(start, min(start + _BLOCK, last))
        yield start, (ngrams[block] @ columns).toarray(), vectors[block] @ vectors.T


def _measured(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
) -> tuple[Vectors, csr_matrix]:
    """Returns the vectors of texts by meaning and by spelling, a row each."""
    normal = [bank_text(text) for text in texts]
    ngrams: csr_matrix = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32
    ).fit_transform([strip_diacritics(text) for text in normal])
    return encode(normal), ngrams
