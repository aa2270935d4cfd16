"""When a fit ends, and which weights it keeps."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from sklearn_deep import JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(40, 3)), rng.normal(size=(30, 3))
Y, Y_VAL = rng.integers(2, size=40), rng.integers(2, size=30)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
MONITORS = ["loss", "accuracy", "val_loss", "val_accuracy"]


def overfitting(early_stopping, max_epochs=40):
    """Noise labels and a large step: validation values soon get worse."""
    return MLPClassifier(
        (16,),
        learning_rate=0.03,
        batch_size=10,
        max_epochs=max_epochs,
        early_stopping=early_stopping,
        random_state=0,
    )


@pytest.mark.parametrize("early_stopping", [None, False])
def test_without_early_stopping_all_epochs_run(early_stopping):
    mlp = overfitting(early_stopping).fit(X, Y, **VALIDATION)
    assert mlp.n_epochs_ == 40
    assert mlp.best_epoch_ == mlp.history_["loss"].argmin()
    last = log_loss(Y_VAL, mlp.predict_proba(X_VAL))
    assert mlp.history_["val_loss"][-1] == pytest.approx(last, rel=1e-5)


@pytest.mark.parametrize("monitor", MONITORS)
@pytest.mark.parametrize("numbers", [(0, 0.0, 0), (3, 0.0, 0), (2, 0.02, 4), (100, 0.0, 0)])
def test_a_fit_stops_where_the_rule_says(monitor, numbers):
    patience, min_delta, start = numbers
    rule = EarlyStopping(monitor, min_delta=min_delta, patience=patience, start_from_epoch=start)
    mlp = overfitting(rule, max_epochs=25).fit(X, Y, **VALIDATION)
    stopped, best = rule.replay(mlp.history_[monitor])
    assert mlp.n_epochs_ == (25 if stopped is None else stopped + 1)
    assert mlp.best_epoch_ == best


JOINT_MONITORS = [
    f"{part}loss_{term}" for part in ("", "val_") for term in ("prediction", "reconstruction")
]


def joint(**settings):
    numbers = {"learning_rate": 0.03, "batch_size": 10, "max_epochs": 25, "random_state": 0}
    return JointAEClassifier(3, encoder_layer_sizes=(16,), **numbers | settings)


@pytest.mark.parametrize("monitor", JOINT_MONITORS)
def test_a_fit_stops_by_either_term_of_its_loss(monitor):
    rule = EarlyStopping(monitor, patience=1, restore_best_weights=True)
    estimator = joint(early_stopping=rule).fit(X, Y, **VALIDATION)
    stopped, best = rule.replay(
        joint(early_stopping=None).fit(X, Y, **VALIDATION).history_[monitor]
    )
    assert (estimator.n_epochs_ - 1, estimator.best_epoch_) == (stopped, best)


@pytest.mark.parametrize("monitor", JOINT_MONITORS)
def test_a_schedule_looks_at_either_term_of_the_loss(monitor):
    rule = Plateau(monitor=monitor, factor=0.5, patience=1, min_delta=0.05)
    history = joint(early_stopping=None, schedule=rule).fit(X, Y, **VALIDATION).history_
    pace, rates = rule.begin(), []
    for value in history[monitor]:
        rates.append(0.03 * pace.factors(np.zeros(1), 25)[0])
        pace.see({monitor: value})
    np.testing.assert_allclose(history["learning_rate"], rates)
    assert len(set(rates)) > 1


def test_a_monitored_term_of_validation_rows_has_them_split_off():
    history = joint(early_stopping=EarlyStopping("val_loss_reconstruction")).fit(X, Y).history_
    assert "val_loss_reconstruction" in history


@pytest.mark.parametrize("monitor", MONITORS)
def test_a_longer_fit_has_the_same_start(monitor):
    rule = EarlyStopping(monitor, patience=2)
    short = overfitting(rule).fit(X, Y, **VALIDATION)
    whole = overfitting(None).fit(X, Y, **VALIDATION)
    stopped, best = rule.replay(whole.history_[monitor])
    assert (short.n_epochs_, short.best_epoch_) == (stopped + 1, best)


@pytest.mark.parametrize("patience", [3, 100], ids=["stopped", "max_epochs ran out"])
def test_the_best_weights_are_restored(patience):
    rule = EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
    mlp = overfitting(rule).fit(X, Y, **VALIDATION)
    losses = mlp.history_["val_loss"]
    assert mlp.best_epoch_ == losses.argmin() < mlp.n_epochs_ - 1
    restored = log_loss(Y_VAL, mlp.predict_proba(X_VAL))
    assert restored == pytest.approx(losses.min(), rel=1e-5)
    assert restored != pytest.approx(losses[-1], rel=1e-3)


def test_the_best_running_statistics_are_restored():
    rule = EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    mlp = overfitting(rule).set_params(normalization="batch").fit(X, Y, **VALIDATION)
    assert mlp.best_epoch_ < mlp.n_epochs_ - 1
    restored = log_loss(Y_VAL, mlp.predict_proba(X_VAL))
    assert restored == pytest.approx(mlp.history_["val_loss"].min(), rel=1e-5)


def test_the_weights_of_the_last_epoch_stay_unless_asked():
    mlp = overfitting(EarlyStopping("val_loss", patience=3)).fit(X, Y, **VALIDATION)
    last = log_loss(Y_VAL, mlp.predict_proba(X_VAL))
    assert mlp.history_["val_loss"][-1] == pytest.approx(last, rel=1e-5)


@pytest.mark.parametrize(
    ("preset", "rule"),
    [
        (True, EarlyStopping("val_loss", patience=10, restore_best_weights=True)),
        ("val_loss", EarlyStopping("val_loss", patience=10, restore_best_weights=True)),
        ("accuracy", EarlyStopping("accuracy", patience=10, restore_best_weights=True)),
        ("val_accuracy", EarlyStopping("val_accuracy", patience=10, restore_best_weights=True)),
        ("convergence", EarlyStopping("loss", patience=20)),
    ],
)
def test_a_preset_is_its_rule(preset, rule):
    mlps = [overfitting(spec, max_epochs=60).fit(X, Y) for spec in (preset, rule)]
    assert mlps[0].n_epochs_ == mlps[1].n_epochs_
    assert mlps[0].history_.keys() == mlps[1].history_.keys()
    np.testing.assert_array_equal(*(mlp.predict_proba(X) for mlp in mlps))


def test_convergence_needs_twenty_epochs_without_gain():
    # All samples are equal, so their order does not affect rounding.
    still = {"learning_rate": 1e-30, "max_epochs": 50, "early_stopping": "convergence"}
    mlp = MLPRegressor((4,), **still).fit(np.ones((8, 3)), np.ones(8))
    assert mlp.n_epochs_ == 21
    assert mlp.best_epoch_ == 0


def test_validation_rows_are_split_off_by_class_and_not_trained_on():
    y = np.array([0, 0, 0, 1] * 10)
    mlp = overfitting(True, max_epochs=2).set_params(validation_fraction=0.2).fit(X, y)
    shares = mlp.history_["val_accuracy"] * 8
    np.testing.assert_allclose(shares, shares.round(), atol=1e-5)
    shares = mlp.history_["accuracy"] * 32
    np.testing.assert_allclose(shares, shares.round(), atol=1e-5)
