from pathlib import Path

import numpy as np
import pytest

from common.settings import Settings
from faq import encoder as encoders
from faq.encoder import Encoder, EncoderError


def test_vectors_are_float32_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(["bị hack nick", "bi hack nick"])
    assert vectors.shape == (2, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_diacritics_matter_little_to_the_builtin_encoder(encoder: Encoder) -> None:
    marked, bare, other = encoder.encode(["đặt mật khẩu", "dat mat khau", "sang campuchia"])
    assert marked @ bare > 0.8
    assert marked @ other < 0.5


def test_texts_without_anything_known_have_no_direction(encoder: Encoder) -> None:
    assert not encoder.encode([""]).any()
    assert not encoder.encode(["", "日本", "\U0001f600"]).any()


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_very_long_text_is_encoded(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode(["hack nick " * 2000])).all()


def test_weights_have_a_fingerprint(encoder: Encoder, trained: Settings) -> None:
    again = encoders.load(trained)
    assert again.fingerprint == encoder.fingerprint
    next(again.model.parameters()).data[0] += 1
    assert Encoder(again.model).fingerprint != encoder.fingerprint


def test_a_missing_builtin_encoder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="Run: python -m faq train-encoder"):
        encoders.load(Settings(var_dir=tmp_path))


def test_a_broken_builtin_encoder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "modules.json").write_text("[{")
    with pytest.raises(EncoderError, match="Run again: python -m faq train-encoder"):
        encoders.load(Settings(var_dir=tmp_path))


def test_an_encoder_without_its_weights_is_an_error(tmp_path: Path, trained: Settings) -> None:
    (tmp_path / "encoder").mkdir()
    for name in ("modules.json", "config_sentence_transformers.json"):
        (tmp_path / "encoder" / name).write_bytes((trained.var_dir / "encoder" / name).read_bytes())
    with pytest.raises(EncoderError, match="cannot be loaded"):
        encoders.load(Settings(var_dir=tmp_path))


def test_any_model_can_be_named_by_its_path(trained: Settings, encoder: Encoder) -> None:
    named = encoders.load(Settings(encoder=str(trained.var_dir / "encoder")))
    assert named.fingerprint == encoder.fingerprint


def test_a_name_that_is_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="Check LACHAN_ENCODER"):
        encoders.load(Settings(encoder="nobody/nothing"))
