"""The requested proportion of outliers is below the threshold."""

import numpy as np
import pytest
from scipy.stats import median_abs_deviation
from sklearn.base import clone
from sklearn.ensemble import IsolationForest

from sklearn_deep import AutoencoderOutlierDetector
from sklearn_deep.estimators._outlier_threshold import outlier_threshold

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
TIMES = rng.integers(4, size=60)
SMALL = {"encoder_layer_sizes": (8,), "max_epochs": 3, "random_state": 0}


def detector(contamination="auto", **settings):
    return AutoencoderOutlierDetector(2, contamination=contamination, **SMALL | settings)


@pytest.mark.parametrize("contamination", [0.01, 0.05, 0.1, 0.35, 0.37, 0.5])
def test_the_offset_is_a_percentile_of_the_training_scores(contamination):
    fitted = detector(contamination).fit(X)
    scores = fitted.score_samples(X)
    expected = np.percentile(scores, 100 * contamination, method="averaged_inverted_cdf")
    assert fitted.offset_ == pytest.approx(expected, rel=1e-12)
    assert (fitted.predict(X) == -1).sum() == int(60 * contamination + 1e-9)
    np.testing.assert_array_equal(fitted.predict(X) == -1, fitted.decision_function(X) < 0)


@pytest.mark.parametrize("contamination", [0.05, 0.1, 0.5])
def test_as_many_samples_are_outliers_as_of_scikit_learn(contamination):
    forest = IsolationForest(contamination=contamination, random_state=0).fit(X)
    found = detector(contamination).fit(X)
    assert (found.predict(X) == -1).sum() == (forest.predict(X) == -1).sum()
    # Its percentile is interpolated differently, between the same two scores.
    other = np.percentile(found.score_samples(X), 100 * contamination)
    np.testing.assert_array_equal(found.score_samples(X) < other, found.predict(X) == -1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_scores_are_those_of_the_samples_as_they_were_given(dtype):
    samples = X.astype(dtype)
    fitted = detector(0.25).fit(samples)
    scores = np.sort(fitted.score_samples(samples))
    assert fitted.offset_ == (scores[14] + scores[15]) / 2


def test_split_off_samples_count_among_those_of_training_and_validation_samples_do_not():
    split = detector(0.25, early_stopping=True).fit(X)
    assert (split.predict(X) == -1).sum() == 15
    given = detector(0.25, early_stopping=True).fit(X[:40], X_val=X[40:])
    assert (given.predict(X[:40]) == -1).sum() == 10


def test_auto_is_the_cutoff_of_cube_roots():
    fitted = detector().fit(X)
    roots = np.cbrt(-fitted.score_samples(X))
    deviation = median_abs_deviation(roots, scale="normal")
    expected = -((np.median(roots) + 1.959963984540054 * deviation) ** 3)
    assert fitted.offset_ == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("n_far", "least", "most"), [(0, 0.023, 0.028), (500, 0.012, 0.02), (2_000, 0.0, 0.01)]
)
def test_auto_finds_2_5_percent_of_normal_noise_and_fewer_beside_outliers(n_far, least, most):
    errors = np.square(np.random.default_rng(0).normal(size=(10_000, 30))).mean(1)
    given = np.concatenate([errors, np.full(n_far, 50.0)])
    found = given > -outlier_threshold(-given, np.ones(len(given)), "auto")
    assert least <= found[:10_000].mean() <= most
    assert found[10_000:].all()


def test_equal_errors_are_not_beyond_auto():
    """The cube of a cube root is often rounded down."""
    for error in np.random.default_rng(0).uniform(size=20):
        assert outlier_threshold(np.full(7, -error), np.ones(7), "auto") <= -error


def test_auto_has_the_unit_of_the_errors():
    errors, weight = np.square(rng.normal(size=(50, 3))).mean(1), np.ones(50)
    unit = outlier_threshold(-errors, weight, "auto")
    assert outlier_threshold(-7 * errors, weight, "auto") == pytest.approx(7 * unit)


@pytest.mark.parametrize("contamination", ["auto", 0.1, 0.25])
def test_equal_samples_are_no_outliers(contamination):
    same = np.repeat(X[:1], 20, axis=0)
    assert (detector(contamination).fit(same).predict(same) == 1).all()
    odd = np.concatenate([same, [[9.0] * 5]])
    assert detector(contamination).fit(odd).predict(odd)[:-1].min() == 1


@pytest.mark.parametrize("contamination", ["auto", 0.1, 0.3])
def test_a_sample_of_weight_2_counts_as_two(contamination):
    settings = {"dtype": "float64", "batch_size": 200}
    weighted = detector(contamination, **settings).fit(X, sample_weight=TIMES)
    repeated = detector(contamination, **settings).fit(np.repeat(X, TIMES, axis=0))
    assert weighted.offset_ == pytest.approx(repeated.offset_, rel=1e-9)
    scaled = detector(contamination, **settings).fit(X, sample_weight=TIMES / 7)
    assert weighted.offset_ == pytest.approx(scaled.offset_, rel=1e-9)
    assert weighted.offset_ != detector(contamination, **settings).fit(X).offset_


def test_outliers_have_at_most_the_share_of_the_weight():
    weight = np.random.default_rng(1).uniform(size=60)
    fitted = detector(0.2).fit(X, sample_weight=weight)
    below = fitted.predict(X) == -1
    share = weight[below].sum() / weight.sum()
    assert 0.2 - weight.max() / weight.sum() < share <= 0.2


def test_contamination_moves_the_threshold_and_nothing_else():
    one, other = detector(0.1).fit(X), detector(0.3).fit(X)
    np.testing.assert_array_equal(one.score_samples(X), other.score_samples(X))
    assert one.offset_ < other.offset_


def test_a_warm_start_sets_the_threshold_anew():
    fitted = detector(0.25, warm_start=True).fit(X)
    first = fitted.offset_
    fitted.fit(X[:40])
    assert fitted.offset_ != first
    assert (fitted.predict(X[:40]) == -1).sum() == 10
    twice = clone(fitted).set_params(max_epochs=6).fit(X)
    assert clone(fitted).fit(X).fit(X).offset_ == twice.offset_
