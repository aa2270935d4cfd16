"""The ensemble that a search makes from its fits on folds."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import make_classification, make_multilabel_classification, make_regression
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import get_scorer, log_loss
from sklearn.model_selection import KFold, RepeatedKFold, ShuffleSplit, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer, MLPClassifier, MLPRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, loguniform

X, Y = make_classification(160, 6, n_informative=4, n_classes=3, random_state=0)
X = X.astype(np.float32)
NUMBERS = X[:, 0] * X[:, 1] + X[:, 2]
LABELS = make_multilabel_classification(160, 6, n_classes=3, random_state=0)[1]
MLP = {"hidden_layer_sizes": (5,), "max_epochs": 4, "early_stopping": None, "random_state": 0}
RATE = {"learning_rate": loguniform(1e-3, 1e-1)}

ESTIMATORS = {
    "network": (MLPClassifier(**MLP), RATE, Y),
    "names": (MLPClassifier(**MLP), RATE, np.array(["b", "a", "c"])[Y]),
    "two classes": (MLPClassifier(**MLP), RATE, Y > 0),
    "labels": (MLPClassifier(**MLP), RATE, LABELS),
    "labels of a forest": (
        RandomForestClassifier(5, random_state=0),
        {"max_depth": [1, 2, 3, 4, 5, 6]},
        LABELS,
    ),
    "numbers": (MLPRegressor(**MLP), RATE, NUMBERS),
    "two numbers": (MLPRegressor(**MLP), RATE, np.column_stack([NUMBERS, X[:, 3]])),
    "pipeline": (
        make_pipeline(StandardScaler(), MLPClassifier(**MLP)),
        {"mlpclassifier__learning_rate": loguniform(1e-3, 1e-1)},
        Y,
    ),
    "no network": (LogisticRegression(), {"C": loguniform(1e-2, 1e2)}, Y),
    "votes": (RidgeClassifier(), {"alpha": loguniform(1e-2, 1e3)}, Y),
    "ridge": (Ridge(), {"alpha": loguniform(1e-2, 1e3)}, NUMBERS),
}


def search_of(name, **settings):
    estimator, space, _ = ESTIMATORS[name]
    settings = {"n_iter": 6, "cv": 3, "random_state": 0, "ensemble_size": 4} | settings
    return BatchedRandomizedSearchCV(estimator, space, **settings)


def fits_of(name, search, cv):
    """Return the estimators of all candidates on all folds, fitted one at a time."""
    estimator, _, y = ESTIMATORS[name]
    splits = list(cv.split(X, y))
    return [
        [clone(estimator).set_params(**params).fit(X[train], y[train]) for train, _ in splits]
        for params in search.cv_results_["params"]
    ], splits


def outputs_of(name, estimator, rows):
    if name == "votes":
        return (estimator.predict(rows)[:, None] == np.unique(Y)).astype(float)
    if name == "labels of a forest":
        return np.stack([p[:, 1] for p in estimator.predict_proba(rows)], 1)
    is_number = name in ("numbers", "two numbers", "ridge")
    return (estimator.predict if is_number else estimator.predict_proba)(rows)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_it_is_the_mean_of_fits_made_one_by_one(name):
    cv, y = KFold(3, shuffle=True, random_state=1), ESTIMATORS[name][2]
    search = search_of(name, cv=cv).fit(X, y)
    fits, _ = fits_of(name, search, cv)
    expected = sum(
        weight * np.mean([outputs_of(name, fit, X) for fit in row], 0)
        for weight, row in zip(search.ensemble_weights_, fits, strict=True)
    )
    found = search.ensemble_
    if is_regressor(found):
        np.testing.assert_allclose(found.predict(X), expected, rtol=1e-5, atol=1e-6)
        return
    assert is_classifier(found)
    if name == "votes":
        assert not hasattr(found, "predict_proba")
    else:
        np.testing.assert_allclose(found.predict_proba(X), expected, rtol=1e-5, atol=1e-6)
    if y.ndim == 2:
        np.testing.assert_array_equal(found.predict(X), expected > 0.5)
    else:
        np.testing.assert_array_equal(found.predict(X), np.unique(y)[expected.argmax(1)])


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("scoring", [None, "own"])
def test_an_ensemble_of_one_has_the_best_score(name, scoring):
    y = ESTIMATORS[name][2]
    if scoring == "own":
        scoring = "neg_mean_absolute_error" if name in ("numbers", "ridge") else "accuracy"
        scoring = "r2" if name == "two numbers" else scoring
    search = search_of(name, ensemble_size=1, scoring=scoring).fit(X, y)
    assert search.ensemble_score_ == pytest.approx(search.best_score_)
    assert search.ensemble_weights_.argmax() == search.best_index_
    assert search.ensemble_weights_.max() == 1


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc_ovr", "accuracy"])
def test_the_score_is_the_mean_over_folds_of_the_averaged_predictions(scoring):
    cv = StratifiedKFold(3)
    search = search_of("network", cv=cv, scoring=scoring, ensemble_size=7).fit(X, Y)
    fits, splits = fits_of("network", search, cv)
    weights = search.ensemble_weights_
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights * 7, np.round(weights * 7), atol=1e-9)

    class Mean(MLPClassifier):
        def __init__(self, fold=0):
            self.fold = fold
            self.classes_ = np.unique(Y)

        def predict_proba(self, X):
            return sum(
                float(w) * row[self.fold].predict_proba(X)
                for w, row in zip(weights, fits, strict=True)
            )

        def predict(self, X):
            return self.predict_proba(X).argmax(1)

        decision_function = None

    scorer = get_scorer(scoring)
    scores = [
        log_score(Mean(fold), X[test], Y[test])
        if scoring == "neg_log_loss"
        else scorer._score_func(
            Y[test],
            Mean(fold).predict_proba(X[test])
            if scoring != "accuracy"
            else Mean(fold).predict(X[test]),
            **scorer._kwargs,
        )
        for fold, (_, test) in enumerate(splits)
    ]
    assert search.ensemble_score_ == pytest.approx(np.mean(scores))


def log_score(estimator, rows, y):
    return -log_loss(y, estimator.predict_proba(rows), labels=np.unique(Y))


def test_it_predicts_with_what_is_asked_for():
    best = search_of("network").fit(X, Y)
    whole = search_of("network", predict_with="ensemble").fit(X, Y)
    np.testing.assert_array_equal(best.predict_proba(X), best.best_estimator_.predict_proba(X))
    np.testing.assert_array_equal(whole.predict_proba(X), whole.ensemble_.predict_proba(X))
    np.testing.assert_array_equal(whole.predict(X), whole.ensemble_.predict(X))
    np.testing.assert_allclose(whole.predict_log_proba(X), np.log(whole.predict_proba(X)))
    assert whole.score(X, Y) == pytest.approx((whole.predict(X) == Y).mean())
    np.testing.assert_array_equal(whole.classes_, np.unique(Y))
    assert whole.n_features_in_ == X.shape[1]
    assert hasattr(best, "decision_function")
    assert not hasattr(whole, "decision_function")
    assert (
        best.cv_results_["mean_test_score"].tolist()
        == whole.cv_results_["mean_test_score"].tolist()
    )


def test_nothing_is_trained_again_without_refit():
    search = search_of("network", predict_with="ensemble", refit=False).fit(X, Y)
    assert not hasattr(search, "best_estimator_")
    assert search.predict(X).shape == Y.shape
    assert 0 < search.score(X, Y) <= 1


def test_without_refit_the_best_cannot_predict_as_in_scikit_learn():
    search = search_of("network", refit=False).fit(X, Y)
    with pytest.raises(AttributeError, match="no attribute 'predict'") as raised:
        search.predict(X)
    assert "refit" in str(raised.value.__cause__)
    assert search.ensemble_.predict(X).shape == Y.shape


def test_an_unfitted_search_says_so():
    with pytest.raises(NotFittedError):
        search_of("network", predict_with="ensemble").predict(X)


def test_the_metric_is_that_of_refit():
    metrics = ["accuracy", "neg_log_loss"]
    found = {
        name: search_of("network", scoring=metrics, refit=name, ensemble_size=1).fit(X, Y)
        for name in metrics
    }
    for name, search in found.items():
        assert search.ensemble_score_ == pytest.approx(
            search.cv_results_[f"mean_test_{name}"].max()
        )


def test_several_metrics_need_a_name():
    with pytest.raises(ValueError, match=r"'refit' .* must be the name of the metric .* got False"):
        search_of("network", scoring=["accuracy", "r2"], refit=False).fit(X, Y)

    def metrics(estimator, rows, y):
        return {"a": 1.0, "b": 2.0}

    with pytest.raises(ValueError, match=r"'refit' .* must be the name of the metric"):
        search_of("network", scoring=metrics, refit=False).fit(X, Y)


def test_predicting_with_an_ensemble_needs_a_size():
    with pytest.raises(ValueError, match=r"'ensemble_size' .* must be an integer"):
        search_of("network", ensemble_size=None, predict_with="ensemble").fit(X, Y)


@pytest.mark.parametrize("size", [0, -1, 1.5])
def test_the_size_is_at_least_one(size):
    with pytest.raises(ValueError, match="'ensemble_size' parameter"):
        search_of("network", ensemble_size=size).fit(X, Y)


def test_estimators_that_predict_nothing_are_refused():
    search = BatchedRandomizedSearchCV(
        AutoencoderTransformer(max_epochs=1), RATE, n_iter=2, cv=2, ensemble_size=2
    )
    with pytest.raises(ValueError, match="neither a classifier nor a regressor"):
        search.fit(X)


def test_scorers_that_need_more_than_predictions_are_refused():
    def n_epochs(estimator, rows, y):
        return estimator.n_epochs_

    def twice(estimator, rows, y):
        return 2.0 if isinstance(estimator, MLPClassifier) else 1.0

    with pytest.raises(ValueError, match=r"only predictions of the estimator.*n_epochs_"):
        search_of("network", scoring=n_epochs).fit(X, Y)
    with pytest.raises(ValueError, match="returned 1 instead of 2"):
        search_of("network", scoring=twice).fit(X, Y)


def test_a_class_that_a_fold_has_not_seen_has_probability_zero_there():
    y = np.r_[np.zeros(6, int), np.full(77, 1), np.full(77, 2)]
    search = search_of("no network", cv=KFold(2), scoring="accuracy")
    search.fit(X, y)
    assert search.ensemble_.predict_proba(X).shape == (160, 3)
    np.testing.assert_array_equal(search.ensemble_.classes_, [0, 1, 2])


@pytest.mark.parametrize(
    "cv", [RepeatedKFold(n_splits=2, n_repeats=2, random_state=0), ShuffleSplit(3, random_state=0)]
)
def test_samples_may_be_in_several_test_parts_or_in_none(cv):
    search = search_of("ridge", cv=cv, ensemble_size=1).fit(X, NUMBERS)
    assert search.ensemble_score_ == pytest.approx(search.best_score_)


def test_fits_that_fail_are_left_out():
    search = BatchedRandomizedSearchCV(
        LogisticRegression(), {"C": [-1.0, 1.0, 0.1]}, n_iter="all", cv=3, ensemble_size=3
    )
    with pytest.warns(match="fits failed"), pytest.warns(match="non-finite"):
        search.fit(X, Y)
    assert search.ensemble_weights_[0] == 0
    assert search.ensemble_weights_.sum() == pytest.approx(1)


def test_candidates_that_were_dropped_are_left_out():
    search = search_of("network", n_iter=9, min_epochs=1, factor=2).fit(X, Y)
    dropped = search.cv_results_["dropped"]
    assert dropped.any()
    assert not search.ensemble_weights_[dropped].any()


def test_candidates_of_all_stages_count():
    search = search_of("network", n_iter=6, n_stages=2).fit(X, Y)
    assert search.ensemble_weights_.shape == (6,)


def test_a_resumed_search_has_the_same_ensemble(tmp_path):
    settings = {"checkpoint": tmp_path / "search", "predict_with": "ensemble"}
    first, second = (search_of("network", **settings).fit(X, Y) for _ in range(2))
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))


def test_threads_change_nothing():
    one, two = (search_of("network", predict_with="ensemble", n_jobs=n).fit(X, Y) for n in (1, 2))
    np.testing.assert_array_equal(one.predict_proba(X), two.predict_proba(X))


def test_it_is_pickled_with_the_search():
    search = search_of("network", predict_with="ensemble").fit(X, Y)
    copy = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(copy.predict_proba(X), search.predict_proba(X))


def test_a_later_fit_without_ensemble_has_none():
    search = search_of("network").fit(X, Y)
    search.set_params(ensemble_size=None).fit(X, Y)
    assert not hasattr(search, "ensemble_")
    assert not hasattr(search, "ensemble_weights_")


def test_weights_of_samples_reach_the_scorer():
    import sklearn

    weight = np.where(np.arange(160) % 2, 5.0, 0.1)
    with sklearn.config_context(enable_metadata_routing=True):
        mlp = MLPClassifier(**MLP).set_fit_request(sample_weight=True)
        scorer = get_scorer("accuracy").set_score_request(sample_weight=True)
        search = BatchedRandomizedSearchCV(
            mlp, RATE, n_iter=4, cv=3, random_state=0, ensemble_size=1, scoring=scorer
        ).fit(X, Y, sample_weight=weight)
    assert search.ensemble_score_ == pytest.approx(search.best_score_)


def test_numbers_in_the_regression_of_many_outputs_are_averaged():
    rows, targets = make_regression(60, 4, n_targets=3, random_state=0)
    search = BatchedRandomizedSearchCV(
        Ridge(), {"alpha": [0.1, 1.0, 10.0]}, n_iter="all", cv=3, ensemble_size=5
    ).fit(rows, targets)
    assert search.ensemble_.predict(rows).shape == (60, 3)
