"""The batched search has exactly the scores of RandomizedSearchCV."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import loguniform, randint, uniform
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.augmentation import GaussianCopies, Mixup
from sklearn_deep.initializers import Orthogonal
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, LabeledFold
from sklearn_deep.optimizers import SGD, Adam
from sklearn_deep.stopping import EarlyStopping

RATES = loguniform(1e-4, 1e-1)
SOME = np.random.RandomState(0).permutation(1797)[:151]  # not divisible by any number of folds
X, Y = (column[SOME] for column in load_digits(return_X_y=True))
NUMBERS = X[:, 20] + X[:, 30] / 3
WEIGHTS = np.random.RandomState(1).uniform(0, 2, len(X)) * (np.arange(len(X)) % 7 > 0)


def classifier(hidden=(32,), **settings):
    return MLPClassifier(
        hidden, **{"batch_size": 32, "max_epochs": 4, "random_state": 0} | settings
    )


def scaled(estimator):
    return Pipeline([("scale", StandardScaler()), ("net", estimator)])


def of_net(space):
    return {f"net__{name}": values for name, values in space.items()}


NETWORKS = {
    "learning rates and dropout": (
        classifier((64, 64)),
        {"learning_rate": RATES, "dropout": uniform(0, 0.6)},
    ),
    "wide layers": (classifier((256, 256), batch_size=64, max_epochs=2), {"learning_rate": RATES}),
    "dropout or none": (
        classifier(),
        {"dropout": [0.0, 0.3, (0.1, 0.2)], "input_noise": [0.0, 0.2], "hidden_noise": [0, 0.1]},
    ),
    "noise of other kinds": (
        classifier(weight_noise=0.01),
        {"input_noise": ["masking", "salt_and_pepper", 0.1], "learning_rate": RATES},
    ),
    "stopping early": (
        classifier(max_epochs=12, validation_fraction=0.2),
        {
            "learning_rate": RATES,
            "early_stopping": [
                EarlyStopping(patience=1),
                EarlyStopping("val_loss", patience=2, restore_best_weights=True),
                EarlyStopping("loss", min_delta=0.3),
                True,
                False,
            ],
        },
    ),
    "divergence": (
        classifier(optimizer="sgd"),
        {"learning_rate": [1e-2, 1e30], "weight_decay": loguniform(1e-4, 1)},
    ),
    "class weights": (
        classifier(),
        {"class_weight": [None, "balanced", {1: 3.0, 2: 0.5}], "label_smoothing": uniform(0, 0.3)},
    ),
    "decay by layer": (
        classifier((16, 16)),
        {"weight_decay": [0.0, 0.1, (0.1, 0.0, 1.0)], "penalty": [None, "l1", "max_norm"]},
    ),
    "depths and widths": (
        classifier(dropout=0.1),
        {"hidden_layer_sizes": [(), (7,), (32,), (50, 37), (16, 8, 5)], "learning_rate": RATES},
    ),
    "optimizers": (
        classifier(batch_size="auto"),
        {
            "optimizer": ["adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs", SGD(momentum=0.9)],
            "learning_rate": RATES,
        },
    ),
    "numbers of an optimizer": (
        classifier(optimizer=Adam()),
        {"optimizer__beta_1": uniform(0.5, 0.4), "optimizer__clip_norm": [0.1, 1.0, np.inf]},
    ),
    "structure": (
        classifier(),
        {
            "normalization": [None, "batch", "layer"],
            "activation": ["relu", "tanh", "selu"],
            "init": [
                "auto",
                "orthogonal",
                ("lecun_uniform", "zeros"),
                ["auto", Orthogonal(gain=0.1)],
            ],
        },
    ),
    "augmentation and schedules": (
        classifier(),
        {
            "augmentation": [
                None,
                GaussianCopies(std=0.1),
                GaussianCopies(std=0.3),
                Mixup(alpha=0.4),
            ],
            "schedule": [None, "cosine", "step", "plateau"],
        },
    ),
    "batches and epochs": (classifier(), {"batch_size": [16, 50, "auto"], "max_epochs": [1, 2, 3]}),
    "double precision": (classifier(dtype="float64"), {"learning_rate": RATES}),
    "joint": (
        JointAEClassifier(8, encoder_layer_sizes=(16,), max_epochs=3, random_state=0),
        {"beta": [0.3, 0.9, 1.0], "learning_rate": RATES, "n_components": randint(2, 12)},
    ),
}


PIPELINES = {
    "preprocessing is searched": (
        Pipeline(
            [("scale", StandardScaler()), ("reduce", PCA(random_state=0)), ("net", classifier())]
        ),
        {
            "scale": [StandardScaler(), MinMaxScaler(), "passthrough"],
            "reduce__n_components": [5, 10],
            "net__learning_rate": RATES,
        },
    ),
    "a network in the middle": (
        make_pipeline(
            StandardScaler(),
            AutoencoderTransformer(6, max_epochs=3, random_state=0),
            LogisticRegression(max_iter=5000),
        ),
        {
            "autoencodertransformer__learning_rate": RATES,
            "autoencodertransformer__output": ["code", "reconstruction"],
            "logisticregression__C": loguniform(1e-2, 1),
        },
    ),
    "two networks": (
        make_pipeline(
            MinMaxScaler(), AutoencoderTransformer(6, max_epochs=2, random_state=0), classifier()
        ),
        {"mlpclassifier__dropout": uniform(0, 0.5), "autoencodertransformer__dropout": [0, 0.2]},
    ),
    "other estimators too": (
        Pipeline([("scale", StandardScaler()), ("net", classifier())]),
        [
            {"net": [classifier((8,)), LogisticRegression(max_iter=5000)]},
            {"net__learning_rate": RATES},
        ],
    ),
}


def check_equal(estimator, space, y=Y, *, n_iter=8, cv=2, fit_params=None, **settings):
    """Check that both searches give the same results; return the batched one."""
    loop, batched = (
        kind(clone(estimator), space, n_iter=n_iter, cv=cv, random_state=0, **settings)
        for kind in (RandomizedSearchCV, BatchedRandomizedSearchCV)
    )
    for search in (loop, batched):
        search.fit(X, y, **fit_params or {})
    expected, found = loop.cv_results_, batched.cv_results_
    assert set(found) == set(expected) | {"stage", "diverged"}
    for name in expected:
        if "score" in name and "time" not in name:
            np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    assert list(map(str, found["params"])) == list(map(str, expected["params"]))
    return batched


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("case", NETWORKS)
def test_networks_score_as_in_a_loop(case):
    estimator, space = NETWORKS[case]
    check_equal(scaled(estimator), of_net(space))


@pytest.mark.slow
@pytest.mark.parametrize("case", PIPELINES)
def test_pipelines_score_as_in_a_loop(case):
    check_equal(*PIPELINES[case])


@pytest.mark.slow
def test_an_autoencoder_is_searched_without_targets():
    encoder = AutoencoderTransformer(4, encoder_layer_sizes=(16,), max_epochs=3, random_state=0)
    space = {"learning_rate": RATES, "n_components": randint(2, 12), "tied_weights": [True, False]}
    check_equal(scaled(encoder), of_net(space), None)


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["squared_error", "huber", "poisson"])
def test_a_regressor_scores_as_in_a_loop(loss):
    mlp = MLPRegressor((16,), loss=loss, max_epochs=4, random_state=0)
    y = np.stack([NUMBERS, 1e5 + 100 * NUMBERS], 1)
    space = {"learning_rate": RATES, "batch_size": [16, 32], "normalize_y": [True, True, False]}
    check_equal(scaled(mlp), of_net(space), y if loss == "squared_error" else NUMBERS)


def test_a_regressor_with_a_transformed_target_scores_as_in_a_loop():
    inner = make_pipeline(StandardScaler(), MLPRegressor((16,), max_epochs=4, random_state=0))
    estimator = TransformedTargetRegressor(inner, transformer=StandardScaler())
    space = {"regressor__mlpregressor__learning_rate": RATES}
    batched = check_equal(estimator, space, NUMBERS)
    assert batched.predict(X).shape == NUMBERS.shape


@pytest.mark.slow
def test_rows_without_label_count_as_in_a_loop():
    y = np.where(np.arange(len(Y)) % 2, -1, Y)
    joint = JointAEClassifier(6, unlabeled_value=-1, max_epochs=3, random_state=0)
    space = {"beta": uniform(0.2, 0.7), "learning_rate": RATES}
    check_equal(scaled(joint), of_net(space), y, cv=LabeledFold(3, unlabeled_value=-1))


@pytest.mark.slow
def test_a_joint_regressor_scores_as_in_a_loop():
    joint = JointAERegressor(6, max_epochs=3, random_state=0)
    check_equal(scaled(joint), of_net({"beta": uniform(0.2, 0.7)}), NUMBERS)


@pytest.mark.slow
def test_sample_weights_are_divided_by_the_folds():
    batched = check_equal(
        scaled(classifier()),
        of_net({"learning_rate": RATES}),
        fit_params={"net__sample_weight": WEIGHTS},
    )
    plain = check_equal(scaled(classifier()), of_net({"learning_rate": RATES}))
    assert not np.array_equal(
        batched.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"]
    )


@pytest.mark.slow
def test_several_metrics_train_scores_and_refit_by_name():
    batched = check_equal(
        scaled(classifier()),
        of_net({"learning_rate": RATES}),
        scoring=["accuracy", "neg_log_loss"],
        refit="neg_log_loss",
        return_train_score=True,
    )
    assert batched.multimetric_
    assert set(batched.scorer_) == {"accuracy", "neg_log_loss"}
    assert batched.best_score_ == batched.cv_results_["mean_test_neg_log_loss"].max()


@cache
def stopping_scores(kind, **size):
    """Return the mean scores of ten networks, of which some stop early."""
    space = of_net({"learning_rate": RATES, "dropout": uniform(0, 0.5)})
    estimator = scaled(classifier((37,), early_stopping=EarlyStopping(patience=1)))
    search = kind(estimator, space, n_iter=10, cv=3, random_state=0, **size)
    return search.fit(X, Y).cv_results_["mean_test_score"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_no_score_depends_on_the_size_of_populations(size):
    found = stopping_scores(BatchedRandomizedSearchCV, population_size=size)
    np.testing.assert_array_equal(found, stopping_scores(RandomizedSearchCV))
