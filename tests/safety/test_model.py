import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety import about, crisis, signs
from safety.features import features
from safety.model import NONE, LinearModel
from scripts.train_safety_models import TASKS, Task, fingerprint

SHIPPED = LinearModel.load(crisis.PATH)
TINY = LinearModel([NONE, "meeting"], [0.5, 0.0], {"m:gặp": [-1.0, 3.0], "m:chơi": [2.0, -2.0]})


def test_a_text_without_known_features_has_the_probabilities_of_the_bias() -> None:
    assert TINY.probabilities(features(""))["meeting"] == pytest.approx(1 / (1 + math.exp(0.5)))
    assert TINY.probabilities(features("xyz")) == TINY.probabilities(features(""))


def test_known_features_count_by_their_weight_over_the_root_of_all() -> None:
    # "gặp": the word as m:, b:, h: and e:, and six runs of letters of " gap ".
    odds = math.exp(3 / math.sqrt(10)) / math.exp(0.5 - 1 / math.sqrt(10))
    assert TINY.probabilities(features("gặp"))["meeting"] == pytest.approx(odds / (1 + odds))


def test_weights_add_up() -> None:
    probability = {
        text: TINY.probabilities(features(text))["meeting"] for text in ("gặp", "chơi", "gặp chơi")
    }
    assert probability["chơi"] < probability["gặp chơi"] < probability["gặp"]


def test_great_scores_do_not_overflow() -> None:
    model = LinearModel([NONE, "meeting"], [0.0, 0.0], {"m:gặp": [-5000.0, 5000.0]})
    assert model.probabilities(features("gặp")) == {NONE: 0.0, "meeting": 1.0}


def test_a_stored_model_is_scaled(tmp_path: Path) -> None:
    stored = {
        "classes": [NONE, "meeting"],
        "bias": [0.5, 0.0],
        "scale": 0.5,
        "weights": {"m:gặp": [-2, 6], "m:chơi": [4, -4]},
    }
    path = tmp_path / "model.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    model = LinearModel.load(path)
    assert model.probabilities(features("gặp chơi")) == TINY.probabilities(features("gặp chơi"))


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_probabilities_add_up_to_one(text: str) -> None:
    odds = SHIPPED.probabilities(features(text))
    assert set(odds) == {NONE, *crisis.KINDS}
    assert all(0 <= odd <= 1 for odd in odds.values())
    assert sum(odds.values()) == pytest.approx(1)


def test_evidence_is_for_a_class_and_against_none() -> None:
    assert TINY.evidence("m:gặp", "meeting") == 4.0
    assert TINY.evidence("m:khác", "meeting") == 0.0


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.path.stem)
def test_a_shipped_model_belongs_to_the_examples_of_today(task: Task) -> None:
    stored = json.loads(task.path.read_text(encoding="utf-8"))
    assert stored["fingerprint"] == fingerprint(task)
    classes = {
        about.PATH: (about.SELF, about.FRIEND),
        crisis.PATH: (NONE, *crisis.KINDS),
        signs.PATH: (NONE, *signs.KINDS),
    }
    assert set(stored["classes"]) == set(classes[task.path])
