from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from faq.encoder import Encoder
from faq.index import FEATURES, Index, VectorCache
from faq.store import IndexEntry
from nlu.text import normalise


class CountingEncoder:
    """An encoder that counts what it encodes."""

    def __init__(self, dimension: int = 8, fingerprint: str = "a") -> None:
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.encoded += texts
        vectors = np.ones((len(texts), self.dimension), dtype=np.float32)
        return vectors / np.sqrt(np.float32(self.dimension))


def cache(path: Path, encoder: CountingEncoder) -> VectorCache:
    return VectorCache(path, encoder)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "index.npz"


def test_an_unchanged_bank_is_not_encoded_again(path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    written = cache(path, first).vectors(["a", "b"])
    read = cache(path, second).vectors(["a", "b"])
    assert (first.encoded, second.encoded) == (["a", "b"], [])
    assert np.array_equal(written, read)


def test_only_what_changed_is_encoded(path: Path) -> None:
    cache(path, CountingEncoder()).vectors(["a", "b"])
    encoder = CountingEncoder()
    vectors = cache(path, encoder)
    assert vectors.vectors(["c", "b", "c"]).shape == (3, 8)
    assert encoder.encoded == ["c"]


def test_what_is_gone_from_the_bank_is_gone_from_the_file(path: Path) -> None:
    cache(path, CountingEncoder()).vectors(["a", "b"])
    cache(path, CountingEncoder()).vectors(["b"])
    encoder = CountingEncoder()
    cache(path, encoder).vectors(["a", "b"])
    assert encoder.encoded == ["a"]


@pytest.mark.parametrize("other", [CountingEncoder(fingerprint="b"), CountingEncoder(dimension=4)])
def test_vectors_of_another_encoder_are_not_used(path: Path, other: CountingEncoder) -> None:
    cache(path, CountingEncoder()).vectors(["a"])
    assert cache(path, other).vectors(["a"]).shape == (1, other.dimension)
    assert other.encoded.pop() == "a"


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "flipped"])
def test_a_damaged_file_is_built_again(path: Path, damage: str) -> None:
    cache(path, CountingEncoder()).vectors(["a", "b"])
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {
            "cut": content[:middle],
            "noise": b"noise" * 100,
            "empty": b"",
            "flipped": content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :],
        }[damage]
    )
    encoder = CountingEncoder()
    with capture_logs() as logs:
        assert cache(path, encoder).vectors(["a", "b"]).shape == (2, 8)
    assert "the index file is damaged and is built again" in [log["event"] for log in logs]
    assert encoder.encoded == ["a", "b"]
    again = CountingEncoder()
    cache(path, again).vectors(["a", "b"])
    assert again.encoded == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_search(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    vectors = cache(tmp_path / "file" / "index.npz", CountingEncoder())
    assert vectors.vectors(["a"]).shape == (1, 8)


def test_features_have_a_row_for_each_entry(entries: list[IndexEntry], encoder: Encoder) -> None:
    index = Index(entries, encoder.encode)
    query = normalise("bi hack nick fb")
    features = index.features(query, encoder.encode([query])[0])
    assert features.shape == (len(entries), len(FEATURES))
    assert np.isfinite(features).all()
    assert features[:, FEATURES.index("characters_best")].argmax() == 0
    assert features[0, FEATURES.index("characters_best")] == pytest.approx(1)
    assert features[0, FEATURES.index("meaning_best")] == pytest.approx(1, abs=1e-4)


def test_a_bank_of_one_pair(entries: list[IndexEntry], encoder: Encoder) -> None:
    index = Index(entries[:1], encoder.encode)
    assert index.features("x", encoder.encode(["x"])[0]).shape == (1, len(FEATURES))
    assert index.neighbours(0, 2) == []


def test_texts_without_a_letter_and_texts_of_any_length(encoder: Encoder) -> None:
    odd = [
        IndexEntry(1, "a", "t", ("\U0001f600", "!!!"), "\U0001f600", "low"),
        IndexEntry(2, "b", "t", ("x " * 5000,), "", "low"),
    ]
    index = Index(odd, encoder.encode)
    for query in ("", "x", "x " * 500):
        assert np.isfinite(index.features(query, encoder.encode([query])[0])).all()
