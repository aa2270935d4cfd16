"""Fitted MLPs converted to scikit-learn's predict the same and have the same abilities."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from torch import nn
from torch.nn import functional as F

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import LBFGS, SGD, Adam
from sklearn_deep.penalties import L1
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all
from tests._support.scikit_learn_mlps import (
    CLASSES,
    EACH_KIND,
    HAS_POISSON,
    KINDS,
    NUMBERS,
    X,
    taken,
    theirs,
    weights,
)

WITHOUT_EFFECT = {
    "dropout": 0.2,
    "input_noise": 0.1,
    "hidden_noise": 0.1,
    "weight_noise": 0.01,
    "weight_decay": (0.1, 0.2, 0.3),
    "penalty": L1(l1=1e-3),
    "augmentation": "gaussian",
    "optimizer": "rmsprop",
    "schedule": "cosine",
    "early_stopping": True,
    "init": "orthogonal",
}


def ours(kind, y, rows=X, **params):
    given = {
        "hidden_layer_sizes": (6, 5),
        "random_state": 0,
        "max_epochs": 4,
        "learning_rate": 0.01,
    }
    return kind(**given | params).fit(rows, y)


# Predictions


@pytest.mark.slow
@pytest.mark.parametrize("target", CLASSES)
@pytest.mark.parametrize("activation", ["identity", "logistic", "sigmoid", "tanh", "relu"])
def test_a_classifier_predicts_the_same(target, activation):
    own = ours(MLPClassifier, CLASSES[target], activation=activation, **WITHOUT_EFFECT)
    mlp = own.to_sklearn()
    assert type(mlp) is KINDS[MLPClassifier]
    for rows in (X, X.astype(np.float32), -2 * X):
        np.testing.assert_array_equal(mlp.predict(rows), own.predict(rows))
        np.testing.assert_allclose(mlp.predict_proba(rows), own.predict_proba(rows), atol=1e-5)
    assert mlp.predict(X).dtype == own.predict(X).dtype
    assert mlp.score(X, CLASSES[target]) == own.score(X, CLASSES[target])


@pytest.mark.parametrize("target", NUMBERS)
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_regressor_predicts_the_same(target, activation):
    own = ours(MLPRegressor, NUMBERS[target], activation=activation, **WITHOUT_EFFECT)
    mlp = own.to_sklearn()
    assert type(mlp) is KINDS[MLPRegressor]
    assert mlp.predict(X).shape == own.predict(X).shape
    np.testing.assert_allclose(mlp.predict(X), own.predict(X), atol=1e-5)
    assert mlp.score(X, NUMBERS[target]) == pytest.approx(own.score(X, NUMBERS[target]), abs=1e-5)


@pytest.mark.skipif(not HAS_POISSON, reason="scikit-learn 1.6 has no Poisson loss")
def test_a_poisson_regressor_predicts_the_same():
    own = ours(MLPRegressor, np.arange(60) % 4, loss="poisson")
    np.testing.assert_allclose(own.to_sklearn().predict(X), own.predict(X), atol=1e-5)


@pytest.mark.parametrize("target", CLASSES)
def test_probabilities_agree_where_they_are_all_but_0_and_1(target):
    own = ours(MLPClassifier, CLASSES[target], dtype="float64")
    with torch.no_grad():
        own.module_.output.weight.mul_(300)
    probabilities = own.predict_proba(X)
    assert (probabilities < 1e-30).any()
    np.testing.assert_allclose(own.to_sklearn().predict_proba(X), probabilities, atol=1e-5)


@EACH_KIND
@pytest.mark.parametrize(
    "activation",
    [nn.Sigmoid, nn.ReLU(), nn.Tanh, nn.Identity, F.relu, torch.tanh, torch.Tensor.sigmoid],
    ids=["Sigmoid", "ReLU()", "Tanh", "Identity", "F.relu", "torch.tanh", "Tensor.sigmoid"],
)
def test_an_activation_may_be_written_in_any_way(kind, activation):
    own = pickle.loads(pickle.dumps(ours(kind, CLASSES["bool"], activation=activation)))
    np.testing.assert_allclose(own.to_sklearn().predict(X), own.predict(X), atol=1e-5)


@EACH_KIND
def test_a_linear_model_needs_no_activation(kind):
    own = ours(kind, CLASSES["bool"], hidden_layer_sizes=(), activation="gelu")
    np.testing.assert_allclose(own.to_sklearn().predict(X), own.predict(X), atol=1e-5)


@EACH_KIND
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_have_the_type_of_the_network(kind, dtype):
    own = ours(kind, CLASSES["bool"], dtype=dtype)
    assert {given.dtype for given in weights(own.to_sklearn())} == {np.dtype(dtype)}
    if kind is MLPRegressor:
        own = ours(kind, CLASSES["bool"], dtype=dtype, normalize_y=False)
    mlp = own.to_sklearn()
    for ours_, given in zip(weights(own), weights(mlp), strict=True):
        np.testing.assert_array_equal(ours_, given)
        assert given.dtype == dtype


@EACH_KIND
def test_the_fitted_network_counts_and_not_parameters_set_later(kind):
    own = ours(kind, CLASSES["bool"])
    before = own.predict(X)
    own.set_params(hidden_layer_sizes=(3,), activation="gelu", normalization="batch")
    mlp = own.to_sklearn()
    np.testing.assert_allclose(mlp.predict(X), before, atol=1e-5)
    assert (mlp.hidden_layer_sizes, mlp.activation) == ((6, 5), "relu")


@pytest.mark.slow
def test_their_pickles_load_and_predict_without_torch(tmp_path):
    own = [ours(kind, CLASSES["bool"]) for kind in (MLPClassifier, MLPRegressor)]
    np.save(tmp_path / "X.npy", X)
    (tmp_path / "mlps.pickle").write_bytes(pickle.dumps([mlp.to_sklearn() for mlp in own]))
    program = """
