"""Parameters of scikit-learn's MLPs are converted; others raise an error or give a warning."""

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.optimizers import LBFGS, SGD, Adam
from sklearn_deep.plugins import resolve
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all
from tests._support.scikit_learn_mlps import CLASSES, EACH_KIND, X, theirs

PARAMETERS = [
    ({"hidden_layer_sizes": 7}, {"hidden_layer_sizes": 7}),
    ({"activation": "tanh"}, {"activation": "tanh", "init": "glorot_uniform"}),
    (
        {"activation": "logistic"},
        {
            "activation": "logistic",
            "init": VarianceScaling(scale=1 / 3, mode="fan_avg", distribution="uniform"),
        },
    ),
    (
        {},
        {"optimizer": Adam(), "early_stopping": EarlyStopping("loss", min_delta=1e-4, patience=11)},
    ),
    (
        {"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1},
        {"optimizer": Adam(beta_1=0.5, beta_2=0.6, epsilon=0.1)},
    ),
    ({"solver": "sgd"}, {"optimizer": SGD(nesterov=True)}),
    (
        {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False},
        {"optimizer": SGD(momentum=0.5)},
    ),
    ({"solver": "sgd", "momentum": 0.0}, {"optimizer": SGD(momentum=0.0)}),
    (
        {"solver": "lbfgs", "batch_size": 7, "early_stopping": True},
        {"optimizer": LBFGS(), "batch_size": "auto", "early_stopping": "convergence"},
    ),
    ({"learning_rate_init": 0.5}, {"learning_rate": 0.5, "schedule": None}),
    ({"learning_rate": "adaptive"}, {"schedule": None}),
    ({"batch_size": 50, "alpha": 0.5}, {"batch_size": 50, "weight_decay": 0.01}),
    ({"max_iter": 9}, {"max_epochs": 9}),
    (
        {"tol": 0.1, "n_iter_no_change": 3},
        {"early_stopping": EarlyStopping("loss", min_delta=0.1, patience=4)},
    ),
    ({"n_iter_no_change": np.inf}, {"early_stopping": None}),
    ({"validation_fraction": 0.3}, {"validation_fraction": 0.3}),
    ({"validation_fraction": 0.0}, {"validation_fraction": 0.1}),
    (
        {"warm_start": True, "random_state": 3, "verbose": True},
        {"warm_start": True, "random_state": 3, "verbose": True},
    ),
    ({"power_t": 0.1, "max_fun": 3}, {}),
]


@EACH_KIND
@for_all(("given", "expected"), PARAMETERS)
def test_parameters_have_their_counterparts(kind, given, expected):
    own = kind.from_sklearn(theirs(kind, **given))
    for name, value in expected.items():
        assert repr(getattr(own, name)) == repr(value)
    own._validate_params()
    resolve("optimizers", own.optimizer, argument="optimizer", owner="Owner")


@EACH_KIND
def test_early_stopping_monitors_the_score_and_restores_the_best_weights(kind):
    own = kind.from_sklearn(theirs(kind, early_stopping=True, tol=0.1, n_iter_no_change=2))
    score = {MLPClassifier: "val_accuracy", MLPRegressor: "val_r2"}[kind]
    assert repr(own.early_stopping) == repr(
        EarlyStopping(score, min_delta=0.1, patience=3, restore_best_weights=True)
    )


@EACH_KIND
@pytest.mark.parametrize("early_stopping", [False, True])
def test_an_adaptive_learning_rate_is_a_plateau_and_ends_no_fit(kind, early_stopping):
    params = {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.1, "n_iter_no_change": 2}
    mlp = theirs(kind, early_stopping=early_stopping, **params)
    with pytest.warns(UserWarning, match="'adaptive'"):
        own = kind.from_sklearn(mlp)
    score = {MLPClassifier: "val_accuracy", MLPRegressor: "val_r2"}[kind]
    monitor = score if early_stopping else "loss"
    assert repr(own.schedule) == repr(
        Plateau(monitor=monitor, factor=0.2, patience=3, min_delta=0.1)
    )
    rule = EarlyStopping(score, min_delta=0.1, patience=4, restore_best_weights=True)
    assert repr(own.early_stopping) == repr(rule if early_stopping else None)
    assert own.fit(X, np.arange(60) % 2).n_epochs_ == 4


def test_the_largest_momentum_of_scikit_learn_is_allowed():
    mlp = theirs(MLPClassifier, solver="sgd", momentum=1.0)
    assert MLPClassifier.from_sklearn(mlp).fit(X, CLASSES["bool"]).optimizer.momentum < 1


@pytest.mark.parametrize(
    ("params", "n_samples", "fitted", "rows"),
    [
        ({}, None, True, 60),
        ({}, 40, True, 40),
        ({}, 1000, False, 200),
        ({}, 30, False, 30),
        ({"batch_size": 10}, None, False, 10),
        ({"batch_size": 10}, None, True, 10),
        ({"batch_size": 500}, None, True, 60),
        ({"batch_size": 500}, 90, False, 90),
        ({"early_stopping": True}, None, True, 54),
        ({"solver": "lbfgs"}, 300, True, 300),
    ],
)
def test_alpha_is_divided_by_the_rows_of_a_step(params, n_samples, fitted, rows):
    mlp = theirs(MLPClassifier, CLASSES["bool"] if fitted else None, alpha=3.0, **params)
    assert MLPClassifier.from_sklearn(mlp, n_samples=n_samples).weight_decay == 3.0 / rows


WARNED = [
    ({"alpha": 0.5}, ["alpha=0.5", "weight_decay is alpha / 200", "n_samples"]),
    ({"shuffle": False}, ["shuffle=False", "samples are shuffled in each epoch"]),
    (
        {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.7},
        ["learning_rate='invscaling'", "power_t=0.7", "schedule"],
    ),
    ({"solver": "sgd", "learning_rate": "adaptive"}, ["'adaptive'", "Plateau", "1e-6"]),
    ({"solver": "lbfgs", "tol": 0.1, "max_fun": 7}, ["tol=0.1", "max_fun=7", "max_epochs"]),
    ({"alpha": 0.5, "shuffle": False}, ["alpha=0.5", "shuffle=False", "To silence this"]),
]


@EACH_KIND
@pytest.mark.parametrize(("given", "words"), WARNED)
def test_one_warning_names_all_that_has_no_counterpart(kind, given, words):
    with pytest.warns(UserWarning, match="no exact counterpart") as warned:
        kind.from_sklearn(theirs(kind, **given))
    assert len(warned) == 1
    assert warned[0].filename == __file__
    message = str(warned[0].message)
    assert message.startswith(f"{kind.__name__}.from_sklearn")
    assert all(word in message for word in words), message


NOT_WARNED = [
    {"learning_rate": "invscaling", "power_t": 0.7},
    {"max_fun": 7},
    {"solver": "lbfgs", "shuffle": False, "learning_rate": "adaptive"},
    {"momentum": 0.5, "nesterovs_momentum": False},
]


@EACH_KIND
@pytest.mark.parametrize("given", NOT_WARNED)
def test_nothing_is_said_of_parameters_that_the_solver_does_not_read(kind, given):
    kind.from_sklearn(theirs(kind, **given))


def test_a_fit_of_lbfgs_does_not_tell_its_rows():
    mlp = theirs(MLPClassifier, CLASSES["bool"], alpha=0.5, solver="lbfgs")
    with pytest.warns(UserWarning, match="n_samples"):
        own = MLPClassifier.from_sklearn(mlp)
    assert own.weight_decay == 0.5 / 200


CLASSIFIER, REGRESSOR = neural_network.MLPClassifier, neural_network.MLPRegressor
NO_MLP = [
    (MLPClassifier, REGRESSOR(), ["MLPRegressor", "Use MLPRegressor.from_sklearn"]),
    (MLPRegressor, CLASSIFIER(), ["MLPClassifier", "Use MLPClassifier.from_sklearn"]),
    (MLPClassifier, CLASSIFIER, ["the class MLPClassifier", "MLPClassifier()"]),
    (
        MLPClassifier,
        StandardScaler,
        ["the class StandardScaler", "Pass, for example, MLPClassifier()"],
    ),
    (MLPClassifier, make_pipeline(StandardScaler(), CLASSIFIER()), ["Pipeline", "pipeline[-1]"]),
    (MLPClassifier, MLPClassifier(), ["already an estimator of this library", "clone"]),
    (MLPRegressor, None, ["NoneType", "Pass, for example, MLPRegressor()"]),
]


@pytest.mark.parametrize(("kind", "given", "words"), NO_MLP, ids=lambda v: type(v).__name__)
def test_anything_else_is_refused_with_what_to_give(kind, given, words):
    with pytest.raises(TypeError, match="from_sklearn requires an instance of") as raised:
        kind.from_sklearn(given)
    assert f"sklearn.neural_network.{kind.__name__}" in str(raised.value)
    assert all(word in str(raised.value) for word in words), str(raised.value)


@EACH_KIND
def test_parameters_that_scikit_learn_refuses_are_refused(kind):
    with pytest.raises(ValueError, match="'solver' parameter of MLP"):
        kind.from_sklearn(theirs(kind, solver="adagrad"))


@pytest.mark.parametrize("n_samples", [0, 1.5, "all"])
def test_a_number_of_rows_is_an_integer(n_samples):
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        MLPClassifier.from_sklearn(theirs(MLPClassifier), n_samples=n_samples)


def test_a_classifier_of_one_class_is_refused():
    mlp = theirs(MLPClassifier, np.ones(60, int))
    with pytest.raises(ValueError, match="at least 2 classes, got 1 class: 1"):
        MLPClassifier.from_sklearn(mlp)
