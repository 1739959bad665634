"""What is searched: the texts of the published entries."""

import random
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np

from faq.encoder import Vectors
from faq.lexical import Documents, Integers, grouped
from faq.segment import Asked, Exact, Features, LexicalVectors, Segment, Texts
from faq.store import IndexEntry
from nlu.text import strip_diacritics

FEATURES = (
    "meaning_best",
    "meaning_mean",
    "words_mean",
    "words_marked_mean",
    "words_answer",
    "words_topic",
    "characters_best",
    "characters_mean",
)
"""How an entry resembles a query: `best` by its nearest text, `mean` by all of its texts, `marked`
with diacritics (everything lexical else without)."""

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
        self._vocabularies, lexical = LexicalVectors.first(texts)
        base = Segment(entries, texts, encode(texts.marked), lexical)
        self._segments = [base]
        self._exact = [Exact(texts)]
        self.position = {entry.number: row for row, entry in enumerate(entries)}
        """The row of each entry, by its number."""
        self._topics = {slug: row for row, slug in enumerate(sorted({e.topic for e in entries}))}
        topic = np.array([self._topics[entry.topic] for entry in entries])[texts.owner]
        self._topic_words = Documents(grouped(lexical.words, topic, len(self._topics)))

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
        other._vocabularies = self._vocabularies
        count = len(base.entries)
        other.position = {n: r for n, r in self.position.items() if r < count and n not in gone}
        if recent:
            texts = Texts.of(recent)
            other._vocabularies, lexical = LexicalVectors.further(texts, self._vocabularies)
            other._segments.append(Segment(recent, texts, encode(texts.marked), lexical))
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

    def random(self) -> IndexEntry | None:
        """Returns an entry drawn at random, or None if none is left."""
        rows = list(self.position.values())
        return self.entry(random.choice(rows)) if rows else None  # noqa: S311  nothing secret

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
        return self._vocabularies.words.query(strip_diacritics(query)).tokens.size > 0

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
        bare = strip_diacritics(query)
        asked = Asked(
            vector,
            self._vocabularies.words.query(bare),
            self._vocabularies.marked.query(query),
            self._vocabularies.answers.query(bare),
            self._vocabularies.characters.query(bare),
        )
        topics = self._topic_words.similarity(asked.words, np.arange(len(self._topics)))
        found, features = [], []
        start = 0
        for segment in self._segments:
            rows, best = segment.candidates(asked)
            here = np.array([self._stands(start + int(each)) for each in rows], dtype=np.bool_)
            rows, best = rows[here], best[here]
            asked_for = row is not None and 0 <= row - start < len(segment.entries)
            if row is not None and asked_for and row - start not in rows:
                rows = np.append(rows, row - start)
                best = np.append(best, best.min(initial=1.0)).astype(np.float32)
            if rows.size:
                columns = segment.compare(asked, rows, best)
                of_topic = [self._topics.get(segment.entries[r].topic) for r in rows]
                columns["words_topic"] = np.array(
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
