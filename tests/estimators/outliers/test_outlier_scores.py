"""Outlier scores are minus the reconstruction loss, and are low for samples unlike the others."""

import numpy as np
import pytest
import torch
from scipy.special import xlogy
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from sklearn_deep import AutoencoderOutlierDetector
from sklearn_deep.losses import Huber

rng = np.random.default_rng(0)
X = rng.uniform(size=(60, 5))
SMALL = {"encoder_layer_sizes": (8,), "max_epochs": 3, "random_state": 0}


def cross_entropy(p, x):
    return -xlogy(x, p) - xlogy(1 - x, 1 - p)


def huber(d, delta):
    return np.where(abs(d) <= delta, d**2 / 2, delta * (abs(d) - delta / 2))


LOSSES = {
    "squared error": ("squared_error", lambda r, x: (r - x) ** 2),
    "absolute error": ("absolute_error", lambda r, x: abs(r - x)),
    "huber": ("huber", lambda r, x: huber(r - x, 1.0)),
    "huber of another delta": (Huber(delta=0.2), lambda r, x: huber(r - x, 0.2)),
    "quantile": ("quantile", lambda r, x: np.maximum((x - r) / 2, (r - x) / 2)),
    "binary cross-entropy": ("binary_cross_entropy", cross_entropy),
    "a function": (lambda output, target: (output - target).abs().amax(-1), None),
}


@pytest.mark.parametrize("case", LOSSES)
def test_scores_are_minus_the_loss_of_the_decoded_code(case):
    loss, values = LOSSES[case]
    detector = AutoencoderOutlierDetector(loss=loss, **SMALL).fit(X)
    new = np.random.default_rng(1).uniform(size=(20, 5))
    decoded = detector.inverse_transform(detector.transform(new))
    found = -abs(decoded - new).max(1) if values is None else -values(decoded, new).mean(1)
    np.testing.assert_allclose(detector.score_samples(new), found, rtol=1e-10)
    np.testing.assert_array_equal(
        detector.decision_function(new), detector.score_samples(new) - detector.offset_
    )


def test_values_beyond_the_range_of_a_loss_make_a_sample_unusual():
    detector = AutoencoderOutlierDetector(loss="binary_cross_entropy", **SMALL).fit(X)
    beyond = X[:1].copy()
    beyond[0, 2] = 10
    inside = beyond.clip(0, 1)
    decoded = detector.reconstruct(beyond)
    expected = -cross_entropy(decoded, inside).mean(1) - ((beyond - inside) ** 2).mean(1)
    np.testing.assert_allclose(detector.score_samples(beyond), expected, rtol=1e-6)
    assert detector.predict(beyond) == -1


def test_samples_too_large_for_their_type_are_outliers():
    detector = AutoencoderOutlierDetector(activation="identity", **SMALL).fit(X)
    with torch.no_grad():  # so that the products overflow to infinities of both signs
        for parameter in detector.module_.parameters():
            parameter.mul_(100)
    huge = np.full((1, 5), 3e38, dtype=np.float32) * [1, -1, 1, -1, 1]
    with pytest.warns(RuntimeWarning, match="AutoencoderOutlierDetector: 1 of 1 scores are not"):
        assert detector.score_samples(huge.astype(np.float32)) == -np.inf
    with pytest.warns(RuntimeWarning):
        assert detector.predict(huge.astype(np.float32)) == -1


def test_many_samples_are_scored_in_parts():
    """The score of a sample depends on its batch only by rounding."""
    detector = AutoencoderOutlierDetector(**SMALL).fit(X)
    many = np.tile(X, (200, 1))
    found = detector.score_samples(many).reshape(200, 60)
    np.testing.assert_allclose(found, np.tile(detector.score_samples(X), (200, 1)), rtol=1e-9)


def test_a_digit_is_found_among_nine_others():
    """It is far better than chance, and better than PCA with the same number of components."""
    digits, y = load_digits(return_X_y=True)
    digits = digits / 16
    train, test = np.arange(1797) < 1200, np.arange(1797) >= 1200
    normal = digits[train & (y != 0)]
    detector = AutoencoderOutlierDetector(
        4, encoder_layer_sizes=(64,), learning_rate=5e-3, max_epochs=25, early_stopping=None
    )
    detector.set_params(random_state=0).fit(normal)
    area = roc_auc_score(y[test] != 0, detector.decision_function(digits[test]))
    pca = PCA(4, random_state=0).fit(normal)
    error = np.square(digits[test] - pca.inverse_transform(pca.transform(digits[test]))).sum(1)
    of_pca = roc_auc_score(y[test] != 0, -error)
    assert area > 0.9
    assert area > of_pca + 0.02
