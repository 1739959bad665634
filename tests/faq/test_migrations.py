import importlib
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from common.database import MIGRATIONS, Base, create_engine, migrate

ROOT = Path(__file__).parents[2]


def config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def import_tables() -> None:
    for package in ("actions", "bot", "faq"):
        for path in (ROOT / package).glob("*.py"):
            if "(Base)" in path.read_text(encoding="utf-8"):
                importlib.import_module(f"{package}.{path.stem}")


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    import_tables()
    engine = create_engine(f"sqlite:///{tmp_path}/lachan.db")
    migrate(engine)
    with engine.connect() as connection:
        command.check(config(connection))
        made = set(sa.inspect(connection).get_table_names())
    assert made == {*Base.metadata.tables, "alembic_version"}


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/lachan.db")
    migrate(engine)
    with engine.connect() as connection:
        command.downgrade(config(connection), "base")
        connection.commit()
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    migrate(engine)
