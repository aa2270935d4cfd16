"""The detector with scikit-learn's tools: pipelines, frames, copies, searches; and its errors."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.stats import loguniform, randint
from sklearn.base import clone, is_outlier_detector
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderOutlierDetector, AutoencoderTransformer
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
SMALL = {"encoder_layer_sizes": (8,), "max_epochs": 3, "random_state": 0}
METHODS = ["score_samples", "decision_function", "predict", "transform"]
# Correlated samples, and 1 in 10 without the correlation.
T = rng.normal(size=(120, 1)) * [1, 2, -1, 0.5, 1] + 0.1 * rng.normal(size=(120, 5))
LABELS = np.where(np.arange(120) % 10, 1, -1)
T[LABELS < 0] = rng.permuted(T[LABELS < 0], axis=0)


def detector(**settings):
    return AutoencoderOutlierDetector(**SMALL | settings)


def check_same(one, other, samples=X):
    for method in METHODS:
        np.testing.assert_array_equal(
            getattr(one, method)(samples), getattr(other, method)(samples)
        )
    assert one.offset_ == other.offset_


def test_it_is_an_outlier_detector_with_the_codes_of_the_transformer():
    assert is_outlier_detector(detector())
    transformer = AutoencoderTransformer(**SMALL).fit(X)
    np.testing.assert_array_equal(detector().fit(X).transform(X), transformer.transform(X))
    np.testing.assert_array_equal(detector().fit(X).reconstruct(X), transformer.reconstruct(X))


def test_it_has_the_parameters_of_the_transformer_but_output():
    own, theirs = detector().get_params(), AutoencoderTransformer(**SMALL).get_params()
    del theirs["output"]
    assert own == theirs | {"contamination": "auto"}


def test_fit_predict_is_fit_and_predict():
    labels = detector(contamination=0.2).fit_predict(X)
    np.testing.assert_array_equal(labels, detector(contamination=0.2).fit(X).predict(X))
    assert labels.tolist().count(-1) == 12
    weight = np.arange(60) % 2
    weighted = detector(contamination=0.2).fit_predict(X, sample_weight=weight)
    assert (weighted[weight > 0] == -1).sum() == 6


def test_sparse_samples_and_frames_give_what_arrays_give():
    sparse = np.where(abs(X) > 1, X, 0)
    names = [f"column {i}" for i in range(5)]
    frame = pd.DataFrame(sparse, columns=names)
    dense = detector().fit(sparse)
    check_same(dense, detector().fit(csr_array(sparse)), sparse)
    framed = detector().fit(frame)
    np.testing.assert_array_equal(framed.predict(frame), dense.predict(sparse))
    assert framed.offset_ == dense.offset_
    assert framed.feature_names_in_.tolist() == names
    with pytest.raises(ValueError, match="feature names should match"):
        framed.predict(frame.rename(columns={"column 0": "another"}))


def test_copies_find_what_the_original_finds():
    fitted = detector(contamination=0.1).fit(X)
    check_same(pickle.loads(pickle.dumps(fitted)), fitted)
    check_same(clone(fitted).fit(X), fitted)
    assert not hasattr(clone(fitted), "offset_")


def test_it_detects_behind_a_scaler():
    pipeline = make_pipeline(StandardScaler(), detector(contamination=0.1)).fit(X)
    by_hand = detector(contamination=0.1).fit(StandardScaler().fit_transform(X))
    np.testing.assert_array_equal(pipeline.predict(X), by_hand.predict(pipeline[0].transform(X)))
    assert (pipeline.fit_predict(X) == -1).sum() == 6


SPACE = {
    "n_components": randint(1, 4),
    "learning_rate": loguniform(1e-3, 1e-1),
    "contamination": ["auto", 0.1, 0.3],
    "loss": ["squared_error", "absolute_error"],
}


@pytest.mark.parametrize("scoring", ["roc_auc", "f1"])
@pytest.mark.parametrize("is_piped", [False, True])
def test_a_search_over_labels_finds_the_scores_of_a_loop(scoring, is_piped):
    """Areas depend on scores, F1 also on the threshold."""
    estimator, space = detector(), SPACE
    if is_piped:
        estimator = make_pipeline(StandardScaler(), estimator)
        space = {f"autoencoderoutlierdetector__{name}": values for name, values in SPACE.items()}
    settings = {"n_iter": 6, "cv": StratifiedKFold(3), "scoring": scoring, "random_state": 0}
    loop, batched = (
        kind(estimator, space, **settings, error_score="raise", return_train_score=True)
        for kind in (RandomizedSearchCV, BatchedRandomizedSearchCV)
    )
    expected, found = loop.fit(T, LABELS).cv_results_, batched.fit(T, LABELS).cv_results_
    for name in expected:
        if "score" in name and "time" not in name:
            assert (found[name] == expected[name]).all(), name
    assert len(set(found["mean_test_score"])) > 2
    np.testing.assert_array_equal(loop.predict(T), batched.predict(T))
    assert loop.best_params_ == batched.best_params_


def test_weights_set_the_threshold_in_a_search_too():
    weight = np.random.default_rng(1).uniform(size=120)
    settings = {"n_iter": 3, "cv": StratifiedKFold(3), "scoring": "accuracy", "random_state": 0}
    space = {"contamination": [0.1, 0.2, 0.4]}
    loop, batched = (
        kind(detector(), space, **settings).fit(T, LABELS, sample_weight=weight)
        for kind in (RandomizedSearchCV, BatchedRandomizedSearchCV)
    )
    one, other = (search.cv_results_["mean_test_score"] for search in (loop, batched))
    assert (one == other).all()
    assert loop.best_estimator_.offset_ == batched.best_estimator_.offset_


def test_candidates_that_halving_drops_have_the_threshold_of_their_last_epoch():
    space = {"learning_rate": loguniform(1e-3, 1e-1)}
    settings = {"cv": StratifiedKFold(3), "scoring": "f1", "random_state": 0}
    found = BatchedRandomizedSearchCV(
        detector(max_epochs=9), space, n_iter=6, min_epochs=3, factor=3, **settings
    ).fit(T, LABELS)
    assert sorted(found.cv_results_["n_epochs"]) == [3, 3, 3, 3, 9, 9]
    for n_epochs in (3, 9):
        trained = found.cv_results_["n_epochs"] == n_epochs
        loop = RandomizedSearchCV(detector(max_epochs=n_epochs), space, n_iter=6, **settings)
        expected = loop.fit(T, LABELS).cv_results_["mean_test_score"]
        assert (found.cv_results_["mean_test_score"] == expected)[trained].all()


@pytest.mark.parametrize("contamination", [0, 0.0, 0.51, -0.1, 1, np.nan, np.inf, None, "low"])
def test_contamination_is_a_share_of_at_most_a_half(contamination):
    estimator = detector(contamination=contamination)
    words = "'contamination' parameter of AutoencoderOutlierDetector must be"
    with pytest.raises(ValueError, match=words) as raised:
        estimator.fit(X)
    assert "(0.0, 0.5]" in str(raised.value)
    assert "'auto'" in str(raised.value)
    assert not hasattr(estimator, "offset_")


@pytest.mark.parametrize(
    ("samples", "weight"), [(X[:1], None), (X, np.arange(60) == 3)], ids=["samples", "weights"]
)
def test_one_sample_is_refused(samples, weight):
    words = "X of AutoencoderOutlierDetector.fit must have at least 2 .* positive weight, got 1 sample[.]"
    estimator = detector()
    with pytest.raises(ValueError, match=words):
        estimator.fit(samples, sample_weight=weight)
    assert not hasattr(estimator, "n_features_in_")


def test_two_samples_are_enough():
    assert detector(contamination=0.5).fit(X[:2]).predict(X[:2]).tolist().count(-1) == 1


def test_missing_values_and_other_features_are_refused():
    bad = X.copy()
    bad[3, 2] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        detector().fit(bad)
    fitted = detector().fit(X)
    for method in METHODS:
        with pytest.raises(ValueError, match="Input X contains NaN"):
            getattr(fitted, method)(bad)
        with pytest.raises(ValueError, match="X has 4 features, but AutoencoderOutlierDetector is"):
            getattr(fitted, method)(X[:, :4])


@pytest.mark.parametrize("method", METHODS)
def test_it_is_fitted_first(method):
    with pytest.raises(NotFittedError):
        getattr(detector(), method)(X)


def test_a_change_in_a_constant_column_is_unusual():
    """The network reconstructs a constant from its biases, whatever the code is."""
    constant = T.copy()
    constant[:, 2] = 1.0
    fitted = detector(max_epochs=100, learning_rate=0.02, early_stopping=None).fit(constant)
    changed = constant[1:2].copy()
    assert fitted.predict(changed) == 1
    changed[:, 2] = 4.0
    assert fitted.predict(changed) == -1


def test_a_failed_fit_leaves_the_threshold():
    fitted = detector().fit(X)
    before = vars(fitted).copy()
    with pytest.raises(ValueError, match="sample_weight of AutoencoderOutlierDetector"):
        fitted.fit(X, sample_weight=-np.ones(60))
    assert vars(fitted) == before
