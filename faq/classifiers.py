"""One linear classifier an entry, that tells its texts from other texts of the bank.

A word that stands in an entry's texts and seldom elsewhere counts for the entry, one that stands
everywhere counts for little, however often the entry's texts repeat it: what a mean of the texts
cannot say. Each classifier is a linear support vector machine over the words of its own entry, so
that an entry that changes is learned anew without the others.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.svm import LinearSVC

from faq.lexical import Integers, Query

_SEED = 20231101
_TEXTS = 350
_SLACK = 0.1
_ITERATIONS = 300


class Background(NamedTuple):
    """Texts drawn from the bank, which every entry is told apart from."""

    vectors: csr_array
    """Shape (texts, tokens)."""
    numbers: Integers
    """For each text, the number of its entry."""

    @classmethod
    def drawn(cls, vectors: csr_array, numbers: Integers) -> Self:
        """Draws from all texts of a bank.

        Args:
            vectors: Shape (texts, tokens).
            numbers: For each text, the number of its entry.
        """
        rng = np.random.default_rng(_SEED)
        rows = rng.permutation(len(numbers))[:_TEXTS]
        return cls(vectors[rows], numbers[rows])


class Classifiers:
    """The classifiers of some entries. Never changes."""

    def __init__(
        self, vectors: csr_array, owner: Integers, numbers: Integers, background: Background
    ) -> None:
        """Learns a classifier for each entry.

        Args:
            vectors: The texts of the entries, those of one entry side by side, shape (texts,
                tokens). There may be more tokens than the background knows.
            owner: For each text, the row of its entry.
            numbers: For each entry, its number.
            background: What to tell the entries apart from; an entry's own texts in it are passed
                over.
        """
        width = vectors.shape[1]
        others = csr_array(background.vectors)
        others.resize((others.shape[0], width))
        columns_of_others = others.tocsc()
        starts = np.searchsorted(owner, np.arange(len(numbers) + 1))
        tokens, weights, self._bias = [], [], np.zeros(len(numbers), dtype=np.float32)
        for row, number in enumerate(numbers):
            own = vectors[starts[row] : starts[row + 1]]
            used = np.unique(own.indices)
            negatives = columns_of_others[:, used].tocsr()[background.numbers != number]
            found, bias = _told_apart(own[:, used], negatives)
            tokens.append(used)
            weights.append(found)
            self._bias[row] = bias
        ends = np.cumsum([0, *map(len, tokens)])
        content = (np.concatenate(weights), np.concatenate(tokens), ends)
        self._weights = csr_array(content, shape=(len(numbers), width))

    def margins(self, query: Query, rows: Integers) -> NDArray[np.float32]:
        """Returns how far a query lies on the side of each of the entries, shape (rows,)."""
        width = self._weights.shape[1]
        dense = np.zeros(width, dtype=np.float32)
        known = query.tokens < width
        dense[query.tokens[known]] = query.weights[known]
        margins: NDArray[np.float32] = self._weights[rows] @ dense + self._bias[rows]
        return margins


def _told_apart(own: csr_array, negatives: csr_array) -> tuple[NDArray[np.float32], float]:
    """Returns the weights of the tokens, shape (tokens,), and the bias."""
    if not own.nnz or not negatives.shape[0]:
        return np.zeros(own.shape[1], dtype=np.float32), 0.0
    answers = np.repeat([1, 0], [own.shape[0], negatives.shape[0]])
    machine = LinearSVC(C=_SLACK, class_weight="balanced", max_iter=_ITERATIONS, random_state=_SEED)
    texts = vstack([own, negatives]).tocsr()
    texts.indices, texts.indptr = texts.indices.astype(np.int32), texts.indptr.astype(np.int32)
    machine.fit(texts, answers)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
