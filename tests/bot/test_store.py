import time
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.store import Store, connect
from bot.tables import AnsweredUpdate
from common.database import create_engine


async def test_it_migrates_when_first_needed(store: Store) -> None:
    assert await store.run(lambda s: list(s.scalars(select(AnsweredUpdate))), otherwise=None) == []


async def test_work_is_one_transaction(store: Store) -> None:
    def fail(session: Session) -> None:
        session.execute(text("INSERT INTO answered_update VALUES (1, '2025-01-01')"))
        raise ZeroDivisionError

    await store.run(fail, otherwise=None)
    store._resting_until = 0.0
    count = text("SELECT count(*) FROM answered_update")
    assert await store.run(lambda session: session.scalar(count), otherwise=None) == 0


async def test_a_database_that_is_down_is_left_alone_for_a_while(broken_store: Store) -> None:
    tried: list[int] = []

    def work(_session: Session) -> str:
        tried.append(1)
        return "done"

    assert await broken_store.run(work, otherwise="otherwise") == "otherwise"
    broken_store._open_engine = must_not_open
    assert await broken_store.run(work, otherwise="otherwise") == "otherwise"
    assert not tried


def must_not_open() -> Any:
    pytest.fail("The database was not left alone.")


async def test_it_comes_back_after_the_pause(database_url: str) -> None:
    working = False

    def open_engine() -> Any:
        if not working:
            raise OSError
        return connect(database_url)

    store = Store(open_engine, timeout_s=20, pause_s=0.05)
    assert await store.run(lambda _: 1, otherwise=0) == 0
    working = True
    time.sleep(0.1)  # noqa: ASYNC251
    assert await store.run(lambda _: 1, otherwise=0) == 1
    store.close()


async def test_a_slow_database_holds_up_nobody(database_url: str) -> None:
    store = Store(lambda: connect(database_url), timeout_s=0.05)
    await store.open()
    started = time.monotonic()

    def work(_session: Session) -> str:
        time.sleep(0.5)
        return "done"

    assert await store.run(work, otherwise="late") == "late"
    assert time.monotonic() - started < 0.4
    store.close()


async def test_a_row_that_another_process_wrote_first_is_no_failure(store: Store) -> None:
    def twice(session: Session) -> str:
        for _ in range(2):
            session.execute(text("INSERT INTO answered_update VALUES (1, '2025-01-01')"))
        return "done"

    assert await store.run(twice, otherwise="otherwise") == "otherwise"
    assert await store.run(lambda _: "alive", otherwise="down") == "alive"


def test_the_migration_makes_the_tables_of_the_models(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from common.database import Base

    connect(database_url)
    with create_engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ours = {AnsweredUpdate.__tablename__, "sent_message"}
        differences = [
            d for d in compare_metadata(context, Base.metadata) if any(t in str(d) for t in ours)
        ]
    assert differences == []
