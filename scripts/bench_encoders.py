"""Compares encoders that can be trained on the bank alone.

Each is trained by the same contrastive path and judged by itself, by the mean vector of each entry,
on the questions of faq/development.jsonl. This is where the built-in encoder was chosen; what the
whole search does on held-out questions is measured by bench_search.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from common.logging import configure
from common.settings import get_settings
from faq import store, training
from faq.encoder import Encoder
from faq.examples import development
from faq.ranking import CHOICES
from faq.segment import Texts, mean_vectors
from faq.service import open_bank
from faq.store import IndexEntry
from nlu.text import normalise

VOCABULARY = 8_000
DIMENSION = 256
STEPS = 500
BATCH = 512
LAYERS, WIDTH, HEADS, LONGEST = 2, 128, 4, 64
TRANSFORMER_STEPS, TRANSFORMER_BATCH, TRANSFORMER_RATE = 1_600, 128, 1e-3
_SPECIAL = ["[PAD]", "[UNK]"]

Entries = Sequence[IndexEntry]


def main() -> int:
    """Trains and measures every candidate and prints a table."""
    configure("bench", "WARNING")
    with open_bank(get_settings())() as session:
        entries = store.index_entries(session)
    print(f"{'encoder':<44} {'acc@1':>6} {'acc@3':>6} {'training':>9} {'size':>8} {'query':>8}")
    for name, train in CANDIDATES.items():
        began = time.perf_counter()
        encoder = Encoder(train(entries))
        seconds = time.perf_counter() - began
        first, three, latency = _measure(encoder, entries)
        size = sum(w.numel() for w in encoder.model.state_dict().values()) * 4 / 1e6
        print(
            f"{name:<44} {first:6.3f} {three:6.3f} {seconds:7.0f} s {size:5.1f} MB "
            f"{latency:5.2f} ms",
            flush=True,
        )
    return 0


def _ngrams(entries: Entries) -> SentenceTransformer:
    return training.train_from_nothing(entries, _silent)


def _static(kind: str, *, diacritics: bool) -> Callable[[Entries], SentenceTransformer]:
    def train(entries: Entries) -> SentenceTransformer:
        torch.manual_seed(0)
        tokenizer = _subwords(entries, kind, diacritics=diacritics)
        module = StaticEmbedding(tokenizer, embedding_dim=DIMENSION)
        model = SentenceTransformer(modules=[module], device="cpu")
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        training.contrast(
            model, optimizer, entries, batch_size=BATCH, steps=STEPS, progress=_silent
        )
        return model

    return train


def _transformer(entries: Entries) -> SentenceTransformer:
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=_subwords(entries, "BPE", diacritics=False),
        pad_token="[PAD]",  # noqa: S106  no password
        unk_token="[UNK]",  # noqa: S106
        model_max_length=LONGEST,
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=LONGEST,
    )
    with tempfile.TemporaryDirectory() as folder:
        BertModel(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        words = Transformer(folder)
    model = SentenceTransformer(modules=[words, Pooling(WIDTH)], device="cpu")
    optimizer = torch.optim.AdamW(model.parameters(), lr=TRANSFORMER_RATE)
    training.contrast(
        model,
        optimizer,
        entries,
        batch_size=TRANSFORMER_BATCH,
        steps=TRANSFORMER_STEPS,
        progress=_silent,
    )
    return model


CANDIDATES: dict[str, Callable[[Entries], SentenceTransformer]] = {
    "n-grams of words and characters, as used": _ngrams,
    "static BPE subwords, no diacritics": _static("BPE", diacritics=False),
    "static BPE subwords, with diacritics": _static("BPE", diacritics=True),
    "static unigram subwords, no diacritics": _static("Unigram", diacritics=False),
    "transformer of two layers, no diacritics": _transformer,
}


def _subwords(entries: Entries, kind: str, *, diacritics: bool) -> Tokenizer:
    texts = Texts.of(entries)
    trainer: trainers.Trainer
    if kind == "BPE":
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))  # noqa: S106
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=_SPECIAL)
    else:
        tokenizer = Tokenizer(models.Unigram())
        # The trainer takes no piece that the same character always follows, be it a text's end.
        tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
        trainer = trainers.UnigramTrainer(
            vocab_size=VOCABULARY,
            special_tokens=_SPECIAL,
            unk_token="[UNK]",  # noqa: S106
        )
    if not diacritics:
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFD(), normalizers.StripAccents(), normalizers.Replace("đ", "d")]
        )
    tokenizer.train_from_iterator([*texts.marked, *texts.bare], trainer)
    return tokenizer


def _measure(encoder: Encoder, entries: Entries) -> tuple[float, float, float]:
    """Returns accuracy@1, accuracy@3, and the median time of encoding one query, in ms."""
    texts = Texts.of(entries)
    means = mean_vectors(encoder.encode(texts.marked), texts.owner)
    row_of = {entry.id: row for row, entry in enumerate(entries)}
    ranks, taken = [], []
    for question in development():
        right = [row_of[name] for name in question.expected if name in row_of]
        if not right:
            continue
        began = time.perf_counter()
        vector = encoder.encode([normalise(question.text)])[0]
        taken.append(1000 * (time.perf_counter() - began))
        likeness = means @ vector
        ranks.append(1 + int((likeness > likeness[right].max()).sum()))
    places = np.array(ranks)
    return float((places == 1).mean()), float((places <= CHOICES).mean()), float(np.median(taken))


def _silent(_line: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
