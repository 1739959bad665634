"""The bank as a running process holds it: database and searcher, kept up to date."""

import random
import threading

from sqlalchemy.orm import Session, sessionmaker

from common.database import create_engine, migrate, session_factory
from common.logging import get_logger
from common.settings import Settings
from faq import bank, store
from faq.encoder import Encoder, EncoderError
from faq.encoder import load as load_encoder
from faq.index import Index, VectorCache
from faq.ranking import Ranking, fit, ranking_path
from faq.search import Searcher

_log = get_logger(__name__)


class FaqService:
    """Database and searcher together. Every method may be called from any thread."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        encoder: Encoder,
        cache: VectorCache,
        ranking: Ranking,
    ) -> None:
        """Reads the published entries and indexes them."""
        self.sessions = sessions
        self._encoder = encoder
        self._cache = cache
        self._ranking = ranking
        self._refreshing = threading.Lock()
        self._stop = threading.Event()
        self._version = -1
        self.searcher = Searcher(None, encoder, ranking)
        self.refresh()

    def refresh(self) -> bool:
        """Picks up a change of the bank, and returns whether there was one.

        Only what is new is encoded. Searches go on meanwhile, on what was there before.
        """
        with self._refreshing:
            with self.sessions() as session:
                version = store.version(session)
                if version == self._version:
                    return False
                entries = store.index_entries(session)
            index = Index(entries, self._cache.vectors) if entries else None
            self.searcher = Searcher(index, self._encoder, self._ranking)
            self._version = version
        _log.info("the bank was indexed", version=version, count=len(entries))
        return True

    def entry(self, number: int) -> store.EntryView | None:
        """Returns the published entry `number`, or None if there is none.

        It comes from memory, as the search does, so that both go on while the database is down.
        """
        index = self.searcher.index
        row = None if index is None else index.position.get(number)
        return None if index is None or row is None else index.entries[row].view

    def random_entry(self) -> store.EntryView | None:
        """Returns a published entry drawn at random, or None if nothing is published."""
        index = self.searcher.index
        return None if index is None else random.choice(index.entries).view  # noqa: S311

    def watch(self, interval_s: float = 0.5) -> None:
        """Refreshes in a thread of its own from now on, until `close`.

        When the database cannot be reached, the last index goes on answering.
        """
        threading.Thread(
            target=self._watch, args=(interval_s,), name="faq-refresh", daemon=True
        ).start()

    def close(self) -> None:
        """Ends the thread of `watch`."""
        self._stop.set()

    def _watch(self, interval_s: float) -> None:
        failing = False
        while not self._stop.wait(interval_s):
            try:
                self.refresh()
                failing = False
            except Exception:  # whatever went wrong, the next round may succeed
                if not failing:
                    _log.exception("the bank cannot be refreshed; the last index stays in use")
                failing = True


def connect(settings: Settings) -> sessionmaker[Session]:
    """Opens the database, brought to the newest schema."""
    engine = create_engine(settings.database_url)
    migrate(engine)
    return session_factory(engine)


def open_bank(settings: Settings) -> sessionmaker[Session]:
    """Opens the database, brought up to the files that come with the program.

    Raises:
        BankError: If these files cannot be read.
    """
    files = bank.read(bank.BANK)
    sessions = connect(settings)
    with sessions.begin() as session:
        changes = store.seed(session, files)
    if changes.kept:
        _log.info("entries changed by people are kept as they are", count=changes.kept)
    return sessions


def load(settings: Settings) -> FaqService:
    """Opens the bank, and loads the encoder and the index.

    Raises:
        BankError: If the files that come with the program cannot be read.
        EncoderError: If the encoder or its ranking is missing or broken.
    """
    sessions = open_bank(settings)
    encoder = load_encoder(settings)
    cache = VectorCache(settings.var_dir / "index.npz", encoder)
    return FaqService(sessions, encoder, cache, _ranking(settings, encoder, sessions))


def _ranking(settings: Settings, encoder: Encoder, sessions: sessionmaker[Session]) -> Ranking:
    path = ranking_path(settings)
    ranking = Ranking.load(path)
    if ranking is not None and ranking.encoder == encoder.fingerprint:
        return ranking
    if settings.encoder == "builtin":
        raise EncoderError(
            f"{path} does not belong to the built-in encoder. Run: python -m faq train-encoder"
        )
    from faq.training import held_out_examples  # noqa: PLC0415  takes seconds

    _log.info("the ranking is fitted to a new encoder", encoder=settings.encoder)
    with sessions() as session:
        entries = store.index_entries(session)
    ranking = fit(held_out_examples(entries, lambda _part, _fold: encoder), encoder.fingerprint)
    ranking.save(path)
    return ranking
