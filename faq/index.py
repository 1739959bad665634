"""What is searched: the texts of the published entries, by meaning and by spelling."""

import hashlib
import io
import secrets
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from common.logging import get_logger
from faq.encoder import Encoder, Vectors
from faq.lexical import LexicalIndex, character_tokens, word_tokens
from faq.store import IndexEntry
from nlu.text import normalise, strip_diacritics

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

_NEAREST_TEXTS = 300
_KEY_BYTES = 32

_log = get_logger(__name__)


@lru_cache(maxsize=100_000)
def bank_text(text: str) -> str:
    """Returns `normalise(text)`, remembered. Only for texts of the bank, never for a person's."""
    return normalise(text)


class VectorCache:
    """Vectors of texts that were encoded before, kept in a file.

    The file holds the encoder's fingerprint and a hash of each text. What another encoder wrote is
    not used; a damaged file is thrown away, and its texts are encoded again.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder
        self._vectors = self._read()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Returns one vector a text, shape (texts, dimension), encoding only what is new."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        self._vectors.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        stale = self._vectors.keys() - set(keys)
        for key in stale:
            del self._vectors[key]
        if new or stale:
            self._write()
            _log.info("texts were encoded", count=len(new))
        vectors = np.empty((len(keys), self._encoder.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = self._vectors[key]
        return vectors

    def _read(self) -> dict[bytes, Vectors]:
        try:
            with np.load(io.BytesIO(self._path.read_bytes()), allow_pickle=False) as file:
                fingerprint = str(file["fingerprint"])
                keys, vectors = file["keys"], file["vectors"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return self._damaged()
        if fingerprint != self._encoder.fingerprint:
            _log.info("the index file is of another encoder and is built again")
            return {}
        if vectors.shape != (len(keys), self._encoder.dimension) or vectors.dtype != np.float32:
            return self._damaged()
        return dict(zip((key.tobytes() for key in keys), vectors, strict=True))

    def _damaged(self) -> dict[bytes, Vectors]:
        _log.warning("the index file is damaged and is built again", path=str(self._path))
        return {}

    def _write(self) -> None:
        content = io.BytesIO()
        np.savez(
            content,
            fingerprint=self._encoder.fingerprint,
            keys=np.frombuffer(b"".join(self._vectors), dtype=np.uint8).reshape(-1, _KEY_BYTES),
            vectors=np.array(list(self._vectors.values()), dtype=np.float32),
        )
        draft = self._path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content.getvalue())
            draft.replace(self._path)
        except OSError:
            _log.warning("the index file cannot be written", path=str(self._path))


class Index:
    """The published entries of one moment. Never changes, so threads may share it."""

    def __init__(
        self, entries: Sequence[IndexEntry], encode: Callable[[Sequence[str]], Vectors]
    ) -> None:
        """Indexes the entries.

        Args:
            entries: At least one.
            encode: Returns the vectors of normalised texts, shape (texts, dimension).
        """
        self.entries = entries
        self.position = {entry.number: row for row, entry in enumerate(entries)}
        texts = [bank_text(text) for entry in entries for text in entry.texts]
        sizes = [len(entry.texts) for entry in entries]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._owner = np.repeat(np.arange(len(entries)), sizes)
        topics = sorted({entry.topic for entry in entries})
        self._topic = np.array([topics.index(entry.topic) for entry in entries])

        vectors = encode(texts)
        self._meaning = faiss.IndexFlatIP(vectors.shape[1])
        self._meaning.add(vectors)
        self._means = _unit(np.add.reduceat(vectors, self._starts))

        bare = [strip_diacritics(text) for text in texts]
        answers = [strip_diacritics(bank_text(entry.answer)) for entry in entries]
        self._words = LexicalIndex(bare, self._owner, word_tokens)
        self._marked = LexicalIndex(texts, self._owner, word_tokens)
        self._answers = LexicalIndex(answers, np.arange(len(entries)), word_tokens)
        self._topics = LexicalIndex(
            [*bare, *answers], np.concatenate([self._topic[self._owner], self._topic]), word_tokens
        )
        self._characters = LexicalIndex(bare, self._owner, character_tokens)
        self._exact: dict[str, int] = {}
        for text, owner in zip([*texts, *bare], [*self._owner, *self._owner], strict=True):
            self._exact.setdefault(text, int(owner))

    def exact(self, query: str) -> int | None:
        """Returns the row of the entry that has the normalised `query` among its texts."""
        return self._exact.get(query)

    def knows(self, query: str) -> bool:
        """Returns whether any word of a normalised query stands in the bank's texts."""
        return self._words.query(strip_diacritics(query)).known

    def features(self, query: str, vector: Vectors) -> NDArray[np.float32]:
        """Returns how each entry resembles a query.

        Args:
            query: Normalised text.
            vector: Its vector, shape (dimension,).

        Returns:
            Shape (entries, features), in the order of `entries` and of `FEATURES`.
        """
        bare = strip_diacritics(query)
        characters = self._characters.query(bare)
        columns = {
            "meaning_best": self._nearest(vector),
            "meaning_mean": self._means @ vector,
            "words_mean": self._words.query(bare).groups(),
            "words_marked_mean": self._marked.query(query).groups(),
            "words_answer": self._answers.query(bare).groups(),
            "words_topic": self._topics.query(bare).groups()[self._topic],
            "characters_best": np.maximum.reduceat(characters.texts(), self._starts),
            "characters_mean": characters.groups(),
        }
        return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)

    def neighbours(self, row: int, limit: int) -> list[int]:
        """Returns the rows of the entries nearest in meaning to the entry in `row`, best first."""
        order = np.argsort(-(self._means @ self._means[row]), kind="stable")
        return [int(other) for other in order if other != row][:limit]

    def _nearest(self, vector: Vectors) -> NDArray[np.float32]:
        scores, rows = self._meaning.search(
            vector[None, :], min(_NEAREST_TEXTS, self._meaning.ntotal)
        )
        best = np.full(len(self.entries), scores[0, -1], dtype=np.float32)
        np.maximum.at(best, self._owner[rows[0]], scores[0])
        return best


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-9)
    return unit
