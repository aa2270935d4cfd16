"""The three ways to regularize a classifier with an autoencoder, tuned by a random search."""

import numpy as np
import pytest
from scipy.stats import loguniform, randint, uniform
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, JointAERegressor
from sklearn_deep.model_selection import LabeledFold

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
Y = (X[:, 0] > 0).astype(int)
UNLABELED = np.arange(60) % 2 == 0
SOME = np.where(UNLABELED, -1, Y)
SMALL = {"encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}
SPACE = {
    "ae__n_components": randint(1, 6),
    "ae__learning_rate": loguniform(1e-3, 1e-1),
    "ae__weight_decay": loguniform(1e-6, 1e-2),
}
BETA = {"ae__beta": uniform(0.05, 0.95)}


def searched(autoencoder, *after, space=SPACE, **settings):
    steps = [("scale", StandardScaler()), ("ae", autoencoder)]
    pipeline = Pipeline([*steps, *(("classify", step) for step in after)])
    numbers = {"n_iter": 4, "cv": 2, "random_state": 0, "error_score": "raise"}
    return RandomizedSearchCV(pipeline, space, return_train_score=True, **numbers | settings)


def check(search):
    scores = search.cv_results_["mean_test_score"]
    assert np.isfinite(scores).all()
    assert np.isfinite(search.cv_results_["mean_train_score"]).all()
    assert len(set(search.cv_results_["param_ae__n_components"])) > 1
    assert search.best_estimator_["ae"].n_components_ == search.best_params_["ae__n_components"]


@pytest.mark.parametrize("output", ["code", "reconstruction"])
def test_options_1_and_2_are_searched_inside_a_pipeline(output):
    autoencoder = AutoencoderTransformer(output=output, **SMALL)
    search = searched(autoencoder, LogisticRegression()).fit(X, Y)
    check(search)
    assert search.best_estimator_["classify"].n_features_in_ == (
        search.best_params_["ae__n_components"] if output == "code" else 5
    )


def test_the_autoencoder_is_searched_alone_and_its_score_needs_no_labels():
    search = searched(AutoencoderTransformer(**SMALL)).fit(X)
    check(search)
    best = search.best_estimator_
    error = np.square(
        best["ae"].reconstruct(best["scale"].transform(X)) - best["scale"].transform(X)
    )
    assert best.score(X) == pytest.approx(-error.mean())
    assert (search.cv_results_["mean_test_score"] < 0).all()


def test_option_3_is_searched_with_its_beta():
    search = searched(JointAEClassifier(**SMALL), space=SPACE | BETA).fit(X, Y)
    check(search)
    assert len(set(search.cv_results_["param_ae__beta"])) == 4


@pytest.mark.parametrize(
    ("estimator", "y", "fold"),
    [
        (JointAEClassifier(unlabeled_value=-1, **SMALL), SOME, LabeledFold(2)),
        (
            JointAERegressor(**SMALL),
            np.where(UNLABELED, np.nan, X[:, 1]),
            LabeledFold(KFold(2), np.nan),
        ),
    ],
    ids=["classes", "numbers"],
)
def test_option_3_is_searched_with_rows_without_label(estimator, y, fold):
    search = searched(estimator, space=SPACE | BETA, cv=fold).fit(X, y)
    check(search)
    train, test = next(fold.split(X, y))
    parameters = search.cv_results_["params"][0]
    by_hand = searched(estimator).estimator.set_params(**parameters).fit(X[train], y[train])
    score = by_hand.score(X[test], y[test])
    assert search.cv_results_["split0_test_score"][0] == pytest.approx(score)
    assert search.cv_results_["split0_train_score"][0] == pytest.approx(
        by_hand.score(X[train][~UNLABELED[train]], y[train][~UNLABELED[train]])
    )
