import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from common.settings import Settings
from faq import bank
from faq.__main__ import main
from faq.bank import BankFile
from tests.faq.conftest import ANSWER, entry, with_entries

Run = Callable[..., tuple[int, str, str]]
VARIANTS = [f"nick mất {word}" for word in "sáng trưa chiều tối qua nay kia mai hoài luôn".split()]
OTHER_VARIANTS = [f"acc {word}" for word in "bay bị mất hư lỗi khóa đâu rồi sao ơi".split()]


@pytest.fixture
def run(
    trained: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command on a database of its own; returns exit status, output and errors."""
    shutil.copytree(trained.var_dir / "encoder", tmp_path / "var" / "encoder")
    shutil.copy(trained.var_dir / "ranking.json", tmp_path / "var")
    settings = Settings(database_url=f"sqlite:///{tmp_path}/lachan.db", var_dir=tmp_path / "var")
    monkeypatch.setattr("faq.__main__.get_settings", lambda: settings)
    monkeypatch.setattr("faq.__main__.configure", lambda *_: None)
    monkeypatch.setattr(bank, "BANK", folder)

    def run(*arguments: object) -> tuple[int, str, str]:
        with capture_logs():
            status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_what_was_imported_is_exported_byte_for_byte(
    run: Run, tmp_path: Path, folder: Path
) -> None:
    assert run("import", folder)[:2] == (
        0,
        "6 added, 0 updated, 0 retired, 0 kept, 0 unchanged\n",
    )
    status, out, _ = run("export", tmp_path / "out", "--json")
    assert status == 0
    assert json.loads(out)["entries"] == 6
    for path in folder.iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    assert json.loads(run("import", tmp_path / "out", "--json")[1])["unchanged"] == 6


def test_edits_are_kept_when_asked(run: Run, folder: Path) -> None:
    run("import", folder)
    bank.write([with_entries("accounts", entry(answer="Mới."))], folder)
    assert "1 updated" in run("import", folder / "accounts.yml", "--keep-edited")[1]


def test_lint_fails_on_findings_and_names_them(
    run: Run, folder: Path, files: list[BankFile]
) -> None:
    status, out, _ = run("lint", folder)
    assert status == 1
    assert "accounts.yml: accounts-hacked: variants: there are 5; write at least 10\n" in out
    assert out.endswith("6 findings\n")
    status, out, _ = run("lint", folder, "--json")
    assert (status, json.loads(out)["findings"][0]["rule"]) == (1, "variants")


def test_lint_passes_on_what_keeps_to_the_guide(run: Run, folder: Path) -> None:
    bank.write([with_entries("accounts")], folder)
    assert run("lint", folder / "accounts.yml")[:2] == (0, "0 findings\n")


def test_search_prints_decision_and_hits(run: Run) -> None:
    status, out, _ = run("search", "acc bay màu cứu e")
    assert status == 0
    assert out.startswith("answer (1.00)\n  1.00     1  accounts-hacked: Tài khoản")
    result = json.loads(run("search", "acc bay màu cứu e", "--json", "--limit", "1")[1])
    assert (result["decision"], len(result["hits"])) == ("answer", 1)


def test_evaluate_prints_the_figures(run: Run, tmp_path: Path) -> None:
    questions, foreign = tmp_path / "questions.jsonl", tmp_path / "foreign.jsonl"
    line = {"id": "1", "text": "bị hack nick", "style": "s", "expected": ["accounts-hacked"]}
    questions.write_text(json.dumps(line | {"topic": "accounts"}))
    foreign.write_text(json.dumps({"id": "2", "text": "zzz", "style": "s"}))
    follow_ups = tmp_path / "follow_ups.jsonl"
    follow_ups.write_text(json.dumps(line | {"after": "jobs-cambodia"}))
    files = ("--questions", questions, "--out-of-scope", foreign, "--follow-ups", follow_ups)
    status, out, _ = run("evaluate", *files)
    assert status == 0
    assert out.startswith("1 questions, 1 out of scope")
    assert "s, knowing the answer before: 1.000, in three 1.000" in out
    figures = json.loads(run("evaluate", *files, "--json")[1])
    assert figures["methods"]["hybrid"]["accuracy_at_1"] == 1


def test_train_encoder_shows_progress_and_its_measurement(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "var")
    status, out, err = run("train-encoder")
    assert status == 0
    assert out.startswith("On 30 variants left out of the bank: right at rank 1 ")
    assert "learning from 6 entries" in err
    assert "whole bank: step 160 of 160" in err
    assert run("search", "bị hack nick")[0] == 0


def test_stats_count(run: Run, folder: Path) -> None:
    run("import", folder)
    figures = json.loads(run("stats", "--json")[1])
    assert figures["by_topic"]["sextortion"]["pairs"] == 2
    assert figures["for_a_person"] == {
        "near_questions": 0,
        "stray_variants": 0,
        "loose_doors": 0,
    }
    out = run("stats")[1]
    assert "by topic\n" in out
    assert re.search(r"^  sextortion +2 +10 ", out, re.MULTILINE)


def test_stats_of_an_empty_bank(run: Run) -> None:
    assert json.loads(run("stats", "--json")[1])["entries"] == 0


def test_strict_lint_checks_words_and_lists_neighbours(run: Run, folder: Path) -> None:
    keeping = entry(variants=VARIANTS)
    bank.write([with_entries("accounts", keeping)], folder)
    path = folder / "accounts.yml"
    status, out, _ = run("lint", "--strict", path)
    assert (status, out.splitlines()[0]) == (0, "0 findings")
    assert out.endswith(
        "0 near questions, 0 stray variants, 0 loose doors, for a person to settle\n"
    )
    twin = entry("accounts-twin", question=keeping.question + " Nhé?", variants=OTHER_VARIANTS)
    bank.write([with_entries("accounts", keeping, twin)], folder)
    status, out, _ = run("lint", "--strict", path)
    assert (status, out.count("near: accounts-hacked / accounts-twin")) == (0, 1)
    foreign = entry(variants=VARIANTS, answer=ANSWER + "\nMọi chuyện rồi sẽ qua.")
    bank.write([with_entries("accounts", foreign)], folder)
    assert run("lint", path)[0] == 0
    status, out, _ = run("lint", "--strict", path)
    assert (status, "accounts.yml: accounts-hacked: door: " in out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("import", "nowhere.yml"), "nowhere.yml: -: missing: "),
        (("evaluate", "--questions", "nowhere.jsonl"), "There is no evaluation file"),
        (("train-encoder", "--base", "./nowhere"), "cannot be loaded"),
    ],
)
def test_an_error_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert message in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_missing_encoder_says_what_to_do(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "var" / "encoder")
    status, _, err = run("search", "x")
    assert (status, err.count("\n")) == (1, 1)
    assert "python -m faq train-encoder" in err


def test_a_database_that_cannot_be_opened_is_an_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/bad.db", var_dir=tmp_path)
    monkeypatch.setattr("faq.__main__.get_settings", lambda: settings)
    status, _, err = run("stats")
    assert (status, err) == (1, "The database cannot be used (file is not a database).\n")
