"""Measures the search on banks of 2,000, 20,000 and 200,000 pairs of synthetic text.

Prints, for each size: how long the index takes to build, its memory, the latency of a query, the
time until an edit is live, and the latency of queries meanwhile. Before that, the kinds of FAISS
index side by side. Synthetic pairs are words drawn from the bank's own, by how often they occur
there; each pair has words of its own that its texts share.
"""

import argparse
import gc
import math
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import psutil
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from common.logging import configure
from common.settings import get_settings
from faq import bank, store
from faq.bank import BankEntry
from faq.encoder import Encoder, Vectors
from faq.ranking import Ranking
from faq.segment import mean_vectors, meaning_index
from faq.service import FaqService, connect
from faq.tables import BankVersion, Entry, Revision, Topic, Variant
from faq.vector_cache import VectorCache
from scripts.trained import encoder_and_ranking

SIZES = (2_000, 20_000, 200_000)
TEXTS = 5
QUERIES = 300
_BATCH = 5_000


def main() -> int:
    """Measures each size and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of pairs")
    sizes = parser.parse_args().sizes
    configure("bench", "WARNING")
    settings = get_settings()
    encoder, ranking = encoder_and_ranking(settings)
    for size in sizes:
        print(f"\n{size:,} pairs, {size * TEXTS:,} texts", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, Path(folder), encoder, ranking)
        gc.collect()
    return 0


def _measure(size: int, folder: Path, encoder: Encoder, ranking: Ranking) -> None:
    settings = get_settings().model_copy(
        update={"database_url": f"sqlite:///{folder}/bank.db", "var_dir": folder}
    )
    sessions = connect(settings)
    _fill(sessions, size)
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    service = FaqService(sessions, encoder, VectorCache(folder / "index.npz", encoder), ranking)
    _line("read, encode and index", time.perf_counter() - started, "s")
    gc.collect()
    _line("memory of the index", (psutil.Process().memory_info().rss - before) / 1e6, "MB")
    queries = [" ".join(words) for words in _words(QUERIES, seed=7)]
    _latency("query", service, queries)
    _edits(service, queries)
    _kinds(service, encoder, queries)


def _fill(sessions: sessionmaker[Session], size: int) -> None:
    now = datetime.now(UTC)
    with sessions.begin() as session:
        session.add(Topic(slug="synthetic", title="Synthetic"))
        session.flush()
        drawn = _words(size, seed=1)
        for start in range(0, size, _BATCH):
            entries: list[dict[str, Any]] = []
            variants: list[dict[str, Any]] = []
            for number in range(start + 1, min(start + _BATCH, size) + 1):
                words = next(drawn)
                entries.append(
                    {
                        "number": number,
                        "id": f"pair-{number}",
                        "topic_slug": "synthetic",
                        "position": number,
                        "question": " ".join(words),
                        "answer": " ".join(words * 3),
                        "status": "published",
                        "risk": "low",
                        "source": "synthetic",
                        "changed_by": "seed",
                        "changed_at": now,
                    }
                )
                for position in range(TEXTS - 1):
                    text = " ".join(words[position:] + words[:2])
                    variants.append({"entry_number": number, "position": position, "text": text})
            session.execute(insert(Entry), entries)
            session.execute(insert(Variant), variants)
        session.merge(BankVersion(id=1, version=1, changed_at=now))
        session.add(Revision(entry_number=1, author="seed", at=now, snapshot={}))


def _words(count: int, seed: int) -> Iterator[list[str]]:
    rng = random.Random(seed)  # noqa: S311  nothing secret
    texts = [e.question for file in bank.read(bank.BANK) for e in file.entries]
    frequency = Counter(word for text in texts for word in text.lower().split())
    own = list(frequency)
    weights = list(frequency.values())
    for _ in range(count):
        yield [*rng.choices(own, weights, k=6), *rng.choices(own, k=5)]


def _latency(title: str, service: FaqService, queries: Sequence[str]) -> None:
    taken = []
    for query in queries:
        started = time.perf_counter()
        service.searcher.search(query)
        taken.append(1000 * (time.perf_counter() - started))
    _line(f"{title} p50", float(np.percentile(taken, 50)), "ms")
    _line(f"{title} p95", float(np.percentile(taken, 95)), "ms")


def _edits(service: FaqService, queries: Sequence[str]) -> None:
    """Times edits until they are found, while another thread goes on asking."""
    stop = threading.Event()
    taken: list[float] = []

    def ask() -> None:
        while not stop.is_set():
            for query in queries:
                started = time.perf_counter()
                service.searcher.search(query)
                taken.append(1000 * (time.perf_counter() - started))

    asking = threading.Thread(target=ask)
    asking.start()
    live = []
    for edit in range(5):
        text = f"một câu hỏi hoàn toàn mới số {edit}"
        entry = BankEntry.model_validate(
            {"id": f"new-{edit}", "question": text, "variants": [], "answer": text}
            | {"risk": "low", "source": "synthetic"}
        )
        started = time.perf_counter()
        with service.sessions.begin() as session:
            store.save(session, "synthetic", entry, "counsellor")
        service.refresh()
        found = service.searcher.search(text).hits[0].entry_id == f"new-{edit}"
        live.append(time.perf_counter() - started if found else math.inf)
    stop.set()
    asking.join()
    _line("edit live after, slowest of five", max(live), "s")
    _line("query p95 meanwhile", float(np.percentile(taken, 95)), "ms")


def _kinds(service: FaqService, encoder: Encoder, queries: Sequence[str]) -> None:
    """Compares kinds of FAISS index on the mean vectors of this bank's entries."""
    with service.sessions() as session:
        entries = [e for e in store.index_entries(session) if len(e.texts) == TEXTS]
    texts = [text for entry in entries for text in entry.texts]
    vectors = mean_vectors(encoder.encode(texts), np.repeat(np.arange(len(entries)), TEXTS))
    asked = encoder.encode(list(queries))
    exact: set[tuple[int, int]] = set()
    kinds: dict[str, Callable[[], faiss.Index]] = {
        "Flat": lambda: _added(faiss.IndexFlatIP(vectors.shape[1]), vectors),
        "HNSW": lambda: _added(
            faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT), vectors
        ),
        "IVF": lambda: meaning_index(vectors, all_compared=0),
    }
    for kind, build in kinds.items():
        started = time.perf_counter()
        index = build()
        built = time.perf_counter() - started
        found, taken = set(), []
        for row, vector in enumerate(asked):
            started = time.perf_counter()
            _, nearest = index.search(vector[None, :], 10)
            taken.append(1000 * (time.perf_counter() - started))
            found |= {(row, int(each)) for each in nearest[0]}
        exact = exact or found
        share = len(exact & found) / len(exact)
        p95 = float(np.percentile(taken, 95))
        print(
            f"  FAISS {kind:24}{built:10.1f} s to build, p95 {p95:6.2f} ms, "
            f"{share:.3f} of the true ten nearest",
            flush=True,
        )


def _added(index: faiss.Index, vectors: Vectors) -> faiss.Index:
    index.add(vectors)
    return index


def _line(title: str, value: float, unit: str) -> None:
    print(f"  {title:34}{value:10.1f} {unit}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
