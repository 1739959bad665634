"""The bank as a running process holds it: database and searcher, kept up to date."""

import threading

from sqlalchemy.orm import Session, sessionmaker

from common.database import create_engine, migrate, session_factory
from common.logging import get_logger
from common.settings import Settings
from faq import bank, store
from faq.encoder import Encoder, EncoderError
from faq.encoder import load as load_encoder
from faq.index import Index
from faq.ranking import Ranking, ranking_path
from faq.search import Searcher
from faq.vector_cache import VectorCache

_RECENT = 100
"""So many entries may change before the index is built anew."""

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
        self._revision = 0
        self._recent: set[int] = set()
        self.searcher = Searcher(None, encoder, ranking)
        self.refresh()

    def refresh(self) -> bool:
        """Picks up a change of the bank, and returns whether there was one.

        A few changed entries are added to the index as it is; many, and it is built anew. Only
        what is new is encoded. Searches go on meanwhile, on what was there before.
        """
        with self._refreshing:
            with self.sessions() as session:
                version = store.version(session)
                if version == self._version:
                    return False
                index = self._changed_index(session)
                revision = store.last_revision(session)
            self.searcher = Searcher(index, self._encoder, self._ranking)
            self._version, self._revision = version, revision
        _log.info("the bank was indexed", version=version, count=len(index or ()))
        return True

    def _changed_index(self, session: Session) -> Index | None:
        index = self.searcher.index
        if index is not None:
            changed = store.changed_since(session, self._revision)
            if len(self._recent | changed) <= _RECENT:
                entries = store.index_entries(session, changed)
                removed = changed - {entry.number for entry in entries}
                updated = index.updated(entries, removed, self._cache.recent)
                self._recent |= changed
                return updated if len(updated) else None
        entries = store.index_entries(session)
        built = Index(entries, self._cache.whole) if entries else None
        self._recent = set()
        return built

    def entry(self, number: int) -> store.EntryView | None:
        """Returns the published entry `number`, or None if there is none.

        It comes from memory, as the search does, so that both go on while the database is down.
        """
        index = self.searcher.index
        row = None if index is None else index.position.get(number)
        return None if index is None or row is None else index.entry(row).view

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
    from faq.training import fit_ranking  # noqa: PLC0415  takes seconds

    _log.info("the ranking is fitted to a new encoder", encoder=settings.encoder)
    with sessions() as session:
        entries = store.index_entries(session)
    ranking = fit_ranking(entries, encoder)
    ranking.save(path)
    return ranking
