from pathlib import Path

import pytest

from faq import bank, settled
from faq.encoder import Encoder
from faq.errors import FaqError
from faq.neighbours import near_questions
from tests.faq.conftest import entry, small_bank


def test_what_is_settled_is_not_listed_again(encoder: Encoder) -> None:
    entries = [each for file in small_bank() for each in file.entries]
    twin = entry("accounts-twin", question="Tài khoản mình bị hack rồi thì phải làm sao?")
    listed = near_questions([*entries, twin], encoder.encode)
    assert settled.open_ones(listed, frozenset()) == listed != []
    assert settled.open_ones(listed, frozenset({("accounts-hacked", "accounts-twin")})) == []


def test_a_line_without_a_tab_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settled.tsv"
    path.write_text("# heading\n\naccounts-hacked\tbị hack\n", encoding="utf-8")
    assert settled.read(path) == {("accounts-hacked", "bị hack")}
    path.write_text("accounts-hacked bị hack\n", encoding="utf-8")
    with pytest.raises(FaqError, match="has no tab"):
        settled.read(path)


def test_every_settled_line_is_still_in_the_bank() -> None:
    entries = {e.id: e for file in bank.read(bank.BANK) for e in file.entries}
    for entry_id, what in settled.read():
        found = entries[entry_id]
        assert what in entries or what in (found.question, *found.variants) or what in found.answer
