import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety.crisis import KINDS
from safety.model import NONE, PATH, CrisisModel
from scripts.train_crisis_model import examples, fingerprint

SHIPPED = CrisisModel.load()
TINY = CrisisModel([NONE, "meeting"], [0.5, 0.0], {"m:gặp": [-1.0, 3.0], "m:chơi": [2.0, -2.0]})


def test_a_text_without_known_features_has_the_probabilities_of_the_bias() -> None:
    assert TINY.probabilities("")["meeting"] == pytest.approx(1 / (1 + math.exp(0.5)))
    assert TINY.probabilities("xyz") == TINY.probabilities("")


def test_known_features_count_by_their_weight_over_the_root_of_all() -> None:
    # "gặp": m: and b: word, and six runs of letters of " gap ".
    odds = math.exp(3 / math.sqrt(8)) / math.exp(0.5 - 1 / math.sqrt(8))
    assert TINY.probabilities("gặp")["meeting"] == pytest.approx(odds / (1 + odds))


def test_weights_add_up() -> None:
    probability = {
        text: TINY.probabilities(text)["meeting"] for text in ("gặp", "chơi", "gặp chơi")
    }
    assert probability["chơi"] < probability["gặp chơi"] < probability["gặp"]


def test_great_scores_do_not_overflow() -> None:
    model = CrisisModel([NONE, "meeting"], [0.0, 0.0], {"m:gặp": [-5000.0, 5000.0]})
    assert model.probabilities("gặp") == {NONE: 0.0, "meeting": 1.0}


def test_a_stored_model_is_scaled(tmp_path: Path) -> None:
    stored = {
        "classes": [NONE, "meeting"],
        "bias": [0.5, 0.0],
        "scale": 0.5,
        "weights": {"m:gặp": [-2, 6], "m:chơi": [4, -4]},
    }
    path = tmp_path / "model.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    model = CrisisModel.load(path)
    assert model.probabilities("gặp chơi") == TINY.probabilities("gặp chơi")


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_probabilities_add_up_to_one(text: str) -> None:
    odds = SHIPPED.probabilities(text)
    assert set(odds) == {NONE, *KINDS}
    assert all(0 <= odd <= 1 for odd in odds.values())
    assert sum(odds.values()) == pytest.approx(1)


def test_the_shipped_model_belongs_to_the_examples_of_today() -> None:
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    assert stored["fingerprint"] == fingerprint(examples())