import pickle, sys, numpy as np
X = np.load("X.npy")
np.save("y.npy", [mlp.predict(X) for mlp in pickle.load(open("mlps.pickle", "rb"))])
assert not {"torch", "sklearn_deep"} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    expected = [mlp.predict(X) for mlp in own]
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), expected, atol=1e-5)


# Further attributes of scikit-learn's fitted MLPs


@EACH_KIND
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_it_has_the_attributes_that_a_fit_of_scikit_learn_leaves(kind, solver, early_stopping):
    frame = pd.DataFrame(X, columns=list("abcd"))
    params = {"solver": solver, "early_stopping": early_stopping, "activation": "tanh"}
    example = theirs(kind, CLASSES["bool"], rows=frame, **params)
    own = taken(clone(example), n_samples=60).fit(frame, CLASSES["bool"])
    mlp = own.to_sklearn()
    in_training_only = {"_optimizer", "_random_state", "_coef_indptr", "_intercept_indptr"}
    assert vars(example).keys() - vars(mlp).keys() <= in_training_only
    for name, value in vars(example).items():
        if name not in in_training_only:
            assert isinstance(value, type(getattr(mlp, name))), name
    same = ["n_layers_", "n_outputs_", "out_activation_", "n_features_in_", "t_", "n_iter_"]
    assert [getattr(mlp, name) for name in same] == [getattr(example, name) for name in same]
    assert mlp.feature_names_in_.tolist() == list("abcd")
    np.testing.assert_allclose(mlp.predict(frame), own.predict(frame), atol=1e-5)


def test_curves_are_those_of_the_history():
    own = ours(MLPClassifier, CLASSES["bool"])
    mlp = own.to_sklearn()
    assert mlp.loss_curve_ == own.history_["loss"].tolist()
    assert (mlp.loss_, mlp.best_loss_) == (mlp.loss_curve_[-1], min(mlp.loss_curve_))
    assert (mlp.validation_scores_, mlp.best_validation_score_) == (None, None)


def test_curves_of_early_stopping_are_those_of_the_history():
    own = ours(MLPClassifier, CLASSES["bool"], early_stopping=True)
    mlp = own.to_sklearn()
    assert mlp.validation_scores_ == own.history_["val_accuracy"].tolist()
    assert mlp.best_validation_score_ == max(mlp.validation_scores_)
    assert mlp.best_loss_ is None


