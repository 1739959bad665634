"""Times the way of the bank from files to a running search, on databases of its own.

Reading the files, filling an empty database, encoding and indexing everything, and starting again
with nothing changed, where nothing may be encoded.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.database import create_engine, migrate, session_factory
from common.logging import configure
from common.settings import get_settings
from faq import bank, store
from faq.encoder import EncoderError, Vectors
from faq.encoder import load as load_encoder
from faq.index import Index
from faq.service import open_bank
from faq.vector_cache import VectorCache


@contextmanager
def _timed(title: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{title:48}{time.perf_counter() - started:8.1f} s", flush=True)


def main() -> int:
    """Prints how long each step takes, and returns 1 if an unchanged bank was encoded again."""
    configure("bench", "WARNING")
    try:
        encoder = load_encoder(get_settings())
    except EncoderError as error:
        print(error, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        settings = get_settings().model_copy(
            update={"database_url": f"sqlite:///{folder}/bank.db", "var_dir": Path(folder)}
        )
        with _timed("read the bank's files"):
            files = bank.read(bank.BANK)
        sessions = session_factory(create_engine(settings.database_url))
        with _timed("fill an empty database"):
            migrate(sessions.kw["bind"])
            with sessions.begin() as session:
                store.seed(session, files)
        with sessions() as session:
            entries = store.index_entries(session)
        cache = VectorCache(Path(folder) / "index.npz", encoder)
        with _timed(f"encode and index {sum(len(e.texts) for e in entries)} texts"):
            Index(entries, cache.whole)
        encoded: list[str] = []
        encode = encoder.encode

        def counted(texts: list[str]) -> Vectors:
            encoded.extend(texts)
            return encode(texts)

        encoder.encode = counted  # type: ignore[method-assign, assignment]
        with _timed("start again, with nothing changed"):
            with open_bank(settings)() as session:
                entries = store.index_entries(session)
            Index(entries, VectorCache(Path(folder) / "index.npz", encoder).whole)
        print(f"{'texts encoded at the second start':48}{len(encoded):8}")
        return 1 if encoded else 0


if __name__ == "__main__":
    sys.exit(main())
