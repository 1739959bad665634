"""The search: a question in, the entries that answer it out, or the decision that none does."""

from dataclasses import dataclass

import numpy as np

from faq.encoder import Encoder
from faq.index import Index
from faq.ranking import CHOICES, Decision, Ranking, in_topic
from faq.store import IndexEntry
from nlu.text import normalise

_LONGEST_QUERY = 1000
_FEWEST_WORDS = 3
"""Shorter queries ("lừa đảo", "k") say too little for one answer, unless the bank holds them."""


@dataclass(frozen=True)
class Hit:
    """An entry that was found."""

    number: int
    entry_id: str
    topic: str
    question: str
    confidence: float
    """Probability that the entry answers what was asked; 0 for entries that are only related."""


@dataclass(frozen=True)
class SearchResult:
    """What a search found, best first, and what to do with it."""

    decision: Decision
    hits: list[Hit]
    confidence: float
    """Confidence in the first hit; 0 without one."""


class Searcher:
    """Searches the published entries of one moment. Safe to share between threads."""

    def __init__(self, index: Index | None, encoder: Encoder, ranking: Ranking) -> None:
        """Takes what to search, or None if nothing is published, and how."""
        self.index = index
        self.encoder = encoder
        self.ranking = ranking

    def search(self, query: str, *, limit: int = CHOICES, after: int | None = None) -> SearchResult:
        """Searches for entries that answer a question.

        Args:
            query: What a person typed, of any length; only its beginning counts if it is long.
            limit: The greatest number of hits.
            after: The number of the entry that was shown last, if any: its topic is what a short
                message most likely goes on about.
        """
        text = normalise(query[:_LONGEST_QUERY])
        if self.index is None or not self.index.knows(text):
            return SearchResult("abstain", [], 0.0)
        exact = self.index.exact(text)
        rows, features = self.index.compare(text, self.encoder.encode([text])[0], exact)
        confidences = self.ranking.confidences(features, text)
        before = None if after is None else self.index.position.get(after)
        if before is not None:
            topic = self.index.entry(before).topic
            of_topic = np.array([self.index.entry(int(row)).topic == topic for row in rows])
            confidences = in_topic(confidences, of_topic)
        if exact is not None:
            confidences = (rows == exact).astype(np.float64)
        best = np.argsort(-confidences, kind="stable")[: max(limit, CHOICES)]
        hits = [_hit(self.index.entry(rows[place]), float(confidences[place])) for place in best]
        decision = self.ranking.decide([hit.confidence for hit in hits])
        if decision == "answer" and exact is None and len(text.split()) < _FEWEST_WORDS:
            decision = "choices"
        return SearchResult(decision, hits[:limit], hits[0].confidence if hits else 0.0)

    def related(self, number: int, limit: int = 2) -> list[Hit]:
        """Returns the entries whose texts mean most nearly what those of an entry mean.

        Args:
            number: The entry's number. One that is not published has no related entries.
            limit: The greatest number of hits.
        """
        row = None if self.index is None else self.index.position.get(number)
        if self.index is None or row is None:
            return []
        return [_hit(self.index.entry(other), 0.0) for other in self.index.neighbours(row, limit)]


def _hit(entry: IndexEntry, confidence: float) -> Hit:
    return Hit(entry.number, entry.id, entry.topic, entry.question, confidence)
