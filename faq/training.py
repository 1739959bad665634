"""Training of the encoder and of the ranking, on the bank itself.

The encoder learns that the texts of one entry mean the same and those of others do not
(contrastive, every other entry of a batch is a negative). Sentences of the answer take part, since
they hold words that no variant does.
"""

import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from common.settings import Settings
from faq.encoder import Encoder, builtin_path, load_model
from faq.errors import FaqError
from faq.examples import development_examples, left_out_examples
from faq.ngrams import NGramEmbedding, tokenizer_for
from faq.ranking import Ranking, fit, ranking_path
from faq.reading import plain, sentences
from faq.segment import bank_text
from faq.store import IndexEntry
from nlu.text import strip_diacritics

Progress = Callable[[str], None]

_SEED = 20231101
_FEWEST_QUESTIONS = 100
"""With fewer development questions that the bank answers, variants are left out instead."""
_DIMENSION = 256
_BATCH = 512
_SCALE = 15.0
_EPOCHS = 4
_FEWEST_STEPS = 160
_SUPPORT = 2
_LEARNING_RATE = 0.01
_DROPPED_WORDS = 0.3
_SLIPS = 0.05
_BASE_BATCH = 32
_BASE_STEPS_PER_ENTRY = 24
_BASE_LEARNING_RATE = 2e-5


class TrainingError(FaqError):
    """A bank that cannot be learned from."""


def train(
    entries: Sequence[IndexEntry], settings: Settings, progress: Progress, base: str | None = None
) -> Ranking:
    """Trains the built-in encoder, fits the ranking to it, and saves both in the settings' folder.

    Args:
        entries: The bank; at least two entries.
        settings: Where the encoder and the ranking are written.
        progress: Called with a line about each step.
        base: A sentence-transformers name or path to fine-tune, instead of starting from nothing.

    Raises:
        EncoderError: If `base` cannot be loaded.
        TrainingError: If the bank is too small to learn from.
    """
    if len(entries) < 2:
        raise TrainingError("Fewer than two entries are published, so nothing can be learned.")

    def train_on(part: Sequence[IndexEntry], title: str) -> SentenceTransformer:
        def report(line: str) -> None:
            progress(f"{title}: {line}")

        return train_from_nothing(part, report) if base is None else fine_tune(base, part, report)

    model = train_on(entries, "whole bank")
    ranking = fit_ranking(
        entries,
        Encoder(model),
        lambda part, fold: Encoder(train_on(part, f"left-out part {fold}")),
    )
    ranking.save(ranking_path(settings))
    _save(model, builtin_path(settings))
    return ranking


def fit_ranking(
    entries: Sequence[IndexEntry],
    encoder: Encoder,
    encoder_for: Callable[[Sequence[IndexEntry], int], Encoder] | None = None,
) -> Ranking:
    """Fits the ranking to an encoder, on questions that neither has seen.

    Args:
        entries: The bank.
        encoder: The encoder to be used.
        encoder_for: Returns an encoder that has learned from a part of the bank alone, given that
            part and its number, from 1. By default `encoder` has learned from none of it.
    """
    examples = development_examples(entries, encoder)
    by = "questions written without sight of the variants (faq/development.jsonl)"
    if sum(bool(example.right) for example in examples) < _FEWEST_QUESTIONS:
        examples = left_out_examples(entries, encoder_for or (lambda _part, _fold: encoder))
        by = "variants left out of the bank"
    return fit(examples, encoder.fingerprint, by)


def train_from_nothing(entries: Sequence[IndexEntry], progress: Progress) -> SentenceTransformer:
    """Trains static embeddings of n-grams on the bank alone."""
    texts = [text for entry in entries for text in _texts(entry)]
    tokenizer, rarity = tokenizer_for(texts)
    weights = torch.empty(len(rarity), _DIMENSION)
    weights.normal_(0, _DIMENSION**-0.5, generator=torch.Generator().manual_seed(_SEED))
    weights *= torch.from_numpy(rarity)[:, None]
    module = NGramEmbedding(tokenizer, embedding_weights=weights)
    module.embedding.sparse = True  # a step touches a small part of the vectors
    model = SentenceTransformer(modules=[module], device="cpu")
    contrast(
        model,
        torch.optim.SparseAdam(list(model.parameters()), lr=_LEARNING_RATE),
        entries,
        batch_size=_BATCH,
        steps=max(_FEWEST_STEPS, _EPOCHS * len(texts) // _BATCH),
        progress=progress,
    )
    return model


def fine_tune(base: str, entries: Sequence[IndexEntry], progress: Progress) -> SentenceTransformer:
    """Fine-tunes any sentence-transformers model on the bank.

    Raises:
        EncoderError: If `base` cannot be loaded.
    """
    model = load_model(base, "Check the name given to --base.").model
    contrast(
        model,
        torch.optim.AdamW(model.parameters(), lr=_BASE_LEARNING_RATE, weight_decay=0.0),
        entries,
        batch_size=_BASE_BATCH,
        steps=_BASE_STEPS_PER_ENTRY * -(-len(entries) // _BASE_BATCH),
        progress=progress,
    )
    return model


def contrast(
    model: SentenceTransformer,
    optimizer: torch.optim.Optimizer,
    entries: Sequence[IndexEntry],
    *,
    batch_size: int,
    steps: int,
    progress: Progress,
) -> None:
    """Draws a text of each entry to the mean of others of its texts, away from other entries."""
    rng = random.Random(_SEED)  # noqa: S311  nothing secret
    torch.manual_seed(_SEED)
    texts = [_texts(entry) for entry in entries]
    loss = MultipleNegativesRankingLoss(
        model,
        scale=_SCALE,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    model.train()
    for step in range(1, steps + 1):
        batch = rng.sample(texts, min(batch_size, len(texts)))
        drawn = [augment(text, rng) for own in batch for text in rng.choices(own, k=1 + _SUPPORT)]
        vectors = torch.nn.functional.normalize(
            model(model.preprocess(drawn))["sentence_embedding"], dim=1
        )
        vectors = vectors.reshape(len(batch), 1 + _SUPPORT, -1)
        anchors, positives = vectors[:, 0], vectors[:, 1:].mean(dim=1)
        value = loss.compute_loss_from_embeddings([anchors, positives], torch.empty(0))
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % max(1, steps // 4) == 0:
            progress(f"step {step} of {steps}, loss {value.item():.2f}")
    model.eval()


def augment(text: str, rng: random.Random) -> str:
    """Returns `text` as a hurried child might type it: words lost, slips, often no diacritics."""
    words = text.split()
    kept = [word for word in words if rng.random() > _DROPPED_WORDS] or words
    typed = " ".join(_slip(word, rng) if rng.random() < _SLIPS else word for word in kept)
    return strip_diacritics(typed) if rng.random() < 0.5 else typed


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    if rng.random() < 0.5:
        return word[:place] + word[place + 1 :] or word
    return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


def _texts(entry: IndexEntry) -> list[str]:
    """Returns question, variants and the answer's sentences, normalised."""
    texts = [bank_text(text) for text in (*entry.texts, *sentences(plain(entry.answer, " ")))]
    long_enough = [text for text in texts if len(text.split()) > 2]
    return long_enough if len(long_enough) > 1 else [texts[0], texts[-1]]


def _save(model: SentenceTransformer, path: Path) -> None:
    """Writes the model beside its place and then puts it there, so that it is never half there."""
    draft = path.with_name(f"{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    model.save(str(draft), create_model_card=False)
    shutil.rmtree(path, ignore_errors=True)
    draft.replace(path)
