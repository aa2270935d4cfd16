"""``partial_fit`` trains one epoch per call on the samples it receives."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix
from sklearn.base import clone

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import SGD
from sklearn_deep.schedules import Plateau

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3))
Y = np.arange(50) % 3
INDICATOR = (X + 0.1 > 0).astype(int)
NUMBERS = X @ rng.normal(size=(3, 2))
WEIGHT = rng.uniform(size=50)
PARAMS = {"batch_size": 16, "learning_rate": 0.01, "early_stopping": False, "random_state": 0}
TASKS = pytest.mark.parametrize(
    ("mlp", "y", "first"),
    [
        (MLPClassifier((4,), **PARAMS), Y, {"classes": [0, 1, 2]}),
        (MLPClassifier((4,), **PARAMS), np.array(list("abc"))[Y], {"classes": list("cab")}),
        (MLPClassifier((4,), **PARAMS), INDICATOR, {}),
        (MLPClassifier((4,), **PARAMS), csr_matrix(INDICATOR), {"classes": [0, 1, 2]}),
        (MLPRegressor((4,), **PARAMS), NUMBERS, {}),
    ],
    ids=["classes", "letters", "multilabel", "sparse", "numbers"],
)


def weights(mlp):
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()])


def assert_same_fit(one, other):
    assert torch.equal(weights(one), weights(other))
    assert one.n_epochs_ == other.n_epochs_
    assert one.best_epoch_ == other.best_epoch_
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


@TASKS
def test_a_call_is_one_epoch_of_fit(mlp, y, first):
    own, warm = clone(mlp), clone(mlp).set_params(warm_start=True, max_epochs=1)
    whole = clone(mlp).set_params(max_epochs=4).fit(X, y)
    for n in range(1, 5):
        assert own.partial_fit(X, y, **first) is own
        assert own.n_epochs_ == len(own.history_["loss"]) == n
        assert_same_fit(own, warm.fit(X, y))
    assert_same_fit(own, whole)


@TASKS
def test_weights_of_rows_count(mlp, y, first):
    one = {"sample_weight": WEIGHT / WEIGHT.mean(), **first}
    own = clone(mlp).partial_fit(X, y, **one)
    whole = clone(mlp).set_params(max_epochs=1).fit(X, y, WEIGHT)
    np.testing.assert_allclose(weights(own), weights(whole), rtol=1e-4, atol=1e-6)
    assert own.history_["loss"] == pytest.approx(whole.history_["loss"], rel=1e-5)
    assert not torch.equal(weights(own), weights(clone(mlp).partial_fit(X, y, **first)))


@TASKS
def test_fit_begins_anew_and_partial_fit_goes_on(mlp, y, first):
    own = clone(mlp).set_params(max_epochs=3).partial_fit(X, y, **first).fit(X, y)
    assert_same_fit(own, clone(mlp).set_params(max_epochs=3).fit(X, y))
    own = clone(mlp).set_params(max_epochs=3, warm_start=True).fit(X, y)
    own.partial_fit(X, y)
    assert_same_fit(own, clone(mlp).set_params(max_epochs=4).fit(X, y))


@pytest.mark.slow
@TASKS
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "lbfgs", torch.optim.Adagrad])
def test_after_a_fit_without_warm_start_the_optimizer_starts_afresh(mlp, y, first, optimizer):
    mlp = clone(mlp).set_params(optimizer=optimizer, batch_size=50, max_epochs=3)
    own, kept = clone(mlp).fit(X, y), clone(mlp).set_params(warm_start=True).fit(X, y)
    assert not own._training_state.optimizer_state
    assert_same_fit(own, kept)
    kept._training_state = kept._training_state._replace(optimizer_state={}, n_steps=0)
    assert_same_fit(own.partial_fit(X, y), kept.partial_fit(X, y))
    # From here on, the state is kept.
    assert_same_fit(own.partial_fit(X, y), kept.partial_fit(X, y))
    assert own._training_state.optimizer_state


def test_that_is_a_step_along_the_gradient():
    given = PARAMS | {"normalize_y": False, "batch_size": 50}
    mlp = MLPRegressor((4,), optimizer="sgd", dtype="float64", **given)
    mlp.set_params(max_epochs=3).fit(X, NUMBERS)
    loss = (mlp.module_(torch.tensor(X)) - torch.tensor(NUMBERS)).square().mean() / 2
    slopes = torch.autograd.grad(loss, list(mlp.module_.parameters()))
    expected = weights(mlp) - 0.01 * torch.cat([slope.flatten() for slope in slopes])
    torch.testing.assert_close(weights(mlp.partial_fit(X, NUMBERS)), expected)


@TASKS
@pytest.mark.parametrize("n_rows", [2, 5, 16, 17])
def test_any_number_of_rows_will_do(mlp, y, first, n_rows):
    mlp = clone(mlp).set_params(normalization="batch", dropout=0.2).partial_fit(X, y, **first)
    before = weights(mlp).clone()
    mlp.partial_fit(X[:n_rows], y[:n_rows])
    assert weights(mlp).isfinite().all()
    assert not torch.equal(weights(mlp), before)


@TASKS
@pytest.mark.parametrize("rule", [True, "convergence"])
def test_early_stopping_is_not_looked_at(mlp, y, first, rule):
    own = clone(mlp).set_params(early_stopping=rule)
    plain = clone(mlp)
    for _ in range(3):
        own.partial_fit(X, y, **first)
        plain.partial_fit(X, y, **first)
    assert_same_fit(own, plain)
    assert "val_loss" not in own.history_


@pytest.mark.slow
def test_calls_may_lack_classes():
    mlp = MLPClassifier((8,), **PARAMS)
    for _ in range(60):
        for label in (2, 0, 1):
            mlp.partial_fit(X[label == Y] + label * 5, Y[label == Y], classes=[0, 1, 2])
    assert mlp.classes_.tolist() == [0, 1, 2]
    assert mlp.predict_proba(X).shape == (50, 3)
    assert mlp.score(X + 5 * Y[:, None], Y) > 0.9


def test_classes_need_no_order_and_only_the_first_call():
    expected = MLPClassifier((4,), **PARAMS).partial_fit(X, Y, [0, 1, 2]).partial_fit(X, Y)
    for classes in ([2, 0, 1], (0, 1, 2, 2), np.array([[0], [1], [2]])[:, 0], range(3)):
        mlp = MLPClassifier((4,), **PARAMS).partial_fit(X, Y, classes)
        assert_same_fit(mlp.partial_fit(X, Y, classes), expected)


def test_classes_that_no_row_has_are_predicted_rarely():
    mlp = MLPClassifier((4,), **PARAMS)
    for _ in range(50):
        mlp.partial_fit(X, Y, classes=range(5))
    assert mlp.classes_.tolist() == [0, 1, 2, 3, 4]
    assert mlp.predict_proba(X)[:, 3:].max() < 0.2


def test_fit_records_validation_values_and_partial_fit_none():
    mlp = MLPClassifier((4,), **PARAMS | {"early_stopping": True}, max_epochs=2)
    mlp.fit(X, Y).partial_fit(X, Y)
    assert np.isnan(mlp.history_["val_loss"]).tolist() == [False, False, True]
    assert np.isfinite(mlp.history_["loss"]).all()


def test_the_learning_rate_follows_its_schedule_from_call_to_call():
    mlp = MLPRegressor((4,), schedule="step", **PARAMS, max_epochs=60)
    for _ in range(60):
        mlp.partial_fit(X, NUMBERS)
    whole = MLPRegressor((4,), schedule="step", **PARAMS, max_epochs=60).fit(X, NUMBERS)
    assert len(set(whole.history_["learning_rate"])) > 1
    assert_same_fit(mlp, whole)


def test_a_plateau_is_seen_across_calls():
    schedule = Plateau(patience=2, min_delta=1e3)
    mlp = MLPRegressor((4,), schedule=schedule, **PARAMS)
    for _ in range(6):
        mlp.partial_fit(X, NUMBERS)
    rates = mlp.history_["learning_rate"]
    np.testing.assert_allclose(rates, [0.01, 0.01, 0.01, 0.001, 0.001, 0.0001])


def test_a_weight_multiplies_the_step_that_a_sample_makes():
    def step(weight, **params):
        mlp = MLPClassifier((4,), optimizer=SGD(momentum=0.0), dtype="float64", **PARAMS | params)
        before = weights(clone(mlp).set_params(learning_rate=1e-30).partial_fit(X, Y, [0, 1, 2]))
        mlp.partial_fit(X[:1], Y[:1], [0, 1, 2], sample_weight=None if weight is None else [weight])
        return (weights(mlp) - before).numpy()

    plain = step(None)
    np.testing.assert_allclose(step(7.0), 7 * plain, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(step(2.0, class_weight={0: 3}), 6 * plain, rtol=1e-9, atol=1e-15)
