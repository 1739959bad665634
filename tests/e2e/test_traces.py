"""What a conversation leaves behind: nothing that was said, and nobody who said it."""

import sqlite3
from contextlib import closing

from tests.e2e.conftest import World
from tests.e2e.person import Person
from tests.e2e.telegram_emulator import Failure, TelegramEmulator

WORDS = ("zebra-vàng-chanh", "zebra-xanh-lam", "zebra-tím-than")


def test_no_text_id_name_or_token_is_left(
    world: World, person: Person, telegram: TelegramEmulator
) -> None:
    telegram.fail("sendMessage", Failure(500), Failure(400), Failure(403))
    for word in WORDS:
        person.says(f"bạn em tên {word} bị lừa ở quận {word}")
    message_id = telegram.text(f"chào {word}", person.chat_id)
    person.edits(message_id, f"em tên {word} và em đang bị nhốt, cứu em với")
    person.says(f"/xoa {word}")
    secrets = [
        *(word.encode() for word in WORDS),
        str(person.chat_id).encode(),
        telegram.token.encode(),
        telegram.token.partition(":")[2].encode(),
        "Bí mật của emulator".encode(),
    ]
    files = [path for folder in (world.data, world.logs) for path in folder.rglob("*")]
    for path in files:
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path.name
    assert any(path.name == "bot.log" and path.stat().st_size for path in files)


def test_a_turn_is_counted_without_a_trace(world: World, person: Person) -> None:
    person.says("/riengtu")
    with closing(sqlite3.connect(world.data / "lachan.db")) as database:
        tables = ("usage", "sent_message", "answered_update")
        rows = {
            table: database.execute(f"SELECT * FROM {table}").fetchall()  # table names of ours
            for table in tables
        }
    assert all(rows.values())
    assert str(person.chat_id) not in str(rows)
