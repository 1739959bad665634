import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import actions.usage
import bot.tables
import faq.tables
from actions.usage import UsageRow
from common.database import MIGRATIONS, Base, create_engine, migrate, session_factory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'deep' / 'test.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    opened = create_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("secure_delete", 1), ("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_prepared(engine: sa.Engine, pragma: str, value: object) -> None:
    with engine.connect() as one, engine.connect() as another:
        for connection in (one, another):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_folder_of_the_file_is_made(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert (tmp_path / "var" / "deep" / "test.db").exists()


def test_a_database_in_memory_makes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with create_engine("sqlite:///:memory:").connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_what_is_deleted_cannot_be_read_back_from_the_file(
    engine: sa.Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (secret TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES ('needle-in-the-file')")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM t")
    engine.dispose()
    remains = [path.read_bytes() for path in (tmp_path / "var" / "deep").iterdir()]
    assert remains
    assert not any(b"needle" in content for content in remains)


def test_parameters_do_not_stand_in_errors(engine: sa.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as raised:
        connection.execute(sa.text("SELECT :text FROM missing"), {"text": "em sợ lắm"})
    assert "missing" in str(raised.value)
    assert "sợ" not in str(raised.value)


def test_objects_stay_readable_after_a_commit(engine: sa.Engine) -> None:
    migrate(engine)
    topic = faq.tables.Topic(slug="games", title="Games")
    with session_factory(engine).begin() as session:
        session.add(topic)
    assert topic.title == "Games"


def test_migrating_again_changes_nothing(engine: sa.Engine) -> None:
    migrate(engine)
    with session_factory(engine).begin() as session:
        session.add(faq.tables.Topic(slug="games", title="Games"))
    migrate(engine)
    with session_factory(engine)() as session:
        assert session.scalars(sa.select(faq.tables.Topic.slug)).all() == ["games"]


def test_threads_may_migrate_together(url: str) -> None:
    engines = [create_engine(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))
    assert sa.inspect(engines[0]).has_table(UsageRow.__tablename__)
    for engine in engines:
        engine.dispose()


def test_processes_may_migrate_together(url: str, engine: sa.Engine) -> None:
    program = f"from common.database import *; migrate(create_engine({url!r}))"
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert errors == [b"", b"", b""]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert sa.inspect(engine).has_table(bot.tables.SentMessage.__tablename__)


def test_tables_and_migrations_agree(engine: sa.Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    assert actions.usage.UsageRow.__tablename__ in Base.metadata.tables


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
