"""Compares ways to search the bank, on the same held-out questions, and writes docs/benchmarks.md.

Each candidate scores every entry for a query. Its threshold is chosen as that of the search is: the
lowest at which, on the development questions and the negatives, wrong answers and answers to what
the bank does not hold keep to their limits. Then it is measured on the held-out questions. Rasa's
ResponseSelector takes most of the time: it is trained for `--epochs`, 0 leaves it out.
"""

import argparse
import gc
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import bm25s
import numpy as np
import psutil
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from common.logging import configure
from common.settings import get_settings
from faq import store
from faq.encoder import Encoder
from faq.evaluation import Question, read
from faq.examples import development, negatives
from faq.index import FEATURES, Index
from faq.ranking import ANSWERS_TO_UNKNOWN, WRONG_ANSWERS, Ranking
from faq.segment import Texts, bank_text
from faq.service import open_bank
from faq.store import IndexEntry
from nlu.text import normalise, strip_diacritics
from scripts.rasa_command import ENVIRONMENT, PYTHON, ROOT, rasa
from scripts.trained import encoder_and_ranking

PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- bench-search -->\n", "<!-- /bench-search -->\n"
DEPTH = 10
EPOCHS = 10
FUSION = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)."""

Scores = NDArray[np.float64]
Search = Callable[[str], Scores]
"""Scores every entry for a normalised query, shape (entries,)."""


class Found(NamedTuple):
    """What a candidate finds for a question."""

    confidence: float
    """The score of the first entry."""
    rank: int
    """The rank of the first entry that answers, from 1; 0 if it is not among the first ten."""


def main() -> int:
    """Measures every candidate, prints the table, and puts it into the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of Rasa's ResponseSelector")
    epochs = parser.parse_args().epochs
    configure("bench", "WARNING")
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    settings = get_settings()
    encoder, ranking = encoder_and_ranking(settings)
    with open_bank(settings)() as session:
        entries = store.index_entries(session)
    held_out = read(ROOT / "tests/evaluation/questions.jsonl")
    foreign = read(ROOT / "tests/evaluation/out_of_scope.jsonl")
    styles = sorted({question.style for question in held_out})
    head = ["candidate", "accuracy@1", "accuracy@3", "MRR@10", *styles]
    head += [
        "answered",
        "answered wrongly",
        "out of scope answered",
        "build",
        "p50",
        "p95",
        "memory",
    ]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    candidates = _candidates(encoder, ranking)
    if epochs:
        candidates[f"Rasa's ResponseSelector, {epochs} epochs"] = lambda entries: (
            _response_selector(entries, epochs)
        )
    for name, build in candidates.items():
        cells = _measure(build, entries, held_out, foreign, styles)
        lines.append(f"| {name} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    before, rest = PAGE.read_text("utf-8").split(START)
    after = rest.split(END)[1]
    table = "\n".join(lines)
    PAGE.write_text(f"{before}{START}{table}\n{END}{after}", "utf-8")
    return 0


def _candidates(
    encoder: Encoder, ranking: Ranking
) -> dict[str, Callable[[Sequence[IndexEntry]], Search]]:
    def fused(entries: Sequence[IndexEntry]) -> Search:
        searches = [_bm25(entries), _by_feature("meaning", encoder)(entries)]
        return lambda query: sum(
            (1 / (FUSION + _ranks(search(query))) for search in searches),
            start=np.zeros(len(entries)),
        )

    return {
        "BM25": _bm25,
        "character n-grams": _character_ngrams,
        "words (TF-IDF)": _by_feature("words", encoder),
        "classifiers": _by_feature("classifier", encoder),
        "encoder": _by_feature("meaning", encoder),
        "BM25 and encoder, by rank": fused,
        "hybrid, as used": lambda entries: _hybrid(entries, encoder, ranking),
    }


def _bm25(entries: Sequence[IndexEntry]) -> Search:
    texts = Texts.of(entries)
    retriever = bm25s.BM25()
    retriever.index([text.split() for text in texts.bare], show_progress=False)
    starts = np.searchsorted(texts.owner, np.arange(len(entries)))

    def search(query: str) -> Scores:
        words = [word for word in strip_diacritics(query).split() if word in retriever.vocab_dict]
        if not words:
            return np.zeros(len(entries))
        return np.maximum.reduceat(retriever.get_scores(words), starts).astype(np.float64)

    return search


def _character_ngrams(entries: Sequence[IndexEntry]) -> Search:
    texts = Texts.of(entries)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    vectors = vectorizer.fit_transform(texts.bare)
    starts = np.searchsorted(texts.owner, np.arange(len(entries)))

    def search(query: str) -> Scores:
        cosines = (vectors @ vectorizer.transform([strip_diacritics(query)]).T).toarray().ravel()
        return np.maximum.reduceat(cosines, starts).astype(np.float64)

    return search


def _by_feature(name: str, encoder: Encoder) -> Callable[[Sequence[IndexEntry]], Search]:
    column = FEATURES.index(name)

    def build(entries: Sequence[IndexEntry]) -> Search:
        index = Index(entries, encoder.encode)
        return lambda query: _spread(index, encoder, query, lambda features: features[:, column])

    return build


def _hybrid(entries: Sequence[IndexEntry], encoder: Encoder, ranking: Ranking) -> Search:
    index = Index(entries, encoder.encode)
    return lambda query: _spread(
        index, encoder, query, lambda features: ranking.confidences(features, query)
    )


def _response_selector(entries: Sequence[IndexEntry], epochs: int) -> Search:
    """Trains Rasa's own retrieval on the same texts, and asks it in a process of its own."""
    settings = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    tokenizer, _words, _bare_words, letters, *_ = settings["pipeline"]
    selector = {
        "name": "ResponseSelector",
        "retrieval_intent": "faq",
        "epochs": epochs,
        "random_seed": 1,
        "constrain_similarities": True,
        "evaluate_on_number_of_examples": 0,
        "batch_size": [256, 256],  # with the default of 64 an epoch takes over a quarter of an hour
        "dense_dimension": {"text": 128, "label": 32},
    }
    settings["pipeline"] = [tokenizer, {"name": "CountVectorsFeaturizer"}, letters, selector]
    data = {
        "version": "3.1",
        "nlu": [
            {
                "intent": f"faq/{entry.id}",
                "examples": "".join(f"- {bank_text(text)}\n" for text in entry.texts),
            }
            for entry in entries
        ],
        "responses": {f"utter_faq/{entry.id}": [{"text": entry.question}] for entry in entries},
    }
    row_of = {entry.id: row for row, entry in enumerate(entries)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in {"config.yml": settings, "nlu.yml": data}.items():
            text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True)
            (folder / file).write_text(text, "utf-8")
        rasa("train", "nlu", "--config", folder / "config.yml", "--nlu", folder / "nlu.yml",
             "--out", folder, "--fixed-model-name", "selector")  # fmt: skip
        process = subprocess.Popen(
            [PYTHON, "-W", "ignore", "-m", "scripts.selector", folder / "selector.tar.gz"],
            cwd=ROOT, env=ENVIRONMENT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        questions, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)

        def search(query: str) -> Scores:
            print(json.dumps(query), file=questions, flush=True)
            scores = np.full(len(entries), -np.inf)
            for entry, confidence in json.loads(answers.readline()).items():
                scores[row_of[entry]] = confidence
            return scores

        search("")  # answers once the model is loaded
    return search


def _spread(
    index: Index,
    encoder: Encoder,
    query: str,
    score: Callable[[NDArray[np.float32]], NDArray[np.floating]],
) -> Scores:
    """Returns the scores of the candidates in the places of all entries; others score lowest."""
    rows, features = index.compare(query, encoder.encode([query])[0])
    scores = np.full(len(index), -np.inf)
    scores[rows] = score(features)
    return scores


def _ranks(scores: Scores) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _measure(
    build: Callable[[Sequence[IndexEntry]], Search],
    entries: Sequence[IndexEntry],
    held_out: Sequence[Question],
    foreign: Sequence[Question],
    styles: Sequence[str],
) -> list[str]:
    gc.collect()
    memory = _memory()
    started = time.perf_counter()
    search = build(entries)
    built = time.perf_counter() - started
    gc.collect()
    memory = _memory() - memory
    row_of = {entry.id: row for row, entry in enumerate(entries)}
    known = [_find(search, question, row_of) for question in development()]
    unknown = [float(search(normalise(text)).max()) for text in negatives()]
    threshold = _threshold(known, np.array(unknown))
    found = [_find(search, question, row_of) for question in held_out]
    ranks = np.array([each.rank for each in found])
    answered = np.array([each.confidence >= threshold for each in found])
    of_style = np.array([question.style for question in held_out])
    taken = []
    for question in held_out:
        started = time.perf_counter()
        search(normalise(question.text))
        taken.append(1000 * (time.perf_counter() - started))
    out = np.array([search(normalise(question.text)).max() for question in foreign])
    shares = [
        np.mean(ranks == 1),
        np.mean((ranks > 0) & (ranks <= 3)),
        np.mean([1 / rank if rank else 0 for rank in ranks]),
        *(np.mean(ranks[of_style == style] == 1) for style in styles),
        np.mean(answered),
        np.mean(answered & (ranks != 1)),
        np.mean(out >= threshold),
    ]
    times = [f"{built:.1f} s", *(f"{np.percentile(taken, p):.1f} ms" for p in (50, 95))]
    return [*(f"{share:.3f}" for share in shares), *times, f"{memory / 1e6:.0f} MB"]


def _memory() -> int:
    process = psutil.Process()
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


def _find(search: Search, question: Question, row_of: dict[str, int]) -> Found:
    scores = search(normalise(question.text))
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    expected = {row_of[name] for name in question.expected if name in row_of}
    rank = next((place for place, row in enumerate(best, 1) if int(row) in expected), 0)
    return Found(float(scores[best[0]]), rank)


def _threshold(known: Sequence[Found], unknown: Scores) -> float:
    """Returns the least confidence that keeps to the limits; infinity where none does."""
    confidence = np.array([each.confidence for each in known])
    wrong = np.array([each.rank != 1 for each in known])
    for least in np.unique(confidence):
        wrong_answers = np.mean((confidence >= least) & wrong)
        if wrong_answers <= WRONG_ANSWERS and np.mean(unknown >= least) <= ANSWERS_TO_UNKNOWN:
            return float(least)
    return float("inf")


if __name__ == "__main__":
    sys.exit(main())
