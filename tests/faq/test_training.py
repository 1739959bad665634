import random
from pathlib import Path

import numpy as np
import pytest

from common.settings import Settings
from faq.encoder import Encoder, EncoderError, load
from faq.evaluation import Question
from faq.ranking import Ranking
from faq.store import IndexEntry
from faq.training import (
    TrainingError,
    augment,
    fit_ranking,
    train,
    train_from_nothing,
)


def test_the_encoder_learns_what_belongs_together(
    encoder: Encoder, entries: list[IndexEntry]
) -> None:
    first, same, other = encoder.encode(
        ["bi hack nick fb", "mất tài khoản facebook", "rủ sang campuchia làm"]
    )
    assert first @ same > first @ other + 0.2


def test_training_twice_gives_the_same_encoder(entries: list[IndexEntry]) -> None:
    one, two = (Encoder(train_from_nothing(entries, lambda _line: None)) for _ in range(2))
    assert one.fingerprint == two.fingerprint


def test_encoder_and_ranking_belong_together(trained: Settings, encoder: Encoder) -> None:
    ranking = Ranking.load(trained.var_dir / "ranking.json")
    assert ranking is not None
    assert ranking.encoder == encoder.fingerprint
    assert ranking.measured["known"] == 30
    assert ranking.measured["accuracy_at_3"] > 0.6


def test_a_bank_that_answers_the_development_questions_is_ranked_by_them(
    entries: list[IndexEntry], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [
        Question(id=str(number), text=f"bị hack nick {number}", style="s", expected=(entry.id,))
        for number, entry in enumerate(entries * 20)
    ]
    monkeypatch.setattr("faq.examples.read", lambda _path: questions)
    ranking = fit_ranking(entries, encoder)
    assert ranking.measured["known"] == 120
    assert "development.jsonl" in ranking.measured["by"]
    monkeypatch.setattr("faq.examples.read", lambda _path: questions[:99])
    assert fit_ranking(entries, encoder).measured["known"] == 30


def test_the_encoder_is_small(trained: Settings) -> None:
    files = (trained.var_dir / "encoder").rglob("*")
    assert sum(path.stat().st_size for path in files if path.is_file()) < 5_000_000


def test_progress_is_told(entries: list[IndexEntry]) -> None:
    lines: list[str] = []
    train_from_nothing(entries, lines.append)
    assert len(lines) == 4
    assert lines[0].startswith("step 40 of 160, loss ")


def test_training_leaves_no_draft_behind(trained: Settings) -> None:
    assert sorted(path.name for path in trained.var_dir.iterdir()) == ["encoder", "ranking.json"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_bank_too_small_to_learn_from_is_an_error(
    tmp_path: Path, entries: list[IndexEntry], count: int
) -> None:
    with pytest.raises(TrainingError, match="Fewer than two"):
        train(entries[:count], Settings(var_dir=tmp_path), lambda _line: None)


def test_entries_with_hardly_any_text_can_be_learned_from(tmp_path: Path) -> None:
    entries = [
        IndexEntry(1, "a", "t", ("Một?",), "Có.", "low"),
        IndexEntry(2, "b", "t", ("Hai?", "\U0001f600"), "", "low"),
    ]
    settings = Settings(var_dir=tmp_path)
    train(entries, settings, lambda _line: None)
    assert load(settings).encode(["một"]).any()


def test_any_model_can_be_fine_tuned(
    tmp_path: Path, trained: Settings, encoder: Encoder, entries: list[IndexEntry]
) -> None:
    settings = Settings(var_dir=tmp_path)
    base = str(trained.var_dir / "encoder")
    train(entries, settings, lambda _line: None, base=base)
    tuned = load(settings)
    assert tuned.dimension == encoder.dimension
    assert tuned.fingerprint != encoder.fingerprint


def test_a_base_that_is_missing_is_an_error(tmp_path: Path, entries: list[IndexEntry]) -> None:
    with pytest.raises(EncoderError, match="--base"):
        train(entries, Settings(var_dir=tmp_path), lambda _line: None, base=str(tmp_path / "no"))
    assert not (tmp_path / "encoder").exists()


def test_augmentation_loses_words_but_never_all() -> None:
    rng = random.Random(0)
    texts = [augment("một hai ba bốn năm", rng) for _ in range(200)]
    assert all(texts)
    assert np.mean([len(text.split()) for text in texts]) < 4
    assert any(text.isascii() for text in texts)
    assert augment("", rng) == ""
