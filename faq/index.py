"""What is searched: the texts of the published entries."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np

from faq.classifiers import Background
from faq.encoder import Vectors
from faq.lexical import Documents, Integers, Vocabulary, grouped
from faq.segment import Asked, Exact, Features, Segment, Texts
from faq.store import IndexEntry
from nlu.text import strip_diacritics

FEATURES = ("meaning", "words", "classifier", "topic")
"""How an entry resembles a query: by the mean of its texts' vectors, by the mean of their words, by
its classifier, and by the words of its whole topic."""

Encode = Callable[[Sequence[str]], Vectors]
"""Returns the vectors of normalised texts, shape (texts, dimension)."""


class Index:
    """The published entries of one moment. Never changes, so threads may share it.

    An entry's row is its place in this index and means nothing in another. After `updated`, rows of
    entries that are gone stay unused.
    """

    def __init__(self, entries: Sequence[IndexEntry], encode: Encode) -> None:
        """Indexes the entries.

        Args:
            entries: At least one.
            encode: Returns the vectors of normalised texts, shape (texts, dimension).
        """
        texts = Texts.of(entries)
        self._vocabulary, words = Vocabulary().learned(texts.bare)
        numbers = np.array([entry.number for entry in entries])
        self._background = Background.drawn(words, numbers[texts.owner])
        base = Segment(entries, texts, encode(texts.marked), words, self._background)
        self._segments = [base]
        self._exact = [Exact(texts)]
        self.position = {entry.number: row for row, entry in enumerate(entries)}
        """The row of each entry, by its number."""
        self._topics = {slug: row for row, slug in enumerate(sorted({e.topic for e in entries}))}
        topic = np.array([self._topics[entry.topic] for entry in entries])[texts.owner]
        self._topic_words = Documents(grouped(words, topic, len(self._topics)))

    def updated(
        self, changed: Sequence[IndexEntry], removed: Iterable[int], encode: Encode
    ) -> "Index":
        """Returns an index with a few entries new, changed or removed.

        It takes as long as there are entries changed since the index was first built, and no
        longer; new words count as rare as words can be.

        Args:
            changed: Entries that are new or not as they were.
            removed: The numbers of entries that are not published any more.
            encode: Returns the vectors of normalised texts, shape (texts, dimension).
        """
        base = self._segments[0]
        gone = {*removed, *(entry.number for entry in changed)}
        recent = [e for part in self._segments[1:] for e in part.entries if e.number not in gone]
        recent += changed
        other = Index.__new__(Index)
        other._topics, other._topic_words = self._topics, self._topic_words
        other._segments, other._exact = [base], self._exact[:1]
        other._vocabulary, other._background = self._vocabulary, self._background
        count = len(base.entries)
        other.position = {n: r for n, r in self.position.items() if r < count and n not in gone}
        if recent:
            texts = Texts.of(recent)
            other._vocabulary, words = self._vocabulary.extended(texts.bare)
            vectors = encode(texts.marked)
            other._segments.append(Segment(recent, texts, vectors, words, self._background))
            other._exact = [self._exact[0], Exact(texts)]
            other.position |= {entry.number: count + row for row, entry in enumerate(recent)}
        return other

    def __len__(self) -> int:
        """Returns how many entries are published."""
        return len(self.position)

    @property
    def entries(self) -> list[IndexEntry]:
        """The published entries."""
        return [self.entry(row) for row in self.position.values()]

    def entry(self, row: int) -> IndexEntry:
        """Returns the entry in a row."""
        base = self._segments[0].entries
        return base[row] if row < len(base) else self._segments[1].entries[row - len(base)]

    def exact(self, query: str) -> int | None:
        """Returns the row of the entry that has the normalised `query` among its texts."""
        start = 0
        for segment, exact in zip(self._segments, self._exact, strict=True):
            row = exact.row(query)
            if row is not None and self._stands(start + row):
                return start + row
            start += len(segment.entries)
        return None

    def knows(self, query: str) -> bool:
        """Returns whether any word of a normalised query stands in the bank's texts."""
        return self._vocabulary.query(strip_diacritics(query)).tokens.size > 0

    def compare(
        self, query: str, vector: Vectors, row: int | None = None
    ) -> tuple[Integers, Features]:
        """Returns the entries that may answer a query, and how each of them resembles it.

        Args:
            query: Normalised text.
            vector: Its vector, shape (dimension,).
            row: An entry to compare in any case.

        Returns:
            Rows, and their features, shape (rows, features), in the order of `FEATURES`.
        """
        asked = Asked(vector, self._vocabulary.query(strip_diacritics(query)))
        topics = self._topic_words.similarity(asked.words, np.arange(len(self._topics)))
        found, features = [], []
        start = 0
        for segment in self._segments:
            rows = segment.candidates(asked)
            rows = rows[[self._stands(start + int(each)) for each in rows]]
            asked_for = row is not None and 0 <= row - start < len(segment.entries)
            if row is not None and asked_for and row - start not in rows:
                rows = np.append(rows, row - start)
            if rows.size:
                columns = segment.compare(asked, rows)
                of_topic = [self._topics.get(segment.entries[r].topic) for r in rows]
                columns["topic"] = np.array(
                    [0.0 if each is None else topics[each] for each in of_topic]
                )
                features.append(np.stack([columns[name] for name in FEATURES], axis=1))
                found.append(rows + start)
            start += len(segment.entries)
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(FEATURES)), dtype=np.float32)
        return np.concatenate(found), np.concatenate(features).astype(np.float32)

    def neighbours(self, row: int, limit: int) -> list[int]:
        """Returns the rows of the entries nearest in meaning to the entry in `row`, best first."""
        base = len(self._segments[0].entries)
        mean = self._segments[row >= base].means[row - base if row >= base else row]
        likeness = np.concatenate([segment.means @ mean for segment in self._segments])
        order = np.argsort(-likeness, kind="stable")
        nearest = (int(other) for other in order if other != row and self._stands(int(other)))
        return list(islice(nearest, limit))

    def _stands(self, row: int) -> bool:
        """Returns whether the entry in a row is published still."""
        return self.position.get(self.entry(row).number) == row
