"""The values of ``history_``, recomputed by hand."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss, r2_score

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import SGD

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(30, 3)), rng.normal(size=(20, 3))
Y, Y_VAL = np.arange(30) % 3, np.arange(20) % 3
WEIGHT, WEIGHT_VAL = rng.uniform(size=30), rng.uniform(size=20)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL, "sample_weight_val": WEIGHT_VAL}
FULL_BATCH = {"batch_size": 30, "max_epochs": 1, "dtype": "float64", "random_state": 0}
DISTURBED = {"max_epochs": 3, "dropout": 0.5, "weight_decay": 1.0, "normalization": "batch"}
TRAINING_KEYS = {"loss", "learning_rate", "seconds"}


@pytest.mark.parametrize(("kind", "metric"), [(MLPClassifier, "accuracy"), (MLPRegressor, "r2")])
@pytest.mark.parametrize("early_stopping", [None, "convergence", True])
@pytest.mark.parametrize("given", [{}, VALIDATION], ids=["no X_val", "X_val"])
def test_validation_values_are_there_only_where_there_are_validation_rows(
    kind, metric, early_stopping, given
):
    mlp = kind(
        (4,),
        max_epochs=3,
        validation_fraction=0.2,
        early_stopping=early_stopping,
        learning_rate=1e-3,
    )
    history = mlp.fit(X, Y, **given).history_
    validated = {"val_loss", f"val_{metric}"} if given or early_stopping is True else set()
    assert history.keys() == TRAINING_KEYS | {metric} | validated
    assert all(values.shape == (3,) for values in history.values())
    assert mlp.n_epochs_ == 3
    assert (history["learning_rate"] == 1e-3).all()
    assert (history["seconds"] > 0).all()


@pytest.mark.parametrize("labels", [3, 2])
def test_validation_values_of_the_classifier_are_those_of_its_predictions(labels):
    mlp = MLPClassifier((4,), early_stopping=None, **DISTURBED)
    mlp.fit(X, Y % labels, WEIGHT, **VALIDATION | {"y_val": Y_VAL % labels})
    loss = log_loss(Y_VAL % labels, mlp.predict_proba(X_VAL), sample_weight=WEIGHT_VAL)
    score = accuracy_score(Y_VAL % labels, mlp.predict(X_VAL), sample_weight=WEIGHT_VAL)
    assert mlp.history_["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert mlp.history_["val_accuracy"][-1] == pytest.approx(score, rel=1e-5)


@pytest.mark.parametrize("columns", [0, slice(2)], ids=["one target", "two targets"])
def test_validation_values_of_the_regressor_are_those_of_its_predictions(columns):
    mlp = MLPRegressor((4,), early_stopping=None, **DISTURBED)
    y_val = X_VAL[:, columns]
    mlp.fit(X, X[:, columns], WEIGHT, **VALIDATION | {"y_val": y_val})
    mean = np.average(X[:, columns], axis=0, weights=WEIGHT)
    variance = np.average((X[:, columns] - mean) ** 2, axis=0, weights=WEIGHT)
    errors = ((mlp.predict(X_VAL) - y_val) ** 2 / variance).reshape(20, -1) / 2
    loss = np.average(errors.mean(1), weights=WEIGHT_VAL)
    score = r2_score(y_val, mlp.predict(X_VAL), sample_weight=WEIGHT_VAL)
    assert mlp.history_["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert mlp.history_["val_r2"][-1] == pytest.approx(score, rel=1e-4)


def half_squared_norms(mlp, *strengths):
    layers = [*(block.linear for block in mlp.module_.hidden), mlp.module_.output]
    norms = [layer.weight.square().sum().item() for layer in layers]
    return sum(strength / 2 * norm for strength, norm in zip(strengths, norms, strict=True))


# With a learning rate of 1e-12, the weights at the end of an epoch equal those at its start.
STILL = {"learning_rate": 1e-12, "optimizer": SGD()} | FULL_BATCH


@pytest.mark.parametrize(("decay", "each"), [(0.3, (0.3, 0.3, 0.3)), ((1, 0.2, 3), (1, 0.2, 3))])
def test_the_loss_of_the_classifier_is_cross_entropy_plus_penalties(decay, each):
    mlp = MLPClassifier((5, 4), weight_decay=decay, **STILL).fit(X, Y, WEIGHT)
    expected = log_loss(Y, mlp.predict_proba(X), sample_weight=WEIGHT) + half_squared_norms(
        mlp, *each
    )
    assert mlp.history_["loss"][0] == pytest.approx(expected, rel=1e-9)


def test_the_loss_of_the_regressor_is_half_the_squared_error_plus_penalties():
    y = X[:, :2]
    mlp = MLPRegressor((5,), weight_decay=(1, 0.2), normalize_y=False, **STILL)
    mlp.fit(X, y, WEIGHT)
    error = np.average(((mlp.predict(X) - y) ** 2 / 2).mean(1), weights=WEIGHT)
    expected = error + half_squared_norms(mlp, 1, 0.2)
    assert mlp.history_["loss"][0] == pytest.approx(expected, rel=1e-9)


def test_decoupled_decay_is_no_part_of_the_loss():
    mlp = MLPClassifier((5,), weight_decay=0.3, **STILL | {"optimizer": "adamw"}).fit(X, Y)
    assert mlp.history_["loss"][0] == pytest.approx(log_loss(Y, mlp.predict_proba(X)), rel=1e-9)


def test_the_loss_is_taken_before_each_step():
    one, two = (MLPClassifier((5,), **FULL_BATCH | {"max_epochs": n}).fit(X, Y) for n in (1, 2))
    after_first_step = log_loss(Y, one.predict_proba(X))
    assert two.history_["loss"][1] == pytest.approx(after_first_step, rel=1e-9)
    assert one.history_["loss"][0] != pytest.approx(after_first_step, rel=1e-3)


def test_the_first_step_of_gradient_descent_is_the_gradient_of_the_loss():
    rate = 0.1
    start = MLPRegressor((5,), weight_decay=0.3, normalize_y=False, **STILL).fit(X, Y)
    y = torch.tensor(Y, dtype=torch.float64)[:, None]
    loss = (start.module_(torch.tensor(X)) - y).square().mean() / 2
    loss = loss + sum(0.15 * p.square().sum() for p in start.module_.parameters() if p.ndim == 2)
    gradients = torch.autograd.grad(loss, list(start.module_.parameters()))
    moved = start.set_params(learning_rate=rate)
    before = [p.detach().clone() for p in start.module_.parameters()]
    moved.fit(X, Y)
    for p, old, gradient in zip(moved.module_.parameters(), before, gradients, strict=True):
        torch.testing.assert_close(p.detach(), old - rate * gradient, rtol=1e-9, atol=1e-9)
