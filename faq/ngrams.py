"""Embeddings of words, pairs of words and runs of characters, for sentence-transformers."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor

from nlu.text import strip_diacritics

_UNKNOWN = "[UNK]"
_LEAST_OFTEN = 2
_RUNS = (3, 4)


class NGramEmbedding(StaticEmbedding):
    """The vector of a text is the mean of the vectors of its n-grams.

    This is fastText's idea (Bojanowski et al. 2017, "Enriching Word Vectors with Subword
    Information"), with pairs of words beside the runs of characters. Words count without their
    diacritics, and those that have some once more with them.
    """

    def __init__(self, tokenizer: Tokenizer, embedding_weights: Tensor) -> None:
        """Takes a tokenizer whose first token stands for the unknown, and vectors of its tokens."""
        super().__init__(tokenizer, embedding_weights=embedding_weights)
        self.embedding.padding_idx = 0  # what is unknown takes no part in the mean

    def preprocess(  # type: ignore[override]  # as StaticEmbedding, it takes nothing but text
        self, inputs: list[str], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Tensor]:
        """Returns the n-grams of normalised texts, as `StaticEmbedding` takes them."""
        grams = [" ".join(each) for each in _ngrams(inputs)]
        features: dict[str, Tensor] = super().preprocess(grams, prompt, **kwargs)
        return features

    @classmethod
    def is_saved_in(cls, folder: Path) -> bool:
        """Returns whether a folder holds a model that is made of this class alone."""
        try:
            modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        name = f"{cls.__module__}.{cls.__qualname__}"
        return isinstance(modules, list) and [each.get("type") for each in modules] == [name]

    @classmethod
    def load(cls, model_name_or_path: str, *args: Any, **kwargs: Any) -> Self:
        """Reads what `save` wrote."""
        plain = StaticEmbedding.load(os.fspath(model_name_or_path), *args, **kwargs)
        return cls(plain.tokenizer, embedding_weights=plain.embedding.weight.data)


def tokenizer_for(texts: Sequence[str]) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Returns a tokenizer that knows the n-grams of texts, and how rare each of them is.

    Pairs and runs that stand in one text alone are not known. The first token stands for what is
    not known; its rarity is 0.

    Args:
        texts: Normalised texts.

    Returns:
        The tokenizer, and inverse document frequencies, shape (tokens,).
    """
    seen = Counter(gram for grams in _ngrams(texts) for gram in set(grams))
    words = {word for text in texts for word in (*text.split(), *strip_diacritics(text).split())}
    known = sorted(gram for gram, count in seen.items() if count >= _LEAST_OFTEN or gram in words)
    vocabulary = {gram: number for number, gram in enumerate([_UNKNOWN, *known])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    rarity = [0.0, *(np.log(len(texts) / seen[gram]) + 1 for gram in known)]
    return tokenizer, np.array(rarity, dtype=np.float32)


def _ngrams(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yields the n-grams of each text."""
    of_word: dict[str, list[str]] = {}
    for text in texts:
        words = strip_diacritics(text).split()
        for word in words:
            if word not in of_word:
                of_word[word] = [word, *_runs(word)]
        yield [
            *chain.from_iterable(of_word[word] for word in words),
            *(f"{first}_{second}" for first, second in pairwise(words)),
            *(word for word in text.split() if not word.isascii()),
        ]


def _runs(word: str) -> Iterator[str]:
    """Yields the runs of characters within a word, its ends marked, but not the whole word."""
    padded = f"_{word}_"
    for size in _RUNS:
        if size < len(padded):
            yield from (f"#{padded[at : at + size]}" for at in range(len(padded) - size + 1))