@pytest.mark.parametrize("target", CLASSES)
def test_partial_fit_goes_on_from_the_weights(target):
    y = CLASSES[target]
    own = ours(MLPClassifier, y, optimizer=SGD(momentum=0.0), weight_decay=0.1, dtype="float64")
    mlp = own.to_sklearn().partial_fit(X, y)
    own.set_params(warm_start=True, max_epochs=1).fit(X, y)
    for ours_, given in zip(weights(own), weights(mlp), strict=True):
        np.testing.assert_allclose(ours_, given, rtol=0, atol=1e-6)
    assert len(mlp.loss_curve_) == 5
    assert mlp.t_ == 300


@EACH_KIND
@pytest.mark.parametrize("early_stopping", [False, True])
def test_warm_starts_go_on_from_the_weights(kind, early_stopping):
    own = ours(kind, CLASSES["bool"], warm_start=True, early_stopping=early_stopping)
    mlp = own.to_sklearn()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(X, CLASSES["bool"])
    assert len(mlp.loss_curve_) == 8
    assert mlp.loss_curve_[-1] < mlp.loss_curve_[0]


@EACH_KIND
def test_clones_representations_and_pickles_work(kind):
    own = ours(kind, CLASSES["bool"])
    mlp = own.to_sklearn()
    assert not hasattr(clone(mlp), "coefs_")
    assert repr(clone(mlp)) == repr(mlp)
    assert "MLP" in mlp._repr_html_()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(mlp)).predict(X), mlp.predict(X))


@EACH_KIND
def test_the_estimator_is_left_as_it_is_and_nothing_is_shared(kind):
    random_state = np.random.RandomState(0)
    own = ours(kind, CLASSES["bool"], random_state=random_state, hidden_layer_sizes=(1,))
    before = own.predict(X)
    mlp = own.to_sklearn()
    assert mlp.random_state is not random_state
    for array in [*mlp.coefs_, *mlp.intercepts_]:
        array.fill(0)
    np.testing.assert_array_equal(own.predict(X), before)


# There and back


@for_all("target", [*CLASSES, *NUMBERS])
@for_all("solver", ["adam", "sgd", "lbfgs"])
def test_there_and_back_and_there_again_is_the_same(target, solver):
    kind, y = (MLPRegressor, NUMBERS) if target in NUMBERS else (MLPClassifier, CLASSES)
    params = {"solver": solver, "alpha": 0.3, "momentum": 0.5, "beta_1": 0.5}
    first = taken(theirs(kind, y[target], **params))
    mlp = first.to_sklearn()
    second = taken(mlp)
    for one, other in zip(weights(first), weights(second), strict=True):
        np.testing.assert_array_equal(one, other)
    assert repr(second.get_params()) == repr(first.get_params())
    assert mlp.alpha == pytest.approx(0.3)
    assert vars(second).keys() == vars(first).keys()
    assert second.history_.keys() == first.history_.keys()
    np.testing.assert_array_equal(second.history_["loss"], first.history_["loss"])


PARAMETERS = [
    {"activation": "logistic", "hidden_layer_sizes": (3, 2)},
    {"solver": "adam", "beta_1": 0.5, "beta_2": 0.6, "epsilon": 1e-3},
    {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False},
    {"solver": "sgd", "momentum": 0.7, "nesterovs_momentum": True, "tol": 0.1},
    {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.01, "n_iter_no_change": 3},
    {"solver": "lbfgs", "max_iter": 9},
    {"alpha": 0.3, "batch_size": 7, "learning_rate_init": 0.2},
    {"tol": 0.1, "n_iter_no_change": 3},
    {"n_iter_no_change": np.inf},
    {"early_stopping": True, "tol": 0.1, "n_iter_no_change": 3, "validation_fraction": 0.3},
    {"warm_start": True, "random_state": 3, "verbose": 2},
]


