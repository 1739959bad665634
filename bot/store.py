"""The database as the gateway uses it: a help, never a condition for answering."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine, Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.database import create_engine, migrate, session_factory
from common.logging import get_logger

T = TypeVar("T")
_log = get_logger(__name__)


def connect(url: str) -> Engine:
    """Returns an engine for the database at `url`, brought to the newest schema."""
    engine = create_engine(url)
    migrate(engine)
    return engine


class Store:
    """Runs pieces of work on the database, and does without them while it is down.

    Work runs in one thread of its own, so that a slow database never holds up the event loop.
    After a failure the database is left alone for a while.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        *,
        timeout_s: float = 1.0,
        pause_s: float = 10.0,
    ) -> None:
        """Prepares a store that opens the database when it is first needed.

        Args:
            open_engine: Opens the database; called again after it failed.
            timeout_s: How long a piece of work may take before the answer goes on without it.
            pause_s: How long the database is left alone after a failure.
        """
        self._open_engine = open_engine
        self._timeout_s = timeout_s
        self._pause_s = pause_s
        self._engine: Engine | None = None
        self._resting_until = 0.0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def open(self, timeout_s: float = 15.0) -> None:
        """Opens the database and migrates it; if that fails, a later piece of work tries again."""
        await self._run(lambda _session: None, None, timeout_s)

    async def run(
        self, work: Callable[[Session], T], *, otherwise: T, timeout_s: float | None = None
    ) -> T:
        """Returns what `work` returns, in a transaction of its own.

        Args:
            work: What to do with the session.
            otherwise: What to return while the database is down.
            timeout_s: How long it may take, where that is less than usual.
        """
        return await self._run(work, otherwise, timeout_s or self._timeout_s)

    async def execute(self, statement: Executable) -> None:
        """Executes `statement`, or does nothing while the database is down."""
        await self.run(lambda session: session.execute(statement), otherwise=None)

    def close(self) -> None:
        """Ends the thread once its work in hand is done."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._engine is not None:
            self._engine.dispose()

    async def _run(self, work: Callable[[Session], T], otherwise: T, timeout_s: float) -> T:
        if time.monotonic() < self._resting_until:
            return otherwise
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                return await loop.run_in_executor(self._thread, self._transact, work)
        except IntegrityError:  # another process wrote the same row first
            return otherwise
        except Exception:
            self._resting_until = time.monotonic() + self._pause_s
            _log.warning("The database is down; answering goes on without it.", exc_info=True)
            return otherwise

    def _transact(self, work: Callable[[Session], T]) -> T:
        if self._engine is None:
            self._engine = self._open_engine()
        with session_factory(self._engine).begin() as session:
            return work(session)
