"""Names of other libraries raise errors that say what they are called here."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_deep
from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, BiasVarianceTuner
from sklearn_deep.optimizers import Adam
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 2
KINDS = [
    MLPClassifier,
    MLPRegressor,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
]
SEARCHES = [BatchedRandomizedSearchCV, BiasVarianceTuner]
# Names from scikit-learn, Keras, torch and skorch.
RIGHT = {
    "epochs": "max_epochs",
    "n_epochs": "max_epochs",
    "max_iter": "max_epochs",
    "alpha": "weight_decay",
    "solver": "optimizer",
    "momentum": "optimizer",
    "learning_rate_init": "learning_rate",
    "lr": "learning_rate",
    "validation_split": "validation_fraction",
    "train_split": "validation_fraction",
    "validation_data": "X_val",
    "eval_set": "X_val",
    "metrics": "net_callbacks",
    "callbacks": "net_callbacks",
    "batch_norm": "normalization",
    "dropout_rate": "dropout",
    "p": "dropout",
    "n_iter_no_change": "early_stopping",
    "patience": "early_stopping",
    "tol": "early_stopping",
    "activation_function": "activation",
    "kernel_initializer": "init",
    "kernel_regularizer": "weight_decay",
    "criterion": "loss",
    "lr_scheduler": "schedule",
    "power_t": "schedule",
    "seed": "random_state",
    "beta_1": "optimizer",
    "epsilon": "optimizer",
    "clipnorm": "optimizer",
    "nesterovs_momentum": "optimizer",
    "optimizer__lr": "learning_rate",
    "max_epoch": "max_epochs",
    "dropuot": "dropout",
}
WIDTHS = ("units", "hidden_units", "layers")


def parameters(kind):
    found = set(inspect.signature(kind).parameters)
    return found | set(inspect.signature(kind.fit).parameters) if hasattr(kind, "fit") else found


def words(call, error):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


@for_all("kind", KINDS)
@for_all("given", [*RIGHT, *WIDTHS])
def test_a_parameter_of_another_library_names_the_right_one(kind, given):
    widths = (
        "hidden_layer_sizes" if hasattr(kind(), "hidden_layer_sizes") else "encoder_layer_sizes"
    )
    right = RIGHT.get(given, widths)
    said = [
        words(lambda: kind(**{given: 1}), TypeError),
        words(lambda: kind().set_params(**{given: 1}), ValueError),
        words(lambda: kind().fit(X, Y, **{given: 1}), TypeError),
    ]
    assert right in parameters(kind)
    assert all(f"{given!r}" in one for one in said)
    assert all(kind.__name__ in one for one in said)
    # A misspelled parameter is compared with those of the method that is called.
    assert all(f"'{right}'" in one for one in said[: 2 if given in ("max_epoch", "dropuot") else 3])


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, JointAEClassifier, JointAERegressor])
def test_validation_data_are_given_to_fit_in_two_parts(kind):
    said = words(lambda: kind().fit(X, Y, validation_data=(X, Y)), TypeError)
    assert said.endswith("Use 'X_val' and 'y_val'.")
    said = words(lambda: kind(validation_data=(X, Y)), TypeError)
    assert said.endswith(f"Use 'X_val' and 'y_val' of {kind.__name__}.fit.")


@pytest.mark.parametrize("kind", KINDS)
def test_a_parameter_of_the_constructor_is_none_of_fit(kind):
    if hasattr(kind(), "class_weight"):
        said = words(lambda: kind().fit(X, Y, class_weight="balanced"), TypeError)
        assert said.endswith(f"Use 'class_weight' of {kind.__name__}.")
    said = words(lambda: kind().fit(X, Y, max_epochs=3), TypeError)
    assert said.endswith(f"Use 'max_epochs' of {kind.__name__}.")
    said = words(lambda: kind().partial_fit(X, Y, X_val=3), TypeError)
    assert said.endswith(f"Use 'X_val' of {kind.__name__}.fit.")


def test_several_wrong_names_are_explained_at_once():
    said = words(lambda: MLPClassifier(epochs=3, solver="adam"), TypeError)
    assert "'epochs' and 'solver'" in said
    assert "'max_epochs'" in said
    assert "'optimizer'" in said


def test_alpha_is_told_with_its_unit():
    assert "5e-7" in words(lambda: MLPClassifier(alpha=1e-4), TypeError)
    assert "5e-7" in MLPClassifier.__doc__
    assert "5e-7" in MLPRegressor.__doc__


@for_all(
    ("kind", "argument", "given", "right"),
    [
        (MLPRegressor, "loss", "mse", "squared_error"),
        (MLPRegressor, "loss", "mae", "absolute_error"),
        (MLPClassifier, "loss", "log_loss", "cross_entropy"),
        (MLPClassifier, "loss", "categorical_crossentropy", "cross_entropy"),
        (MLPClassifier, "activation", "swish", "silu"),
        (MLPClassifier, "activation", "LeakyReLU", "leaky_relu"),
        (MLPClassifier, "activation", "linear", "identity"),
        (MLPClassifier, "penalty", "L2", "l2"),
        (MLPClassifier, "init", "xavier_uniform", "glorot_uniform"),
        (MLPClassifier, "init", "kaiming_normal", "he_normal"),
        (MLPClassifier, "optimizer", "Adam", "adam"),
        (MLPClassifier, "schedule", "adaptive", "plateau"),
        (MLPClassifier, "schedule", "ReduceLROnPlateau", "plateau"),
        (AutoencoderTransformer, "loss", "bce", "binary_cross_entropy"),
        (MLPClassifier, "early_stopping", EarlyStopping("train_loss"), "loss"),
        (MLPClassifier, "early_stopping", EarlyStopping("val_acc"), "val_accuracy"),
        (MLPRegressor, "early_stopping", EarlyStopping("val_score"), "val_r2"),
    ],
)
def test_a_value_of_another_library_names_the_right_one(kind, argument, given, right):
    said = words(lambda: kind(**{argument: given}).fit(X, Y), ValueError)
    assert f"Did you mean '{right}'?" in said


@pytest.mark.parametrize("kind", [*KINDS, *SEARCHES])
def test_signatures_name_every_parameter(kind):
    found = inspect.signature(kind).parameters
    assert all(p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL) for p in found.values())
    assert sorted(found) == kind._get_param_names()


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_requests_are_those_of_the_signature(kind):
    assert set(kind().get_metadata_routing().fit.requests) == set(
        inspect.signature(kind.fit).parameters
    ) - {"self", "X", "y"}
    assert hasattr(kind, "set_fit_request")


@pytest.mark.parametrize("kind", KINDS)
def test_clones_keep_their_parameters(kind):
    mine = kind(max_epochs=3, optimizer=Adam(beta_1=0.5))
    assert repr(clone(mine)) == repr(mine)


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (
            lambda: BatchedRandomizedSearchCV(MLPClassifier(), param_grid={}),
            "'param_distributions'",
        ),
        (lambda: BatchedRandomizedSearchCV(MLPClassifier(), {}, n_candidates=3), "'n_iter'"),
        (lambda: BatchedRandomizedSearchCV(MLPClassifier(), {}, scorer="r2"), "'scoring'"),
        (
            lambda: BatchedRandomizedSearchCV(MLPClassifier(), {}, epochs=3),
            "'max_epochs' of the estimator",
        ),
        (lambda: BatchedRandomizedSearchCV(MLPClassifier(), {}, 3), "by name, got 3"),
        (lambda: BiasVarianceTuner(MLPClassifier(), seed=3), "'random_state'"),
    ],
)
def test_a_search_explains_its_own_parameters(call, right):
    assert right in words(call, TypeError)


def test_a_search_explains_what_is_set():
    search = BatchedRandomizedSearchCV(MLPClassifier(), {})
    assert "Use 'n_iter'." in words(lambda: search.set_params(n_trials=3), ValueError)
    assert "'max_epochs'" in words(lambda: search.set_params(estimator__epochs=3), ValueError)


PIPELINE = make_pipeline(StandardScaler(), MLPClassifier(max_epochs=1))


@pytest.mark.parametrize(
    ("estimator", "given", "right"),
    [
        (MLPClassifier(max_epochs=1), "alpha", "Use 'weight_decay'"),
        (MLPClassifier(optimizer=Adam()), "optimizer__lr", "Use 'learning_rate' of the estimator"),
        (MLPClassifier(), "optimizer__lr", "Use 'learning_rate' of the estimator"),
        (PIPELINE, "mlpclassifier__alpha", "Use 'weight_decay'"),
        (PIPELINE, "alpha", "Use 'weight_decay'"),
        (PIPELINE, "alpha", "begin with 'mlpclassifier__'"),
        (PIPELINE, "learning_rate", "Did you mean 'mlpclassifier__learning_rate'?"),
    ],
)
def test_a_search_space_is_explained(estimator, given, right):
    search = BatchedRandomizedSearchCV(estimator, {given: [0.1]}, n_iter=1, cv=2)
    assert right in words(lambda: search.fit(X, Y), ValueError)


def test_a_search_explains_what_it_is_fitted_with():
    search = BatchedRandomizedSearchCV(
        MLPClassifier(), {"dropout": [0.1]}, n_iter=1, cv=2, error_score="raise"
    )
    assert "'X_val' and 'y_val'" in words(lambda: search.fit(X, Y, eval_set=None), TypeError)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_warning_points_to_the_line_of_the_user(method):
    mlp = JointAEClassifier(2, beta=0, max_epochs=1, random_state=0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        getattr(mlp, method)(X, Y, **{"classes": [0, 1]} if method == "partial_fit" else {})
    assert [one.filename for one in said] == [__file__]


def test_every_estimator_is_looked_at():
    assert {kind.__name__ for kind in KINDS} < set(sklearn_deep.__all__)
