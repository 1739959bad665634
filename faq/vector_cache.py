"""Vectors of texts that were encoded before, kept in a file."""

import hashlib
import io
import secrets
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.logging import get_logger
from faq.encoder import Encoder, Vectors

_KEY_BYTES = 32

_log = get_logger(__name__)


class VectorCache:
    """Vectors of a bank's texts, so that only what is new is encoded.

    The file holds the encoder's fingerprint and a hash of each text. What another encoder wrote is
    not used; a damaged file is thrown away, and its texts are encoded again.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        """Keeps vectors of `encoder` in the file `path`."""
        self._path = path
        self._encoder = encoder
        self._recent: dict[str, Vectors] = {}

    def whole(self, texts: Sequence[str]) -> Vectors:
        """Returns one vector for each text of the bank, shape (texts, dimension).

        What the file holds is not encoded again. Afterwards it holds these texts and no others.
        """
        kept = self._read()
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        kept.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        stale = kept.keys() - set(keys)
        for key in stale:
            del kept[key]
        if new or stale:
            self._write(kept)
            _log.info("texts were encoded", count=len(new))
        self._recent = {}
        vectors = np.empty((len(keys), self._encoder.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = kept[key]
        return vectors

    def recent(self, texts: Sequence[str]) -> Vectors:
        """Returns one vector a text, for the few texts that changed since `whole`.

        They are remembered until `whole` is called again, and not written to the file.
        """
        new = list(dict.fromkeys(text for text in texts if text not in self._recent))
        self._recent.update(zip(new, self._encoder.encode(new), strict=True))
        self._recent = {text: self._recent[text] for text in texts}
        return np.stack([self._recent[text] for text in texts])

    def _read(self) -> dict[bytes, Vectors]:
        try:
            with np.load(io.BytesIO(self._path.read_bytes()), allow_pickle=False) as file:
                fingerprint = str(file["fingerprint"])
                keys, vectors = file["keys"], file["vectors"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return self._damaged()
        if fingerprint != self._encoder.fingerprint:
            _log.info("the index file is of another encoder and is built again")
            return {}
        if vectors.shape != (len(keys), self._encoder.dimension) or vectors.dtype != np.float32:
            return self._damaged()
        return dict(zip((key.tobytes() for key in keys), vectors, strict=True))

    def _damaged(self) -> dict[bytes, Vectors]:
        _log.warning("the index file is damaged and is built again", path=str(self._path))
        return {}

    def _write(self, kept: dict[bytes, Vectors]) -> None:
        content = io.BytesIO()
        np.savez(
            content,
            fingerprint=self._encoder.fingerprint,
            keys=np.frombuffer(b"".join(kept), dtype=np.uint8).reshape(-1, _KEY_BYTES),
            vectors=np.array(list(kept.values()), dtype=np.float32),
        )
        draft = self._path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content.getvalue())
            draft.replace(self._path)
        except OSError:
            _log.warning("the index file cannot be written", path=str(self._path))
