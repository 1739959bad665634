"""The database: declarative base, engine, sessions and migrations."""

from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

MIGRATIONS = Path(__file__).parent / "migrations"


class Base(DeclarativeBase):
    """Base class of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def create_engine(url: str) -> sa.Engine:
    """Returns an engine for `url`.

    SQLite is opened in WAL mode with foreign keys on, and overwrites what it deletes (its log may
    hold older pages until the next checkpoint). Statement parameters never stand in an error
    message.

    Args:
        url: An SQLAlchemy database URL. The folder of an SQLite file is made if it is missing.
    """
    parsed = sa.make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=not sqlite)
    if sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "busy_timeout=5000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def session_factory(engine: sa.Engine) -> sessionmaker[Session]:
    """Returns the maker of sessions on `engine`; objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def migrate(engine: sa.Engine) -> None:
    """Brings the database to the newest schema.

    Processes that start together do not disturb each other: on SQLite the first one takes the
    write lock, and the others find the work done.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
