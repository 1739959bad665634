import numpy as np
from scipy.sparse import csr_matrix

from safety.model import NONE
from scripts.train_safety_models import LogCountRatio


def test_a_feature_counts_by_how_unevenly_the_classes_share_it() -> None:
    matrix = csr_matrix([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 1.0]])
    kinds = np.array(["abuse", "meeting", NONE, NONE])
    ratio = LogCountRatio().fit(matrix, kinds)
    both, danger, each = ratio.scale_
    assert danger > max(both, each)
    scaled = ratio.transform(matrix).toarray()
    assert np.allclose(scaled, matrix.toarray() * ratio.scale_)