@EACH_KIND
@for_all("given", PARAMETERS)
def test_parameters_of_scikit_learn_come_back(kind, given):
    given = {"alpha": 0.5} | given
    mlp = taken(theirs(kind, CLASSES["bool"], **given)).to_sklearn()
    assert mlp.alpha == pytest.approx(given.pop("alpha"))
    assert {name: getattr(mlp, name) for name in given} == given
    mlp._validate_params()


MAPPED = [
    ({}, {"solver": "adam", "alpha": 0.0, "early_stopping": False, "n_iter_no_change": 9}),
    ({"early_stopping": "convergence"}, {"tol": 0.0, "n_iter_no_change": 19}),
    ({"optimizer": Adam(beta_1=0.5)}, {"solver": "adam", "beta_1": 0.5}),
    ({"optimizer": "adamw", "weight_decay": 0.1}, {"solver": "adam", "alpha": 0.0}),
    ({"optimizer": "rmsprop", "weight_decay": 0.1}, {"solver": "adam", "alpha": 6.0}),
    ({"optimizer": LBFGS(), "batch_size": "auto"}, {"solver": "lbfgs"}),
    ({"weight_decay": 0.1, "batch_size": 10}, {"alpha": 1.0, "batch_size": 10}),
    ({"weight_decay": (0.1, 0.1, 0.1)}, {"alpha": 6.0}),
    ({"weight_decay": (0.1, 0.2, 0.3)}, {"alpha": 0.0}),
    ({"early_stopping": None}, {"early_stopping": False, "n_iter_no_change": np.inf}),
    ({"early_stopping": True}, {"early_stopping": True, "n_iter_no_change": 9}),
    ({"early_stopping": EarlyStopping("loss")}, {"n_iter_no_change": 1}),
    ({"optimizer": "adam", "schedule": Plateau()}, {"learning_rate": "constant"}),
    ({"optimizer": "sgd", "schedule": "cosine"}, {"learning_rate": "constant"}),
]


@EACH_KIND
@for_all(("given", "expected"), MAPPED)
def test_parameters_have_their_counterparts(kind, given, expected):
    mlp = ours(kind, CLASSES["bool"], **given).to_sklearn()
    assert {name: getattr(mlp, name) for name in expected} == pytest.approx(expected)
    mlp._validate_params()


# Errors

REFUSED = [
    (MLPClassifier, {"activation": "gelu"}, ["activation='gelu'"]),
    (MLPClassifier, {"activation": "leaky_relu"}, ["activation='leaky_relu'"]),
    (MLPClassifier, {"normalization": "batch"}, ["normalization='batch'"]),
    (MLPRegressor, {"normalization": "layer"}, ["normalization='layer'"]),
    (MLPClassifier, {"loss": "focal"}, ["loss='focal'"]),
    (MLPRegressor, {"loss": "huber"}, ["loss='huber'"]),
    (
        MLPRegressor,
        {"activation": "elu", "normalization": "batch", "loss": "quantile"},
        ["activation='elu' and normalization='batch' and loss='quantile'"],
    ),
]


@pytest.mark.parametrize(("kind", "params", "words"), REFUSED)
def test_what_scikit_learn_cannot_express_is_named(kind, params, words):
    own = ours(kind, CLASSES["bool"], **params)
    with pytest.raises(ValueError, match="to_sklearn cannot convert") as raised:
        own.to_sklearn()
    wanted = [*words, kind.__name__, "'identity', 'logistic', 'tanh' and 'relu'"]
    assert all(word in str(raised.value) for word in wanted), str(raised.value)


@pytest.mark.skipif(HAS_POISSON, reason="this scikit-learn has the Poisson loss")
def test_an_old_scikit_learn_cannot_express_the_poisson_loss():
    with pytest.raises(ValueError, match="available since scikit-learn"):
        ours(MLPRegressor, np.arange(60) % 4, loss="poisson").to_sklearn()


@EACH_KIND
def test_an_unfitted_estimator_cannot_be_given_away(kind):
    with pytest.raises(NotFittedError, match=kind.__name__):
        kind().to_sklearn()
