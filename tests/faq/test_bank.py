from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq import bank
from faq.bank import BankError, BankFile, Review
from tests.faq.conftest import entry, with_entries

texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda text: text.strip()
)


def test_writing_and_reading_loses_nothing(tmp_path: Path, files: list[BankFile]) -> None:
    bank.write(files, tmp_path)
    assert bank.read(tmp_path) == files


def test_a_file_in_canonical_form_is_written_back_byte_for_byte(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    bank.write(bank.read(folder), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_canonical_form_is_the_form_of_the_guide() -> None:
    reviewed = Review(by="tư vấn viên", on=date(2026, 3, 1))
    short = entry(variants=["có dấu: hai chấm"], answer="Một.\n- Hai.", reviewed=reviewed)
    assert bank.dump(with_entries("accounts", short)) == (
        "topic: accounts\n"
        "title: Tài khoản\n"
        "entries:\n"
        "  - id: accounts-hacked\n"
        "    question: Tài khoản của mình bị hack thì làm sao?\n"
        "    variants:\n"
        '      - "có dấu: hai chấm"\n'
        "    answer: |\n"
        "      Một.\n"
        "      - Hai.\n"
        "    risk: medium\n"
        "    source: kiến thức chung\n"
        "    reviewed:\n"
        "      by: tư vấn viên\n"
        "      on: 2026-03-01\n"
    )


def test_a_status_is_written_only_where_it_is_not_published() -> None:
    assert "status" not in bank.dump(with_entries("accounts", entry()))
    draft = with_entries("accounts", entry(status="draft"))
    assert bank.dump(draft).endswith("    status: draft\n")


@given(question=texts, variants=st.lists(texts, max_size=3), answer=texts, source=texts)
def test_any_text_survives(
    tmp_path_factory: pytest.TempPathFactory,
    question: str,
    variants: list[str],
    answer: str,
    source: str,
) -> None:
    try:
        written = with_entries(
            "accounts", entry(question=question, variants=variants, answer=answer, source=source)
        )
    except ValueError:
        return  # nothing but white space and characters that carry no text
    path = tmp_path_factory.mktemp("bank") / "accounts.yml"
    path.write_text(bank.dump(written), encoding="utf-8", newline="\n")
    assert bank.read(path) == [written]
    assert bank.dump(written) == bank.dump(bank.read(path)[0])


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "null",
        "12",
        "a: b",
        "a #b",
        "- a",
        '"a"',
        "'a'",
        "a:",
        "😀 🍕",
        "\ufeffx",
        "a\x07b",
        "é",
    ],
)
def test_texts_that_yaml_could_misread_survive(tmp_path: Path, text: str) -> None:
    written = with_entries(
        "accounts", entry(question=text, variants=[text], answer=text, source=text)
    )
    bank.write([written], tmp_path)
    assert bank.read(tmp_path) == [written]


def test_texts_are_tidied() -> None:
    tidied = entry(question="  a \n b ", answer="\r\na  \r\n\r\nb \n")
    assert (tidied.question, tidied.answer) == ("a b", "a\n\nb")
    assert entry(question="e\u0302").question == "ê"


def test_an_empty_topic_survives(tmp_path: Path) -> None:
    bank.write([with_entries("accounts")], tmp_path)
    assert bank.read(tmp_path) == [with_entries("accounts")]


GOOD = bank.dump(with_entries("accounts", entry(), entry("accounts-password")))


@pytest.mark.parametrize(
    ("old", "new", "entry_id", "advice"),
    [
        ("id: accounts-hacked\n", "risk: low\n", "", "given twice"),
        ("  - id: accounts-hacked\n    question", "  - question", "entry 1", "'id' is missing"),
        ("    risk: medium\n", "", "accounts-hacked", "'risk' is missing"),
        ("risk: medium", "risk: big", "accounts-hacked", "'risk'"),
        ("    risk:", "    rissk:", "accounts-hacked", "'rissk' is not a known key"),
        ('- "bi hack nick fb"', "- 113", "accounts-hacked", "double quotes"),
        ("id: accounts-hacked", "id: Accounts_Hacked", "Accounts_Hacked", "a-z, 0-9"),
        ("id: accounts-password", "id: accounts-hacked", "accounts-hacked", "already used"),
        ("topic: accounts", "topic: account", "", "write 'accounts'"),
        ("title: Tài khoản", "title: a: b", "", "line 2"),
        ("reviewed: null", "reviewed: {by: x}", "accounts-hacked", "'reviewed.on' is missing"),
        ("question: Tài", "question: ''\n    x: Tài", "accounts-hacked", "'question' is empty"),
    ],
)
def test_what_is_wrong_is_said_with_file_entry_and_remedy(
    tmp_path: Path, old: str, new: str, entry_id: str, advice: str
) -> None:
    assert old in GOOD
    path = tmp_path / "accounts.yml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        bank.read(path)
    findings = caught.value.findings
    assert {(finding.file, finding.entry) for finding in findings} == {("accounts.yml", entry_id)}
    assert any(advice in finding.advice for finding in findings)


def test_every_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("topic: b\ntitle: c\nentries: []\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("[]", encoding="utf-8")
    with pytest.raises(BankError) as caught:
        bank.read(tmp_path)
    assert [finding.file for finding in caught.value.findings] == ["a.yml", "b.yml"]


def test_an_id_may_not_stand_in_two_files(tmp_path: Path) -> None:
    bank.write([with_entries("accounts", entry()), with_entries("jobs", entry())], tmp_path)
    with pytest.raises(BankError, match=r"jobs.yml: accounts-hacked: id: .*accounts.yml"):
        bank.read(tmp_path)


@pytest.mark.parametrize("name", ["missing.yml", "."])
def test_a_missing_file_and_an_empty_folder_are_errors(tmp_path: Path, name: str) -> None:
    with pytest.raises(BankError, match="missing"):
        bank.read(tmp_path / name)


def test_bytes_that_are_not_text_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "accounts.yml").write_bytes(b"topic: \xff\xfe\x00")
    with pytest.raises(BankError, match="yaml"):
        bank.read(tmp_path)
