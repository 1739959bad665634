"""The dense encoder: texts to vectors, by any sentence-transformers model."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common.settings import Settings
from faq.errors import FaqError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


class EncoderError(FaqError):
    """An encoder that is missing or cannot be used; the message says what to do."""


class Encoder:
    """A sentence-transformers model that may be called from several threads."""

    def __init__(self, model: "SentenceTransformer") -> None:
        self.model = model
        self._lock = threading.Lock()
        self.dimension: int = model.get_embedding_dimension() or 0
        digest = hashlib.sha256()
        for name, weights in sorted(model.state_dict().items()):
            digest.update(name.encode())
            digest.update(weights.float().cpu().numpy().tobytes())
        self.fingerprint = digest.hexdigest()
        """Names these very weights."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns one vector a text, shape (number of texts, dimension).

        Vectors have length 1, or 0 where the model knows nothing in the text. Models that ship
        with Lá Chắn expect text that `nlu.text.normalise` has gone over.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self.model.encode(
                list(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def builtin_path(settings: Settings) -> Path:
    """Returns the folder of the encoder that `python -m faq train-encoder` writes."""
    return settings.var_dir / "encoder"


def load(settings: Settings) -> Encoder:
    """Loads the encoder that the settings name.

    Raises:
        EncoderError: If it is missing or broken. Nothing else is loaded in its place.
    """
    if settings.encoder == "builtin":
        path = builtin_path(settings)
        if not (path / "modules.json").is_file():
            raise EncoderError(
                f"There is no built-in encoder in {path}. Run: python -m faq train-encoder"
            )
        return load_model(str(path), "Run again: python -m faq train-encoder")
    return load_model(settings.encoder, "Check LACHAN_ENCODER, or set it to 'builtin'.")


def load_model(name: str, advice: str) -> Encoder:
    """Loads any sentence-transformers model by its name or path.

    Raises:
        EncoderError: If it cannot be loaded; the message ends with `advice`.
    """
    from huggingface_hub import constants  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  takes seconds

    from faq.ngrams import NGramEmbedding  # noqa: PLC0415

    constants.HF_HUB_DISABLE_TELEMETRY = True
    try:
        # sentence-transformers loads no class of others without leave to run any code it finds
        if NGramEmbedding.is_saved_in(Path(name)):
            return Encoder(SentenceTransformer(modules=[NGramEmbedding.load(name)], device="cpu"))
        return Encoder(SentenceTransformer(name, device="cpu"))
    except Exception as error:  # what a broken model raises depends on where it is broken
        reason = str(error).strip().splitlines()[0] if str(error).strip() else ""
        raise EncoderError(
            f"The encoder '{name}' cannot be loaded ({type(error).__name__}: {reason}). {advice}"
        ) from error
