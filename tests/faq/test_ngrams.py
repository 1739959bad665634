from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from faq.encoder import load_model
from faq.ngrams import NGramEmbedding, tokenizer_for

TEXTS = ["bị hack nick", "mat nick", "đổi mật khẩu nick"]


@pytest.fixture(name="model")
def _model() -> SentenceTransformer:
    tokenizer, rarity = tokenizer_for(TEXTS)
    weights = torch.randn(len(rarity), 8, generator=torch.Generator().manual_seed(1))
    weights[0] = 100
    return SentenceTransformer(modules=[NGramEmbedding(tokenizer, weights)], device="cpu")


def test_words_are_known_with_and_without_their_diacritics() -> None:
    tokenizer, _ = tokenizer_for(TEXTS)
    assert {"nick", "mat", "mật", "bi", "bị", "#_nic", "#ick_"} <= set(tokenizer.get_vocab())


def test_pairs_and_runs_of_one_text_alone_are_not_known() -> None:
    tokenizer, _ = tokenizer_for([*TEXTS, "bi hack"])
    known = set(tokenizer.get_vocab())
    assert "bi_hack" in known
    assert known.isdisjoint({"hack_nick", "#_kha"})


def test_what_stands_in_every_text_is_least_rare() -> None:
    tokenizer, rarity = tokenizer_for(TEXTS)
    rarity_of = {gram: rarity[number] for gram, number in tokenizer.get_vocab().items()}
    assert rarity_of["nick"] == pytest.approx(1)
    assert rarity_of["hack"] > rarity_of["mat"] > rarity_of["nick"]
    assert rarity[0] == 0


def test_what_is_unknown_takes_no_part(model: SentenceTransformer) -> None:
    known, more, nothing = model.encode(["nick", "nick zzzz", "zzzz"])
    assert np.allclose(known, more)
    assert not nothing.any()


def test_a_slip_changes_a_text_little(model: SentenceTransformer) -> None:
    right, slip, other = model.encode(["bị hack nick", "bị hack nickk", "đổi khẩu"])
    assert np.linalg.norm(right - slip) < np.linalg.norm(right - other)


def test_a_model_is_read_as_it_was_written(tmp_path: Path, model: SentenceTransformer) -> None:
    assert not NGramEmbedding.is_saved_in(tmp_path)
    model.save(str(tmp_path), create_model_card=False)
    assert NGramEmbedding.is_saved_in(tmp_path)
    loaded = load_model(str(tmp_path), "").model
    assert np.allclose(loaded.encode(TEXTS), model.encode(TEXTS))
    assert isinstance(loaded[0], NGramEmbedding)
    (tmp_path / "modules.json").write_text("{")
    assert not NGramEmbedding.is_saved_in(tmp_path)
