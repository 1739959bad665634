from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from faq.vector_cache import VectorCache


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
    written = cache(path, first).whole(["a", "b"])
    read = cache(path, second).whole(["a", "b"])
    assert (first.encoded, second.encoded) == (["a", "b"], [])
    assert np.array_equal(written, read)


def test_only_what_changed_is_encoded(path: Path) -> None:
    cache(path, CountingEncoder()).whole(["a", "b"])
    encoder = CountingEncoder()
    vectors = cache(path, encoder)
    assert vectors.whole(["c", "b", "c"]).shape == (3, 8)
    assert encoder.encoded == ["c"]


def test_what_is_gone_from_the_bank_is_gone_from_the_file(path: Path) -> None:
    cache(path, CountingEncoder()).whole(["a", "b"])
    cache(path, CountingEncoder()).whole(["b"])
    encoder = CountingEncoder()
    cache(path, encoder).whole(["a", "b"])
    assert encoder.encoded == ["a"]


@pytest.mark.parametrize("other", [CountingEncoder(fingerprint="b"), CountingEncoder(dimension=4)])
def test_vectors_of_another_encoder_are_not_used(path: Path, other: CountingEncoder) -> None:
    cache(path, CountingEncoder()).whole(["a"])
    assert cache(path, other).whole(["a"]).shape == (1, other.dimension)
    assert other.encoded.pop() == "a"


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "flipped"])
def test_a_damaged_file_is_built_again(path: Path, damage: str) -> None:
    cache(path, CountingEncoder()).whole(["a", "b"])
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
        assert cache(path, encoder).whole(["a", "b"]).shape == (2, 8)
    assert "the index file is damaged and is built again" in [log["event"] for log in logs]
    assert encoder.encoded == ["a", "b"]
    again = CountingEncoder()
    cache(path, again).whole(["a", "b"])
    assert again.encoded == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_search(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    vectors = cache(tmp_path / "file" / "index.npz", CountingEncoder())
    assert vectors.whole(["a"]).shape == (1, 8)


def test_recent_texts_are_encoded_once_and_not_written(path: Path) -> None:
    encoder = CountingEncoder()
    vectors = cache(path, encoder)
    vectors.whole(["a"])
    assert vectors.recent(["b", "c", "b"]).shape == (3, 8)
    vectors.recent(["c", "d"])
    assert encoder.encoded == ["a", "b", "c", "d"]
    again = CountingEncoder()
    cache(path, again).whole(["a", "b"])
    assert again.encoded == ["b"]
